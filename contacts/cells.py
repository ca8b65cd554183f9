"""Reads the cells of one row of a spreadsheet into a contact; says what is wrong with a cell that cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from contacts import numbers
from contacts.fields import FIELDS, LENGTHS, label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CLEAR: Final = "--"
"""What a person writes into a cell to empty the field; a blank cell leaves it as it is."""

Person = tuple[str | None, ...]
"""A number and a value for each field of the reader: None leaves what is there, "" empties it, dates are ISO."""

_SEXES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("f", "k", "w", "female", "woman", "kobieta", "pani", "mrs", "ms"), "F"),
    **dict.fromkeys(("m", "male", "man", "mężczyzna", "mezczyzna", "pan", "mr"), "M"),
}
_LOCAL_DATE: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")

TITLES_AGAIN: Final = "TITLES_AGAIN"
_PROBLEMS: Final = frozenset(numbers.Problem)
_SENTENCES: Final[Mapping[str, StrPromise]] = {
    "sex": _("Sex: “%(cell)s” is not known. Write F or M, or leave it empty."),
    "birth_date": _("Birth date: “%(cell)s” is not a date. Write it as 1990-12-31 or 31.12.1990."),
    TITLES_AGAIN: _("This row repeats the titles of the columns."),
}


class BadCell(ValueError):
    """A cell cannot be used; the message names the field, the cell and what to write instead.

    `code` is a numbers.Problem, TITLES_AGAIN, or the field whose cell is wrong.
    """

    def __init__(self, code: str, cell: str) -> None:
        super().__init__(code, cell)
        self.code, self.cell = code, cell

    def __str__(self) -> str:
        if self.code in _PROBLEMS:
            return str(numbers.InvalidNumber(numbers.Problem(self.code)))
        if (sentence := _SENTENCES.get(self.code)) is not None:
            return str(sentence) % {"cell": self.cell[:30]}
        sentence = _("%(field)s: the text has %(length)s characters, at most %(most)s are possible.")
        return str(sentence) % {
            "field": label_of(self.code),
            "length": len(self.cell),
            "most": LENGTHS[self.code],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read: in which column, counted from 0, each field stands; plain values, JSON in and out.

    `split` makes a person of each number of a cell that holds several; `fixed_lines` takes numbers that can only be
    called. `titles` are those of the columns, to know the row that repeats them.
    """

    columns: Mapping[str, int]
    split: bool = False
    fixed_lines: bool = False
    titles: Sequence[str] = ()


class Reader:
    """Reads rows of cells into people."""

    def __init__(self, reading: Reading) -> None:
        columns, titles = reading.columns, reading.titles
        self.fields = tuple(field for field in FIELDS if field in columns)
        self._number = columns["msisdn"]
        self._others = [(columns[field], _reading_of(field)) for field in self.fields]
        self._kinds = numbers.SMS | numbers.VOICE if reading.fixed_lines else numbers.SMS
        self._split = reading.split
        self._title = titles[self._number].casefold() if self._number < len(titles) else ""

    def read(self, row: Sequence[str]) -> list[Person]:
        """Return the people of a row of cells without surrounding spaces; raises BadCell."""
        width = len(row)
        found = self._numbers(row[self._number] if self._number < width else "")
        values = [read(row[column]) if column < width else None for column, read in self._others]
        return [(msisdn, *values) for msisdn in found]

    def numbers(self, row: Sequence[str]) -> list[str]:
        """Return the numbers of a row whatever else is wrong with it; none where they cannot be read."""
        try:
            return self._numbers(row[self._number] if self._number < len(row) else "")
        except BadCell:
            return []

    def _numbers(self, cell: str) -> list[str]:
        # Nearly all of them are, and it is done a million times.
        if (ordinary := numbers.polish_mobile(cell)) is not None:
            return [ordinary]
        try:
            return [numbers.normalise(cell, kinds=self._kinds).msisdn]
        except numbers.InvalidNumber as error:
            if error.code == numbers.Problem.TWO_NUMBERS and self._split:
                return self._several(cell)
            if self._title and cell.casefold() == self._title:
                raise BadCell(TITLES_AGAIN, cell) from error
            raise BadCell(error.code, cell) from error

    def _several(self, cell: str) -> list[str]:
        try:
            return list(dict.fromkeys(numbers.normalise(one, kinds=self._kinds).msisdn for one in numbers.apart(cell)))
        except numbers.InvalidNumber as error:
            raise BadCell(error.code, cell) from error


def _reading_of(field: str) -> Callable[[str], str | None]:
    """Return the function that reads the cells of a field."""
    if field == "birth_date":
        return _date
    return _sex if field == "sex" else partial(_text, field, LENGTHS[field])


def _text(field: str, most: int, cell: str) -> str | None:
    if len(cell) > most:
        raise BadCell(field, cell)
    return None if not cell else "" if cell == CLEAR else cell


def _sex(cell: str) -> str | None:
    if not cell:
        return None
    if cell == CLEAR:
        return ""
    if (sex := _SEXES.get(cell.casefold())) is None:
        raise BadCell("sex", cell)
    return sex


@lru_cache(maxsize=50_000)
def _date(cell: str) -> str | None:
    if not cell:
        return None
    if cell == CLEAR:
        return ""
    local = _LOCAL_DATE.match(cell)
    try:
        if local:
            day, month, year = map(int, local.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(cell[:10]).isoformat()
    except ValueError as error:
        raise BadCell("birth_date", cell) from error
