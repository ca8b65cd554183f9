"""Workbooks row by row, with little in memory: XLSX by openpyxl, ODS by ourselves.

odfpy, which tablib would use, keeps every cell as an object: 100,000 contacts took 3 GB and a minute and a half.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, Final, Protocol
from xml.sax.saxutils import escape

from openpyxl import Workbook

MOST_ROWS: Final = {"xlsx": 1_048_575, "ods": 100_000}
"""Without the headings. A sheet of any program ends there; larger ODS files take most of them minutes to open."""


class Sheet(Protocol):
    """A workbook of one sheet that is being written; cells hold only what XML may hold."""

    def append(self, row: Sequence[str | int]) -> None: ...
    def save(self, out: BinaryIO) -> None: ...
    def close(self) -> None: ...


class XlsxSheet:
    """A sheet whose rows wait in a temporary file of openpyxl's."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet()

    def append(self, row: Sequence[str | int]) -> None:
        """Write a row, text as text."""
        self._sheet.append(row)

    def save(self, out: BinaryIO) -> None:
        """Write the workbook."""
        self._book.save(out)

    def close(self) -> None:
        """Delete the temporary file of a sheet that is given up; a saved one has none."""
        if not self._sheet.closed:
            self._sheet.close()
            self._sheet._writer.cleanup()


_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns"
_MIMETYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<manifest:manifest xmlns:manifest="{_NAMESPACE}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document-content xmlns:office="{_NAMESPACE}:office:1.0" xmlns:table="{_NAMESPACE}:table:1.0" '
    f'xmlns:text="{_NAMESPACE}:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="Sheet1">'
)
_TAIL: Final = "</table:table></office:spreadsheet></office:body></office:document-content>"
_BLANKS: Final = re.compile(r"\t|^ +| +$|(?<= ) +")
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")
_EMPTY: Final = "<table:table-cell/>"


class OdsSheet:
    """A sheet whose rows wait in a temporary file, as the text of its content.xml."""

    def __init__(self) -> None:
        self._content = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - close() closes it
        self._content.write(_HEAD.encode())

    def append(self, row: Sequence[str | int]) -> None:
        """Write a row, text as text."""
        self._content.write(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>".encode())

    def save(self, out: BinaryIO) -> None:
        """Write the workbook."""
        self._content.write(_TAIL.encode())
        self._content.seek(0)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
            # By the format's rules, the first entry says uncompressed what the file is.
            book.writestr("mimetype", _MIMETYPE, zipfile.ZIP_STORED)
            book.writestr("META-INF/manifest.xml", _MANIFEST)
            with book.open("content.xml", "w") as content:
                while piece := self._content.read(1 << 20):
                    content.write(piece)

    def close(self) -> None:
        """Delete the temporary file."""
        self._content.close()


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if not value:
        return _EMPTY
    lines = "".join(f"<text:p>{_paragraph(line)}</text:p>" for line in _LINE_ENDS.split(value))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _paragraph(line: str) -> str:
    """Return a line in which no space is lost: readers take several for one."""
    return _BLANKS.sub(_blank, escape(line)) if "  " in line or "\t" in line or line != line.strip() else escape(line)


def _blank(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'


SHEETS: Final[Mapping[str, Callable[[], Sheet]]] = {"xlsx": XlsxSheet, "ods": OdsSheet}
