"""Reads XLSX, XLS and ODS with calamine, after a look at what the file would unpack to.

Calamine holds a whole sheet in memory; a sheet too large for that is left to streaming.py.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from contacts.spreadsheets.layout import Format, Row, UnreadableFile

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MAX_PARTS = 5000
MAX_UNPACKED = 1 << 30
MAX_RATIO = 100
SMALL_PART = 1 << 20  # a part below this may be packed as tightly as it likes
LARGE_PART = 128 << 20  # some 350,000 rows of six cells; in memory they take twice as much

_MIMETYPE_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def detect_format(path: Path) -> Format | None:
    """Return the format of a workbook by its content, None for anything else; refuse what must not be opened."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLE:
            file.seek(0)
            if "EncryptedPackage".encode("utf-16-le") in file.read():
                raise _protected()
            return Format.XLS
    return _zip_format(path) if head.startswith(ZIP) else None


def _protected() -> UnreadableFile:
    return UnreadableFile(_("The file is protected with a password. Save it without the password and upload it again."))


def _zip_format(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive.infolist())
            names = set(archive.namelist())
            if names & {"xl/workbook.xml", "xl/workbook.bin"}:
                return Format.XLSX
            if "content.xml" in names and archive.read("mimetype").startswith(_MIMETYPE_ODS):
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise _protected()
                if archive.getinfo("content.xml").file_size > LARGE_PART:
                    raise _too_large()
                return Format.ODS
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise damaged() from error
    raise UnreadableFile(_("This is a ZIP archive or a document, no spreadsheet. Save it as XLSX or CSV."))


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Trust the declared sizes: the reader stops where they end."""
    tight = any(
        part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts
    )
    if tight or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large()


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        _("Unpacked, this file is far too large. Copy the rows you need to a new file, or save it as CSV.")
    )


def damaged() -> UnreadableFile:
    return UnreadableFile(
        _("The file is damaged or incomplete. Open it in your spreadsheet program, save it as XLSX and try again.")
    )


@contextmanager
def _opened(path: Path) -> Iterator[CalamineWorkbook]:
    """Open a workbook and turn whatever the reader makes of a hostile file into a sentence."""
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            yield workbook
    except PasswordError as error:
        raise _protected() from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise damaged() from error
    except BaseException as error:
        # A panic of the reader, which is written in Rust, derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from error


def survey(path: Path, wanted: str) -> tuple[tuple[str, ...], str, int]:
    """Return the sheets that a person sees, the wanted or else the first filled one, and its last row in use."""
    ends = _streaming().sheets(path) if _is_large(path) else _ends(path)
    names: list[str] = []
    for name, last_row in ends:
        names.append(name)
        if name == wanted or (last_row and not wanted):
            return tuple(names + [name for name, _last in ends]), name, last_row
    if wanted:
        raise UnreadableFile(_("There is no sheet called “%(sheet)s”.") % {"sheet": wanted})
    raise UnreadableFile(_("There are no rows in the file."))


def _is_large(path: Path) -> bool:
    """Say whether a part of a workbook is too large to be held in memory."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(part.file_size > LARGE_PART for part in archive.infolist() if part.filename.startswith("xl/"))


def _streaming() -> ModuleType:
    """Return the module for large workbooks; importing it takes longer than reading a small one."""
    return import_module("contacts.spreadsheets.streaming")


def _ends(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the sheets that a person sees, each with its last row in use; 0 for an empty one."""
    with _opened(path) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                end = _loaded(workbook, path, sheet.name).end
                yield sheet.name, end[0] + 1 if end else 0


def records(path: Path, sheet: str) -> Iterator[Row]:
    """Yield all rows with their numbers, blank ones too."""
    rows = _streaming().rows(path, sheet) if _is_large(path) else _rows(path, sheet)
    for number, cells in enumerate(rows, 1):
        yield number, [cell if isinstance(cell, str) else _as_text(cell) for cell in cells]


def _rows(path: Path, sheet: str) -> Iterator[Iterable[object]]:
    with _opened(path) as workbook:
        yield from _loaded(workbook, path, sheet).iter_rows()


def _loaded(workbook: CalamineWorkbook, path: Path, name: str) -> CalamineSheet:
    """Return a sheet, which is looked at twice and loaded once: that is what takes the time."""
    stat = path.stat()
    key = (path, stat.st_ino, stat.st_mtime_ns, stat.st_size, name)
    if key not in _last:
        _last.clear()
        _last[key] = workbook.get_sheet_by_name(name)
    return _last[key]


_last: dict[tuple[object, ...], CalamineSheet] = {}


def _as_text(value: object) -> str:
    """Write a cell as a person would type it; dates as ISO, whole numbers without a decimal point."""
    match value:
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case None:
            return ""
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
