"""Rows as the people they name: told by the process that reads a file to the one that writes to the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from contacts.cells import CLEAR, BadCell, Person, Reader
from contacts.spreadsheets.layout import Row


class Refused(NamedTuple):
    """A row that cannot be used: what cells.BadCell says about it, and all of its cells."""

    code: str
    cell: str
    cells: list[str]


PeopleRow = tuple[int, list[Person] | Refused]
"""A row's number, and its people or why there are none."""


def read(rows: Iterable[Row], reader: Reader) -> Iterator[PeopleRow]:
    """Read the cells of every row."""
    for number, cells in rows:
        try:
            yield number, reader.read(cells)
        except BadCell as error:
            yield number, Refused(error.code, error.cell, cells)


def to_line(row: PeopleRow) -> list[str | int | None]:
    """Return a row as a line of CSV: its number, how many people it has, and their values; or what is refused."""
    number, outcome = row
    if isinstance(outcome, Refused):
        return [number, 0, outcome.code, outcome.cell, *outcome.cells]
    # CSV knows no difference between no value and an empty one; no value is ever CLEAR.
    values = [CLEAR if value == "" else value for person in outcome for value in person]
    return [number, len(outcome), *values]


def from_line(line: list[str]) -> PeopleRow:
    """Return the row that `to_line` wrote."""
    number, count = int(line[0]), int(line[1])
    if not count:
        return number, Refused(line[2], line[3], line[4:])
    values = [None if not value else "" if value == CLEAR else value for value in line[2:]]
    width = len(values) // count
    return number, [tuple(values[start : start + width]) for start in range(0, len(values), width)]
