"""Files made to harm, of every kind that we could think of, each in several sizes, made from a seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from tests.contacts import test_hostile_files as base
from tests.contacts.test_hostile_files import LINKS, MAIN, ROW, SHEET, WORKBOOK, xlsx

File = tuple[str, Callable[[], bytes]]
"""A name that tells what it is, with the ending under which it is uploaded, and what makes it."""

PEOPLE = "Telefon;Imię;Uwagi\n" + "".join(f"50010{n:04d};Łucja;zażółć\n" for n in range(500))
MAGIC = {
    "zip": b"PK\x03\x04",
    "empty-zip": b"PK\x05\x06" + bytes(18),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "gzip": b"\x1f\x8b\x08",
    "pdf": b"%PDF-1.7\n",
    "html": b"<html><script>alert(1)</script>",
    "elf": b"\x7fELF\x02\x01\x01",
    "png": b"\x89PNG\r\n\x1a\n",
    "rar": b"Rar!\x1a\x07",
    "xml": b"<?xml version='1.0'?><x/>",
}
MARKS = {
    "none": b"",
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32": b"\xff\xfe\0\0",
}
STRINGS = "xl/sharedStrings.xml"


def _shared(strings: bytes, cells: bytes) -> bytes:
    """Return a workbook with shared strings."""
    table = b'<sst xmlns="' + MAIN + b'">' + strings + b"</sst>"
    relation = base.RELATIONS.replace(
        b"</Relationships>",
        b'<Relationship Id="rId2" Type="%s/sharedStrings" Target="sharedStrings.xml"/></Relationships>' % LINKS,
    )
    return xlsx(SHEET % cells, **{STRINGS: table, "xl/_rels/workbook.xml.rels": relation})


def _parts(names: list[str], data: bytes = b"x") -> bytes:
    """Return a workbook with parts of these names."""
    content = io.BytesIO(xlsx())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return content.getvalue()


def _nested(depth: int) -> bytes:
    content = xlsx()
    for level in range(depth):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{level}.xlsx", content)
        content = outer.getvalue()
    return content


def _laughs(levels: int, width: int) -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * width}">' for n in range(1, levels))
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{lines}]>'.encode()
    return xlsx(head + SHEET % (b'<row r="1"><c r="A1" t="inlineStr"><is><t>&l%d;</t></is></c></row>' % (levels - 1)))


def _entity(target: str, part: str) -> bytes:
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "{target}"><!ENTITY % y SYSTEM "{target}">]>'.encode()
    sheet = SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>500100200 &x;</t></is></c></row>'
    book = WORKBOOK % (MAIN, LINKS, base.ONE_SHEET)
    return xlsx(head + sheet) if part == "sheet" else xlsx(**{"xl/workbook.xml": head + book})


def _sheets(number: int) -> bytes:
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, number + 1))
    return xlsx(**{"xl/workbook.xml": WORKBOOK % (MAIN, LINKS, sheets)})


def _far(row: int, column: str) -> bytes:
    cells = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c><c r="A{row}"><v>500100200</v></c></row>'
    return xlsx(SHEET % cells.encode())


def _lying(size: int) -> bytes:
    whole = SHEET % (ROW * 100_000)
    return xlsx(whole).replace(len(whole).to_bytes(4, "little"), size.to_bytes(4, "little"))


def _changed(data: bytes, seed: int) -> bytes:
    """Change some bytes at random."""
    random_ = random.Random(seed)
    changed = bytearray(data)
    for _ in range(random_.randint(1, 60)):
        changed[random_.randrange(len(changed))] = random_.randrange(256)
    return bytes(changed)


def workbooks() -> Iterator[File]:
    """Return workbooks whose parts are too large, too many, nested or lying."""
    for size in (1, 5, 20, 60, 120):
        yield f"bomb-{size}.xlsx", partial(lambda n: xlsx(SHEET % (ROW + b" " * n * 1_000_000)), size)
        yield (
            f"strings-{size}.xlsx",
            partial(lambda n: _shared(b"<si><t>" + b"5" * n * 1_000_000 + b"</t></si>", ROW), size),
        )
        yield f"unused-{size}.xlsx", partial(lambda n: _parts(["xl/media/x.bin"], bytes(n * 1_000_000)), size)
        yield f"deep-{size}.xlsx", partial(lambda n: xlsx(SHEET % (b"<x>" * n * 20_000)), size)
    for number in (10, 100, 1_000, 5_000, 20_000):
        yield f"parts-{number}.xlsx", partial(lambda n: _parts([f"xl/media/{index}" for index in range(n)]), number)
        yield f"sheets-{number}.xlsx", partial(_sheets, number)
        yield f"many-strings-{number}.xlsx", partial(lambda n: _shared(b"<si><t>5001</t></si>" * n * 20, ROW), number)
        yield f"lying-{number}.xlsx", partial(_lying, number)
    for depth in range(1, 9):
        yield f"nested-{depth}.xlsx", partial(_nested, depth)
    for levels, width in product((3, 5, 8, 10), (2, 10, 50)):
        yield f"laughs-{levels}-{width}.xlsx", partial(_laughs, levels, width)
    for row, column in product((1, 65_536, 1_048_576, 2**31, 2**32 - 1, 10**20), ("A", "IV", "XFD", "ZZZZ", "Z" * 40)):
        yield f"far-{row}-{column}.xlsx", partial(_far, row, column)


def documents() -> Iterator[File]:
    """Return workbooks that lead elsewhere: entities of files and addresses, and names of parts that climb."""
    targets = ("file:///etc/passwd", "file:///proc/self/environ", "http://127.0.0.1:9/", "/etc/passwd", "php://x")
    for target, part in product(targets, ("sheet", "workbook")):
        yield f"entity-{part}-{len(target)}.xlsx", partial(_entity, target, part)
    for name in (
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\x",
        "C:\\x",
        "xl/../../x",
        "a" * 5_000,
        "\u202e.xlsx",
        "CON",
    ):
        yield f"climbs-{len(name)}.xlsx", partial(_parts, [name])
    for target in ("../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/x.xml", "", "."):
        relations = base.RELATIONS.replace(b"worksheets/sheet1.xml", target.encode())
        yield f"leads-{len(target)}.xlsx", partial(xlsx, **{"xl/_rels/workbook.xml.rels": relations})


def texts() -> Iterator[File]:
    """Return text files that are no text, too wide or too long."""
    for size in (1, 10, 50):
        for name, unit in {
            "line": b"5",
            "quote": b'"5\n',
            "nul": b"500100200\0\n",
            "ends": b"\r\n",
            "tab": b"\t",
        }.items():
            yield f"{name}-{size}.csv", partial(lambda n, one: one * (n * 1_000_000 // len(one)), size, unit)
    for columns in (256, 16_384, 100_000, 1_000_000):
        for delimiter in (b";", b",", b"\t", b"|"):
            yield f"columns-{columns}.csv", partial(lambda n, by: by.join([b"5"] * n) + b"\n", columns, delimiter)
    for encoding, (mark, start) in product(("utf-8", "utf-16-le", "utf-16-be", "utf-32", "cp1250"), MARKS.items()):
        text = PEOPLE.encode(encoding)
        yield f"{encoding}-marked-{mark}.csv", partial(bytes.__add__, start, text)
        yield f"{encoding}-cut-{mark}.csv", partial(bytes.__add__, start, text[:1_001])


def broken(seed: int) -> Iterator[File]:
    """Return files that were cut off, changed, or are something else than they say."""
    good = xlsx(SHEET % (ROW * 200))
    for ending, name in product(("xlsx", "xls", "ods", "csv"), MAGIC):
        noise = random.Random(f"{seed}{name}{ending}").randbytes(50_000)
        yield f"{name}.{ending}", partial(bytes.__add__, MAGIC[name], noise)
    for place in range(0, len(good), max(1, len(good) // 40)):
        yield f"cut-{place}.xlsx", partial(bytes, good[:place])
    for number in range(60):
        yield f"changed-{number}.xlsx", partial(_changed, good, seed + number)


def corpus(seed: int) -> list[File]:
    """Return all of them, in an order that the seed decides."""
    files = [*workbooks(), *documents(), *texts(), *broken(seed)]
    random.Random(seed).shuffle(files)
    return files
