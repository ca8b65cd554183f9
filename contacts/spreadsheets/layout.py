"""How a file is read, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MAX_COLUMNS = 200
MAX_ROWS = 2_000_000
EXAMPLES = 3
REFUSED = 3
"""The exit status of the reading process when it says, as its last words, why a file cannot be read."""

Row = tuple[int, list[str]]
"""A row's number as the spreadsheet program shows it, and its cells as text."""


class UnreadableFile(ValueError):
    """A file cannot be read; the message says to a person what is wrong with it and what to do."""


class Format(StrEnum):
    """The kinds of files that can be read."""

    CSV = "csv"
    TXT = "txt"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"

    @property
    def is_text(self) -> bool:
        """Whether the file is plain text."""
        return self in {Format.CSV, Format.TXT}


@dataclass(frozen=True, slots=True)
class Layout:
    """All that is needed to read the rows of a file again; JSON in and out.

    `header_row` is the number of the row with the titles, 0 if there is none; `width` is the number of columns;
    `delimiter` is empty for a text of one column.
    """

    format: Format
    header_row: int
    width: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the layout as plain values."""
        return asdict(self) | {"format": self.format.value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Layout:
        """Return the layout that `to_json` wrote; further keys are left alone."""
        known = {name: values[name] for name in cls.__slots__ if name in values}
        return cls(**known | {"format": Format(values["format"])})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said of a file after a first look; None where the guess may stand.

    `columns` says in which column, counted from 0, each field stands; `split` and `fixed_lines` are as in cells.Reader.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    columns: dict[str, int] | None = None
    split: bool = False
    fixed_lines: bool = False


@dataclass(slots=True)
class Finding:
    """Cells of one kind: how many, and the first of them as (row, cell, what it is read as)."""

    count: int = 0
    examples: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: int, cell: str, read_as: str = "") -> None:
        """Count a cell and keep it if it is one of the first."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((row, cell[:60], read_as))


@dataclass(slots=True)
class Diagnosis:
    """What the first rows hold: `repaired` by what is mended, `refused` by what is wrong with a row."""

    rows: int = 0
    good: int = 0
    repaired: dict[str, Finding] = field(default_factory=dict)
    refused: dict[str, Finding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a person is shown before an import: titles, a guess which column is which, the first rows, a diagnosis.

    `mapping` goes from a column's index to "msisdn" or one of contacts.fields.FIELDS; `estimated_rows` counts rows of
    data.
    """

    layout: Layout
    sheets: tuple[str, ...]
    titles: tuple[str, ...]
    mapping: dict[int, str]
    preview: tuple[Row, ...]
    estimated_rows: int
    diagnosis: Diagnosis

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Inspection:
        """Return the inspection that `asdict` and JSON carried from another process."""
        told = values["diagnosis"]
        kinds = {
            kind: {
                code: Finding(one["count"], [tuple(example) for example in one["examples"]])
                for code, one in told[kind].items()
            }
            for kind in ("repaired", "refused")
        }
        return cls(
            layout=Layout.from_json(values["layout"]),
            sheets=tuple(values["sheets"]),
            titles=tuple(values["titles"]),
            mapping={int(column): name for column, name in values["mapping"].items()},
            preview=tuple((number, cells) for number, cells in values["preview"]),
            estimated_rows=values["estimated_rows"],
            diagnosis=Diagnosis(told["rows"], told["good"], **kinds),
        )
