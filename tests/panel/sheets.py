"""Reads back the spreadsheets that people download, by a program that did not write them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))
