"""Writes report files in chunks: CSV in several turns, each where the last one ended, XLSX in one."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from campaigns.models import ReportFile
from campaigns.report_rows import TABLES, Chunk, Row, Table
from smspanel import clock, downloads

SECONDS: Final = 45.0
MOST_XLSX_ROWS: Final = 100_000
"""A workbook is written in one turn, which has to end in time."""
_BOM: Final = b"\xef\xbb\xbf"

Keep = Callable[["Progress"], bool]
"""Writes how far a file is, and says whether it is still this process that writes it."""


class CannotBeMade(Exception):
    """There will be no such file; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: rows and bytes that are written, and the cursor after them, "" for none or the end."""

    rows: int
    size: int
    cursor: str


def write(report: ReportFile, path: Path, keep: Keep) -> bool:
    """Write the file, or the next part of it; says whether it is complete."""
    table = TABLES[report.type]
    if report.format == ReportFile.Format.XLSX:
        return _write_workbook(report, table, path, keep)
    return _write_text(report, table, path, keep)


def _write_text(report: ReportFile, table: Table, path: Path, keep: Keep) -> bool:
    """Go on after the bytes that are known to be written: what a crash left behind them is cut off."""
    until = clock.monotonic() + SECONDS
    with path.open("r+b" if report.size else "wb") as out:
        out.seek(report.size)
        out.truncate()
        if not report.size:
            out.write(_BOM + _lines([[str(heading) for heading in table.headings]]))
        progress = Progress(report.rows, report.size, report.cursor)
        while True:
            progress = _append(out, table.chunk(report, progress.cursor), progress)
            if not keep(progress):
                return False
            if not progress.cursor:
                return True
            if clock.monotonic() > until:
                return False


def _append(out: BinaryIO, chunk: Chunk, progress: Progress) -> Progress:
    """Write a chunk so that it survives a crash."""
    rows, cursor = chunk
    out.write(_lines(rows))
    out.flush()
    os.fsync(out.fileno())
    return Progress(progress.rows + len(rows), out.tell(), cursor)


def _lines(rows: Iterable[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(map(_harmless, rows))
    return text.getvalue().encode()


def _harmless(row: Sequence[str | int]) -> list[str | int]:
    return [downloads.harmless(cell) if isinstance(cell, str) else cell for cell in row]


def _write_workbook(report: ReportFile, table: Table, path: Path, keep: Keep) -> bool:
    """Write all rows, text as text, without what no workbook may hold."""
    rows = _few_rows(report, table, keep)
    if rows is None:
        return False
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet()
    sheet.append([str(heading) for heading in table.headings])
    for row in rows:
        sheet.append(_printable(row))
    with path.open("wb") as out:
        book.save(out)
        out.flush()
        os.fsync(out.fileno())
    return True


def _few_rows(report: ReportFile, table: Table, keep: Keep) -> list[Row] | None:
    """Return all rows before the first is written, since a workbook that is given up stays on the disk.

    None says that somebody else makes the file now; raises CannotBeMade for too many.
    """
    rows: list[Row] = []
    cursor = ""
    while True:
        more, cursor = table.chunk(report, cursor)
        rows += more
        if len(rows) > MOST_XLSX_ROWS:
            most = {"most": MOST_XLSX_ROWS}
            raise CannotBeMade(_("An XLSX file has at most %(most)s rows here. Ask for the same as CSV.") % most)
        if not keep(Progress(len(rows), 0, "")):
            return None
        if not cursor:
            return rows


def _printable(row: Row) -> list[str | int]:
    return [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in _harmless(row)]
