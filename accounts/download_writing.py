"""Writes files in chunks: CSV in several turns, each where the last one ended, XLSX and ODS in one."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from accounts import download_kinds
from accounts.download_kinds import Chunk, Kind, Row
from accounts.download_sheets import MOST_ROWS, SHEETS, Sheet
from accounts.models import Download
from smspanel import clock
from smspanel.downloads import harmless, printable

SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)
SAVING: Final = timedelta(minutes=10)
"""A large workbook is compressed in one go, in which the lease cannot be prolonged."""
_BOM: Final = b"\xef\xbb\xbf"

Keep = Callable[["Progress", timedelta], bool]
"""Writes how far a file is, prolongs its lease, and says whether it is still this process that writes it."""


class CannotBeMade(Exception):
    """There will be no such file; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: rows and bytes that are written, and the cursor after them, "" for none or the end."""

    rows: int
    size: int
    cursor: str


def too_many(form: str) -> str:
    """Return the sentence about a file of more rows than its format holds."""
    sentence = _("A file in the format %(format)s has at most %(most)s rows. Ask for the same as CSV.")
    return sentence % {"format": form.upper(), "most": MOST_ROWS[form]}


def write(download: Download, path: Path, keep: Keep) -> bool:
    """Write the file, or the next part of it; says whether it is complete."""
    kind = download_kinds.of(download.type)
    if download.format in SHEETS:
        return _write_sheet(download, kind, path, keep)
    return _write_text(download, kind, path, keep)


def _write_text(download: Download, kind: Kind, path: Path, keep: Keep) -> bool:
    """Go on after the bytes that are known to be written: what a crash left behind them is cut off."""
    until = clock.monotonic() + SECONDS
    with path.open("r+b" if download.size else "wb") as out:
        out.seek(download.size)
        out.truncate()
        if not download.size:
            out.write(_BOM + _lines([_headings(download, kind)]))
        progress = Progress(download.rows, download.size, download.cursor)
        while True:
            progress = _append(out, kind.chunk(download, progress.cursor), progress)
            if not keep(progress, LEASE):
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


def _harmless(row: Sequence[str | int]) -> Row:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]


def _fit(row: Row) -> Row:
    """Make a row fit for XML first: what is left out could stand before a formula."""
    return _harmless([printable(cell) if isinstance(cell, str) else cell for cell in row])


def _headings(download: Download, kind: Kind) -> Row:
    return [str(heading) for heading in kind.headings(download)]


def _write_sheet(download: Download, kind: Kind, path: Path, keep: Keep) -> bool:
    """Write all rows in one turn, however long it takes: a workbook cannot be gone on with."""
    sheet = SHEETS[download.format]()
    try:
        sheet.append(_fit(_headings(download, kind)))
        if not _fill(sheet, download, kind, keep):
            return False
        with path.open("wb") as out:
            sheet.save(out)
            out.flush()
            os.fsync(out.fileno())
    finally:
        sheet.close()
    return True


def _fill(sheet: Sheet, download: Download, kind: Kind, keep: Keep) -> bool:
    """Write the rows; says False when somebody else makes the file now. Raises CannotBeMade for too many."""
    rows, cursor = 0, ""
    while True:
        more, cursor = kind.chunk(download, cursor)
        rows += len(more)
        if rows > MOST_ROWS[download.format]:
            raise CannotBeMade(too_many(download.format))
        for row in more:
            sheet.append(_fit(row))
        if not keep(Progress(rows, 0, ""), LEASE if cursor else SAVING):
            return False
        if not cursor:
            return True
