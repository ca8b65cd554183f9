"""Rows stream from any point on, with the numbers that the spreadsheet program shows."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from contacts.numbers import InvalidNumber, normalise
from contacts.spreadsheets import Layout, inspect, rows
from tests.contacts import make_files

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("name", ["utf8.csv", "utf16.csv", "mixed.xlsx", "people.ods", "quoted.csv"])
def test_reading_goes_on_where_it_stopped(name: str) -> None:
    layout = inspect(FILES / name, name).layout
    whole = list(rows(FILES / name, layout))
    for start in range(len(whole) + 2):
        assert list(rows(FILES / name, layout, start)) == whole[start:]


@pytest.mark.parametrize("name", ["utf8.csv", "mixed.xlsx"])
def test_a_layout_survives_json(name: str) -> None:
    layout = inspect(FILES / name, name).layout
    kept = json.loads(json.dumps({**layout.to_json(), "mapping": {"0": "msisdn"}}))
    assert Layout.from_json(kept) == layout


def test_the_customers_have_exactly_40_bad_numbers_and_none_twice() -> None:
    path = FILES / "customers_5000.xlsx"
    found = inspect(path, path.name)
    assert (found.estimated_rows, list(found.titles)) == (5000, make_files.TITLES)
    good, bad = [], []
    for number, cells in rows(path, found.layout):
        try:
            good.append(normalise(cells[0]).msisdn)
        except InvalidNumber:
            bad.append(number)
    assert (len(good), len(set(good)), len(bad)) == (4960, 4960, 40)
    assert bad[0] < 100
    assert bad[-1] > 4900


def test_a_large_text_is_not_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("numer;imię\n" + "500100200;Łucja\n" * 200_000 + '"broken', encoding="utf-8")
    found = inspect(path, "large.csv")
    assert found.estimated_rows == 200_001
    assert list(islice(rows(path, found.layout), 2)) == [
        (2, ["500100200", "Łucja"]),
        (3, ["500100200", "Łucja"]),
    ]


def test_the_committed_files_are_those_of_the_script(tmp_path: Path) -> None:
    make_files.make(tmp_path)
    for path in tmp_path.iterdir():
        if path.suffix in {".csv", ".txt", ".ods"}:
            assert path.read_bytes() == (FILES / path.name).read_bytes(), path.name
