"""Looks at the first rows as the import will read them: what it will repair, what it will refuse, and examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from contacts import cells
from contacts.spreadsheets.layout import Diagnosis, Finding, Row


class Repair(StrEnum):
    """What is mended in a number on the way in."""

    LABEL = "LABEL"
    APOSTROPHE = "APOSTROPHE"
    INVISIBLE = "INVISIBLE"
    DECIMALS = "DECIMALS"
    ZEROS = "ZEROS"
    LEADING_ZERO = "LEADING_ZERO"
    SEPARATORS = "SEPARATORS"
    SPLIT = "SPLIT"


_PLAIN: Final = re.compile(r"\+?[1-9][0-9]{8,14}").fullmatch
_SIGNS: Final[Mapping[Repair, re.Pattern[str]]] = {
    Repair.LABEL: re.compile(r"^[^\W\d_]"),
    Repair.APOSTROPHE: re.compile(r"^['‘’`]"),
    Repair.INVISIBLE: re.compile(r"[\xa0\u202f\u2007\u2009\ufeff\u200b-\u200f\xad\u202a-\u202e\u2060\0]"),
    Repair.DECIMALS: re.compile(r"\d[.,]0+$"),
    Repair.ZEROS: re.compile(r"^\W*00"),
    Repair.LEADING_ZERO: re.compile(r"^\W*0(?!0)"),
    Repair.SEPARATORS: re.compile(r"\d(?:[ \t/()‐‑‒–—−-]|\.(?!0+$))+\d|^\("),
}


def examine(rows: Iterable[Row], columns: Mapping[str, int], reader: cells.Reader) -> Diagnosis:
    """Read rows whose cells are as they are written; `columns` has to name the one of the numbers."""
    found = Diagnosis()
    number = columns["msisdn"]
    for row, written in rows:
        found.rows += 1
        try:
            people = reader.read([cell.strip() for cell in written])
        except cells.BadCell as error:
            found.refused.setdefault(error.code, Finding()).add(row, error.cell)
            continue
        found.good += 1
        cell = written[number] if number < len(written) else ""
        for repair in _repairs(cell, people):
            found.repaired.setdefault(repair, Finding()).add(row, cell, ", ".join(str(one[0]) for one in people))
    return found


def _repairs(cell: str, people: Sequence[cells.Person]) -> list[Repair]:
    """Return what had to be mended to read the number."""
    if _PLAIN(cell):
        return []
    if len(people) > 1:
        return [Repair.SPLIT]
    return [repair for repair, sign in _SIGNS.items() if sign.search(cell)]
