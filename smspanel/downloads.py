"""Files that people download: spreadsheets whose cells no spreadsheet program takes for formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import tablib
from django.http import HttpResponse
from django.utils.http import content_disposition_header

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CONTENT_TYPES: Final = {**FORMATS, "ods": "application/vnd.oasis.opendocument.spreadsheet"}
"""Of the files that are made in the background."""

# Programs that open a text file strip spaces and quotes before they look, and some read full-width signs as plain ones.
_DANGEROUS: Final = re.compile(r"[\t\r\n\0]|[\s\x00-\x1f\"'`‘’‚‛“”„‟«»\ufeff]*[=+\-@＝＋－＠]")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet program could run it."""
    cleaned = text.replace("\0", "")
    return f"'{cleaned}" if _DANGEROUS.match(text) else cleaned


def printable(text: str) -> str:
    """Return the text without what XML, and so no workbook, may hold."""
    return _UNPRINTABLE.sub("", text)


def spreadsheet(*, name: str, kind: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a download of the rows as `kind` (csv or xlsx); numbers stay numbers, text stays text."""
    data = tablib.Dataset(headers=[str(header) for header in headers])
    for row in rows:
        data.append([harmless(printable(cell)) if isinstance(cell, str) else cell for cell in row])
    content: Any = data.export(kind)
    if kind == "csv":
        content = io.BytesIO(b"\xef\xbb\xbf" + content.encode()).getvalue()
    response = HttpResponse(content, content_type=FORMATS[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    return response
