"""Every row of JustSend's contract has a test of ours that names it."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from tests.project.files import ROOT

ROWS = sorted(
    chain(
        range(1, 8),
        range(10, 28),
        range(30, 36),
        range(40, 43),
        range(50, 59),
        range(60, 74),
        range(80, 85),
        range(90, 99),
        range(100, 107),
        range(110, 115),
    )
)
"""The ids that there are: the contract leaves gaps between its chapters."""
OF_THE_WIRE = ("providers", "simulator", "campaigns/test_justsend_campaign.py")
"""These tests name the vectors of the protocol, which have the same ids and mean something else."""


def modules() -> list[Path]:
    """Return the test files whose names speak of rows."""
    tests = ROOT / "tests"
    return [path for path in tests.rglob("test_*.py") if not path.relative_to(tests).as_posix().startswith(OF_THE_WIRE)]


def rows_tested() -> set[int]:
    """Return the rows that a test names, as test_js_07_… or test_js_50_js_54_…"""
    found: set[int] = set()
    for path in modules():
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE):
            found |= {int(row) for row in re.findall(r"_js_(\d{2,3})(?=_|$)", name)}
    return found


def test_every_row_has_a_test_that_names_it() -> None:
    assert [f"JS-{row:02}" for row in ROWS if row not in rows_tested()] == []


def test_no_test_names_a_row_that_is_not_there() -> None:
    assert rows_tested() - set(ROWS) == set()
