"""Reads XLSX, XLS and ODS with calamine, after a look at what the file would unpack to."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
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
                return Format.ODS
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    raise UnreadableFile(_("This is a ZIP archive or a document, no spreadsheet. Save it as XLSX or CSV."))


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Trust the declared sizes: the reader stops where they end."""
    tight = any(
        part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts
    )
    if tight or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile(
            _("Unpacked, this file is far too large. Copy the rows you need to a new file, or save it as CSV.")
        )


def _damaged() -> UnreadableFile:
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
        raise _damaged() from error
    except BaseException as error:
        # A panic of the reader, which is written in Rust, derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def survey(path: Path, wanted: str) -> tuple[tuple[str, ...], str, int]:
    """Return the sheets that a person sees, the wanted or else the first filled one, and its last row in use."""
    with _opened(path) as workbook:
        names = tuple(
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        for name in names:
            end = workbook.get_sheet_by_name(name).end
            if name == wanted or (end and not wanted):
                return names, name, end[0] + 1 if end else 0
    if wanted:
        raise UnreadableFile(_("There is no sheet called “%(sheet)s”.") % {"sheet": wanted})
    raise UnreadableFile(_("There are no rows in the file."))


def records(path: Path, sheet: str) -> Iterator[Row]:
    """Yield all rows with their numbers, blank ones too."""
    with _opened(path) as workbook:
        for number, cells in enumerate(workbook.get_sheet_by_name(sheet).iter_rows(), 1):
            yield number, [cell if isinstance(cell, str) else _as_text(cell) for cell in cells]


def _as_text(value: object) -> str:
    """Write a cell as a person would type it; dates as ISO, whole numbers without a decimal point."""
    match value:
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
