"""Files as people have them: every format, encoding, separator and line end is recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from contacts.spreadsheets import Inspection, Wanted, inspect, rows
from tests.contacts.make_files import PEOPLE

FILES = Path(__file__).parent / "files"
MAPPING = {0: "msisdn", 1: "first_name", 2: "last_name", 3: "birth_date", 4: "note_1"}


def look(name: str, sheet: str = "") -> Inspection:
    return inspect(FILES / name, name, Wanted(sheet=sheet or None))


@pytest.mark.parametrize(
    "name, kind, encoding, delimiter",
    [
        ("utf8.csv", "csv", "utf-8", ","),
        ("utf8_bom.csv", "csv", "utf-8-sig", ";"),
        ("cp1250.csv", "csv", "cp1250", ";"),
        ("iso8859_2.csv", "csv", "iso-8859-2", ";"),
        ("utf16.csv", "csv", "utf-16", "\t"),
        ("utf16_without_bom.txt", "txt", "utf-16-le", "\t"),
        ("old_mac.txt", "txt", "utf-8", "|"),
        ("excel_sep.csv", "csv", "cp1250", ";"),
        ("nul.csv", "csv", "utf-8", ","),
        ("no_final_line_end.csv", "csv", "utf-8", ","),
        ("text_named_as_xls.xls", "csv", "cp1250", "\t"),
        ("people.ods", "ods", "", ""),
    ],
)
def test_the_same_people_are_read_from_every_file(name: str, kind: str, encoding: str, delimiter: str) -> None:
    found = look(name)
    assert (found.layout.format, found.layout.encoding, found.layout.delimiter) == (kind, encoding, delimiter)
    assert (found.layout.header_row, found.titles, found.mapping) == (1, tuple(PEOPLE[0]), MAPPING)
    expected = PEOPLE[1:]
    expected[2] = ["48500100202", *expected[2][1:]]
    assert list(rows(FILES / name, found.layout)) == list(enumerate(expected, 2))
    assert list(found.preview) == list(enumerate(expected, 2))
    assert found.estimated_rows in {3, 4}


def test_an_old_xls_file_is_read() -> None:
    found = look("legacy.xls")
    assert (found.layout.format, found.sheets, found.estimated_rows) == ("xls", ("Klienci",), 2)
    assert found.preview == (
        (2, ["48500100200", "Łucja", "1990-02-03"]),
        (3, ["500 100 201", "Żaneta", ""]),
    )


def test_cells_are_written_as_a_person_would_type_them() -> None:
    found = look("mixed.xlsx")
    assert (found.sheets, found.layout.sheet, found.layout.header_row) == (("Sheet", "Klienci"), "Klienci", 2)
    assert found.mapping == {0: "msisdn", 1: "middle_name", 2: "sex", 3: "birth_date", 4: "note_2"}
    assert found.preview == (
        (3, ["500100200", "A", "K", "1990-02-03", "TRUE"]),
        (4, ["48500100201", "B", "M", "1990-02-03 04:05:00", "0.5"]),
        (6, ["500100202", "", "", "", "1e+300"]),
    )


@pytest.mark.parametrize(
    "name, header_row, titles, mapping, numbers",
    [
        ("one_column.txt", 0, ("",), {0: "msisdn"}, [1, 2, 3]),
        ("one_column_titled.txt", 1, ("Odbiorcy",), {0: "msisdn"}, [2, 3, 4]),
        ("no_titles.csv", 0, ("", ""), {1: "msisdn"}, [1, 2, 3]),
        ("titles_below.csv", 3, tuple(PEOPLE[0]), MAPPING, [4, 5, 6]),
        ("quoted.csv", 1, ("Numer", "Uwagi"), {0: "msisdn", 1: "note_1"}, [2, 4]),
        ("ragged.csv", 1, ("phone", "name", "note", ""), {0: "msisdn", 1: "first_name", 2: "note_1"}, [2, 3]),
        ("two_phones.csv", 1, ("Telefon", "Kom.", "Nazwa"), {1: "msisdn"}, [2, 3]),
    ],
)
def test_titles_and_columns_are_found(
    name: str, header_row: int, titles: tuple[str, ...], mapping: dict[int, str], numbers: list[int]
) -> None:
    found = look(name)
    assert (found.layout.header_row, found.titles, found.mapping) == (header_row, titles, mapping)
    assert [number for number, _cells in found.preview] == numbers


def test_a_quoted_cell_keeps_its_lines_and_quotes() -> None:
    assert look("quoted.csv").preview[0] == (2, ["500100200", 'two\nlines; "quoted", comma'])


def test_short_rows_are_filled_up() -> None:
    assert look("ragged.csv").preview == (
        (2, ["500100200", "", "", ""]),
        (3, ["500100201", "Jan", "a", "extra"]),
    )


@pytest.mark.parametrize("sheet", ["Klienci", "Sheet"])
def test_another_sheet_can_be_asked_for(sheet: str) -> None:
    if sheet == "Klienci":
        assert look("mixed.xlsx", sheet).layout.sheet == sheet
    else:
        with pytest.raises(ValueError, match="no rows"):
            look("mixed.xlsx", sheet)
