"""How a file is read, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MAX_COLUMNS = 200
MAX_ROWS = 2_000_000

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
class Inspection:
    """What a person is shown before an import: titles, a guess which column is which, and the first rows.

    `mapping` goes from a column's index to one of FIELDS; `estimated_rows` counts rows of data.
    """

    layout: Layout
    sheets: tuple[str, ...]
    titles: tuple[str, ...]
    mapping: dict[int, str]
    preview: tuple[Row, ...]
    estimated_rows: int
