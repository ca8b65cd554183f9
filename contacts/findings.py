"""Says to a person what was found in a spreadsheet before anything of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.cells import TITLES_AGAIN, BadCell
from contacts.fields import label_of
from contacts.models import Import
from contacts.numbers import InvalidNumber
from contacts.numbers import Problem as NumberProblem
from contacts.spreadsheets.doctor import Repair

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1250": "Windows-1250",
    "iso-8859-2": "ISO-8859-2",
}
SEPARATORS: Final[Mapping[str, StrPromise]] = {
    ";": gettext_lazy("semicolon ;"),
    ",": gettext_lazy("comma ,"),
    "\t": gettext_lazy("tabulator"),
    "|": gettext_lazy("bar |"),
    "": gettext_lazy("none: one column"),
}
_REPAIRS: Final[Mapping[Repair, StrPromise]] = {
    Repair.SEPARATORS: gettext_lazy("Spaces, dashes and brackets between digits are left out"),
    Repair.ZEROS: gettext_lazy("00 at the beginning is read as +"),
    Repair.LEADING_ZERO: gettext_lazy("A single 0 at the beginning is left out"),
    Repair.DECIMALS: gettext_lazy("The .0 that the spreadsheet program appended is cut off"),
    Repair.APOSTROPHE: gettext_lazy("The apostrophe at the beginning is left out"),
    Repair.INVISIBLE: gettext_lazy("Hard spaces and invisible characters are left out"),
    Repair.LABEL: gettext_lazy("Words such as “tel.” before the number are left out"),
    Repair.SPLIT: gettext_lazy("Two numbers in one cell become two contacts"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: what it is, in how many rows, and the first of them as (row, cell, what it is read as)."""

    sentence: str
    count: int
    examples: list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the page before an import tells."""

    facts: list[str]
    rows: int
    good: int
    repaired: list[Line]
    refused: list[Line]
    can_split: bool
    has_fixed_lines: bool


def of(spreadsheet: Import) -> Findings:
    """Return what was found in a file that waits for its owner's decision."""
    told = spreadsheet.diagnosis
    refused = told.get("refused", {})
    return Findings(
        facts=_facts(spreadsheet),
        rows=told.get("rows", 0),
        good=told.get("good", 0),
        repaired=[_line(str(_REPAIRS[Repair(code)]), one) for code, one in _by_count(told.get("repaired", {}))],
        refused=[_line(_refusal(code), one) for code, one in _by_count(refused)],
        can_split=NumberProblem.TWO_NUMBERS in refused or bool(spreadsheet.layout.get("split")),
        has_fixed_lines=NumberProblem.LANDLINE in refused or bool(spreadsheet.layout.get("fixed_lines")),
    )


def _facts(spreadsheet: Import) -> list[str]:
    layout = spreadsheet.layout
    facts = []
    if encoding := layout.get("encoding"):
        separator = SEPARATORS.get(layout["delimiter"], layout["delimiter"])
        facts.append(
            _("Text in %(encoding)s; separator: %(separator)s.")
            % {"encoding": ENCODINGS.get(encoding, encoding), "separator": separator}
        )
    elif layout.get("sheet"):
        facts.append(_("The sheet “%(sheet)s”.") % {"sheet": layout["sheet"]})
    if (header := layout["header_row"]) > 1:
        facts.append(_("The titles are in row %(row)s; what stands above them is left out.") % {"row": header})
    if layout.get("remembered"):
        facts.append(_("You had a file with these titles before: the columns are set as you set them then."))
    return facts


def _by_count(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(found.items(), key=lambda one: -one[1]["count"])


def _line(sentence: str, found: Mapping[str, Any]) -> Line:
    return Line(sentence, found["count"], [tuple(example) for example in found["examples"]])


def _refusal(code: str) -> str:
    """Return what is wrong with cells of a kind, without quoting one of them."""
    if code in frozenset(NumberProblem):
        return str(InvalidNumber(NumberProblem(code)))
    if code == TITLES_AGAIN:
        return str(BadCell(code, ""))
    return {
        "sex": _("Sex: neither F nor M."),
        "birth_date": _("Birth date: not a date such as 1990-12-31 or 31.12.1990."),
    }.get(code) or _("%(field)s: the text is too long.") % {"field": label_of(code)}
