"""Files that people download: CSV and XLSX whose cells no spreadsheet program takes for formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import tablib
from django.http import HttpResponse
from django.utils.http import content_disposition_header

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def harmless(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet program could run it."""
    cleaned = text.replace("\0", "")
    return f"'{cleaned}" if text.startswith(_DANGEROUS) else cleaned


def spreadsheet(*, name: str, kind: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a download of the rows as `kind` (csv or xlsx); numbers stay numbers, text stays text."""
    data = tablib.Dataset(headers=[str(header) for header in headers])
    for row in rows:
        data.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    content: Any = data.export(kind)
    if kind == "csv":
        content = io.BytesIO(b"\xef\xbb\xbf" + content.encode()).getvalue()
    response = HttpResponse(content, content_type=FORMATS[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    return response
