"""The checklist of security: every item once, with tests that exist, or with what is short of it."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.project.files import ROOT
from tests.project.test_coverage import TEST, names_in

DOCUMENT = ROOT / "docs" / "security.md"


class Item(NamedTuple):
    """A line of the table; a cell with nothing in it holds a dash."""

    id: str
    what: str
    tests: str
    short: str


def items() -> list[Item]:
    """Return the lines of the checklist."""
    return [Item(*line.split(" | ")) for line in re.findall(r"^\| (S\d+ .+) \|$", DOCUMENT.read_text(), re.MULTILINE)]


def test_every_item_is_there_once() -> None:
    assert [item.id for item in items()] == [f"S{number}" for number in range(1, 41)]


@pytest.mark.parametrize("item", items(), ids=lambda item: item.id)
def test_what_an_item_names_is_there(item: Item) -> None:
    tests = TEST.findall(item.tests)
    assert item.tests == ("<br>".join(f"`{path}::{name}`" for path, name in tests) or "-")
    assert [f"{path}::{name}" for path, name in tests if name not in names_in(path)] == []
    assert tests or item.short != "-"
