"""Reads back the spreadsheets that people download, by programs that did not write them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openpyxl
import python_calamine

from smspanel import doorbell
from tests.personas import Persona


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def rows_of(content: bytes, form: str) -> list[list[Any]]:
    """Return the rows of a file in any format."""
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return list(book.get_sheet_by_index(0).to_python())


def exported(persona: Persona, address: str, form: str = "csv") -> bytes:
    """Ask for a file on a page that offers one, wait until it is made, and fetch it."""
    asked = persona.client.post(address, {"format": form})
    assert asked.status_code == 302, asked.content
    doorbell.run_all_due()
    page = persona.client.get(asked["Location"]).content.decode()
    (found,) = re.findall(r'href="(/downloads/[^/"]+/file)"', page)
    return b"".join(persona.client.get(found))
