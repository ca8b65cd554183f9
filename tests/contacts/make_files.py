"""Write the sample spreadsheets: `python tests/contacts/make_files.py`; the same bytes every time.

All people and numbers are invented. `legacy.xls` is not made here: nothing that writes XLS is maintained any
more, so it was saved once by xlwt 1.3 and is kept as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

FOLDER = Path(__file__).parent / "files"
MOMENT = (2026, 1, 1, 0, 0, 0)

TITLES = ["Phone", "First name", "Last name", "Birth date", "Note 1"]
FIRST_NAMES = ["Anna", "Łukasz", "Żaneta", "Jan", "Święta", "Jerzy", "Bożena", "Paweł", "Zofia", "Michał"]
LAST_NAMES = ["Próbna", "Wzorowy", "Testowa", "Przykład", "Źródłowa", "Ćwiczebny", "Zmyślona"]
BAD_NUMBERS = [
    "brak",
    "",
    "50010020",
    "4.85E+10",
    "22 123 45 67",
    "700 100 200",
    "45616",
    "500100200 / 501100200",
    "485001002003",
    "500100200 wew. 5",
]
ROWS, BAD_ROWS = 5000, 40

PEOPLE = [
    ["Telefon", "Imię", "Nazwisko", "Data urodzenia", "Uwagi"],
    ["500 100 200", "Łucja", "Próbna", "1990-02-03", "zażółć gęślą jaźń"],
    ["+48500100201", "Żaneta", "Wzorowa", "", "ŹDŹBŁO ŚĆ"],
    ["48500100202.0", "Jan", "Ćwiczebny", "1985-12-31", ""],
]


def lines(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Join rows without quoting."""
    return "".join(delimiter.join(row) + end for row in rows)


def texts() -> dict[str, bytes]:
    """Return text files that can be read."""
    people = lines(PEOPLE)
    semicolons = lines(PEOPLE, ";", "\r\n")
    numbers = "500100200\n500100201\n500100202\n"
    return {
        "utf8.csv": people.encode(),
        "utf8_bom.csv": semicolons.encode("utf-8-sig"),
        "cp1250.csv": semicolons.encode("cp1250"),
        "iso8859_2.csv": semicolons.encode("iso-8859-2"),
        "utf16.csv": lines(PEOPLE, "\t", "\r\n").encode("utf-16"),
        "utf16_without_bom.txt": lines(PEOPLE, "\t").encode("utf-16-le"),
        "old_mac.txt": lines(PEOPLE, "|", "\r").encode(),
        "excel_sep.csv": ("sep=;\r\n" + semicolons).encode("cp1250"),
        "nul.csv": people.replace("Łucja", "Łu\0cja").encode(),
        "no_final_line_end.csv": people.rstrip("\n").encode(),
        "one_column.txt": numbers.encode(),
        "one_column_titled.txt": ("Odbiorcy\n" + numbers).encode(),
        "no_titles.csv": lines([row[1:2] + row[:1] for row in PEOPLE[1:]], ";").encode(),
        "titles_below.csv": ("Klienci salonu\n\n" + people).encode(),
        "quoted.csv": b'"Numer","Uwagi"\n"500100200","two\nlines; ""quoted"", comma"\n\n500100201,x\n',
        "ragged.csv": b"phone,name,note\n500100200\n500100201,Jan,a,extra\n",
        "two_phones.csv": b"Telefon;Kom.;Nazwa\n221234567;500100200;a\n221234568;500100201;b\n",
        "text_named_as_xls.xls": lines(PEOPLE, "\t").encode("cp1250"),
    }


def unreadable() -> dict[str, bytes]:
    """Return files that are no spreadsheets, or broken ones."""
    return {
        "empty.csv": b"",
        "blank.csv": b"\n  \n;;;\n\n",
        "wide.csv": (",".join("a" * 201) + "\n").encode(),
        "open_quote.csv": b'phone,note\n500100200,"' + b"x" * 140_000,
        "page.xls": b"<html><body><table><tr><td>500100200</td></tr></table></body></html>",
        "letter.doc": b"{\\rtf1 500100200}",
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        "text.xlsx": lines(PEOPLE).encode(),
        "protected.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "damaged.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP file with a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def saved(workbook: Workbook) -> bytes:
    """Return a workbook as bytes that do not tell when they were written."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    stamp = rb"(<dcterms:(created|modified)[^>]*>)[^<]*"
    parts["docProps/core.xml"] = re.sub(stamp, rb"\g<1>2026-01-01T00:00:00Z", parts["docProps/core.xml"])
    return packed(parts)


def spelled(number: int, index: int) -> str | int:
    """Write a good number in one of the ways people do."""
    digits = str(number)
    apart = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    ways: list[str | int] = [
        apart,
        f"+48{digits}",
        number,
        f"0048{digits}",
        apart.replace(" ", "-"),
        48_000_000_000 + number,
    ]
    return ways[index % len(ways)]


def customers() -> Workbook:
    """Return 5,000 customers of whom exactly 40, spread over the file, have a bad number; none is repeated."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Customers"
    sheet.append(TITLES)
    every = ROWS // BAD_ROWS
    for index in range(ROWS):
        bad = index % every == every // 2
        phone = BAD_NUMBERS[index // every % len(BAD_NUMBERS)] if bad else spelled(500_100_000 + index, index)
        first, last = FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[index % len(LAST_NAMES)]
        born = date(1950 + index % 50, 1 + index % 12, 1 + index % 28) if index % 3 else None
        sheet.append([phone, first, last, born, f"card {index + 1:05d}" if index % 2 else None])
    return workbook


def mixed() -> Workbook:
    """Return a workbook with an empty, a hidden and a filled sheet, and with every kind of cell."""
    workbook = Workbook()
    workbook.create_sheet("Hidden").sheet_state = "hidden"
    workbook["Hidden"].append(["secret"])
    sheet = workbook.create_sheet("Klienci")
    for row in [
        [],
        ["Komórka", "Drugie imię", "Płeć", "Data ur.", "Pole 2"],
        [500100200, "A", "K", date(1990, 2, 3), True],
        [48500100201.0, "B", "M", datetime(1990, 2, 3, 4, 5), 0.5],
        [],
        ["500100202", None, None, None, 1e300],
    ]:
        sheet.append(row)
    return workbook


def ods(*, protected: bool = False) -> bytes:
    """Return an OpenDocument spreadsheet with one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in PEOPLE
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body>'
        f'<office:spreadsheet><table:table table:name="Klienci">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    secret = "<manifest:encryption-data/>" if protected else ""
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest:manifest>{secret}</manifest:manifest>".encode(),
            "content.xml": content.encode(),
        }
    )


def make(folder: Path) -> None:
    """Write all files into a folder."""
    whole = saved(mixed())
    files = (
        texts()
        | unreadable()
        | {
            "customers_5000.xlsx": saved(customers()),
            "mixed.xlsx": whole,
            "truncated.xlsx": whole[: len(whole) // 2],
            "empty.xlsx": saved(Workbook()),
            "people.ods": ods(),
            "protected.ods": ods(protected=True),
            "archive.xlsx": packed({"readme.txt": b"no spreadsheet"}),
            "bomb.xlsx": packed({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(4 << 20)}),
        }
    )
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    make(FOLDER)
