"""The document of what is covered: every row once, and every file and test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.project.files import ROOT
from tests.project.test_rows import ROWS as CALLS

DOCUMENT = ROOT / "docs" / "coverage.md"
ERRORS = (0, *range(100, 110), 125, 126, 301, 302, *range(311, 316), 321, 322, 331, 332, 333, 341, 342, 400)
WORDS = (
    *("bulkVariant", "bulkStatus", "messageStatus", "deliveryStatus", "account", "msisdnValidationStatus"),
    *("messageValidation", "prefix", "language", "reportFile", "operator", "bulkSource"),
)
EXPECTED = [
    *(f"JS-{row:02}" for row in CALLS),
    *(f"ERR-{number}" for number in ERRORS),
    *(f"ENUM-{name}" for name in WORDS),
    *(f"DIS-{row}" for row in range(1, 10)),
    *(f"JO-{row:02}" for row in (*range(1, 19), 21, 22)),
    "JO-19/20",  # the provider's document lists it twice
    *(f"OP-{row:02}" for row in range(1, 5)),
    *(f"SS-{row:02}" for row in range(1, 26)),
    *(f"SS-26{letter}" for letter in "abcdefghijklmnopqrst"),
]
LINK = re.compile(r"\[([^\]]+)\]\(\.\./([^)]+)\)")
TEST = re.compile(r"`(tests/\w+/test_\w+\.py)::(test_\w+)`")


class Row(NamedTuple):
    """A line of the tables; a cell with nothing in it holds a dash."""

    id: str
    what: str
    files: str
    page: str
    tests: str
    short: str


def rows() -> list[Row]:
    """Return the lines of all tables, without their headings."""
    lines = re.findall(r"^\| ([A-Z]+-.+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    return [Row(*line.split(" | ")) for line in lines]


@cache
def names_in(path: str) -> set[str]:
    """Return the names of the tests in a file; none if there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text() if file.is_file() else "")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_is_there_once() -> None:
    assert sorted(row.id for row in rows()) == sorted(EXPECTED)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_what_a_row_names_is_there(row: Row) -> None:
    """Read each cell as nothing but links, or nothing but tests, so that a slip of the pen is no gap in the check."""
    files, tests = LINK.findall(row.files), TEST.findall(row.tests)
    assert [name for name, target in files if name != target or not (ROOT / target).is_file()] == []
    assert row.files == ("<br>".join(f"[{name}](../{target})" for name, target in files) or "-")
    assert [f"{path}::{name}" for path, name in tests if name not in names_in(path)] == []
    assert row.tests == ("<br>".join(f"`{path}::{name}`" for path, name in tests) or "-")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_without_a_test_says_what_it_falls_short_of(row: Row) -> None:
    assert row.what
    assert row.tests != "-" or row.short != "-"
