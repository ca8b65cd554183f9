"""Reads the cells of one row of a spreadsheet into a contact; says what is wrong with a cell that cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _

from contacts import numbers
from contacts.models import FIELDS, Contact, label_of

_SEXES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("f", "k", "w", "female", "woman", "kobieta", "pani", "mrs", "ms"), Contact.Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man", "mężczyzna", "mezczyzna", "pan", "mr"), Contact.Sex.MALE),
}
_LOCAL_DATE: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")
_LONGEST: Final = {
    field.name: field.max_length for field in Contact._meta.fields if isinstance(field, models.CharField)
}


class BadCell(ValueError):
    """A cell cannot be used; the message names the field, the cell and what to write instead."""


def read(row: Sequence[str], columns: Mapping[str, int]) -> list[Any]:
    """Return a number and one value for each of contacts.models.FIELDS; raises BadCell.

    `columns` says in which column, counted from 0, each field stands; fields without one are blank.
    """
    cells = {field: row[column].strip() if column < len(row) else "" for field, column in columns.items()}
    try:
        msisdn = numbers.normalise(cells.get("msisdn", "")).msisdn
    except numbers.InvalidNumber as error:
        raise BadCell(str(error)) from error
    return [msisdn, *(_value(field, cells.get(field, "")) for field in FIELDS)]


def _value(field: str, cell: str) -> Any:
    if field == "birth_date":
        return _date(cell) if cell else None
    if field == "sex":
        return _sex(cell) if cell else ""
    if len(cell) > (most := _LONGEST[field] or 0):
        raise BadCell(
            _("%(field)s: the text has %(length)s characters, at most %(most)s are possible.")
            % {"field": label_of(field), "length": len(cell), "most": most}
        )
    return cell


def _sex(cell: str) -> str:
    if (sex := _SEXES.get(cell.casefold())) is None:
        raise BadCell(_("Sex: “%(cell)s” is not known. Write F or M, or leave it empty.") % {"cell": cell[:30]})
    return sex


def _date(cell: str) -> date:
    local = _LOCAL_DATE.match(cell)
    try:
        if local:
            day, month, year = map(int, local.groups())
            return date(year, month, day)
        return date.fromisoformat(cell[:10])
    except ValueError as error:
        raise BadCell(
            _("Birth date: “%(cell)s” is not a date. Write it as 1990-12-31 or 31.12.1990.") % {"cell": cell[:30]}
        ) from error
