"""Reads CSV and plain text in the encodings and with the separators that Polish programs write."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.spreadsheets.layout import Row, UnreadableFile

BLOCK = 1 << 20
SAMPLE_ROWS = 200
DELIMITERS = ";,\t|"
# Stands for "one column only": it occurs in no text.
_NO_DELIMITER = "\x1f"

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# ą, ś, ź and their capitals are the letters that the two Polish 8-bit encodings place differently.
_ONLY_CP1250 = re.compile(rb"[\x80-\x9f\xb9\xa5]")
_ONLY_ISO = re.compile(rb"[\xb1\xb6\xbc\xa1\xa6\xac]")
_OTHER_KINDS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"{\\rtf", b"%pdf")
_UNPRINTABLE = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]")


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file, or raise UnreadableFile if it is no text."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding
    if encoding := _utf16_without_bom(head[:1000]):
        return encoding
    if head.lstrip()[:20].lower().startswith(_OTHER_KINDS) or (len(_UNPRINTABLE.findall(head)) > len(head) // 100):
        raise UnreadableFile(_("Whatever its name, this is no spreadsheet. Save it as XLSX or CSV and upload that."))
    if _is_utf8(path):
        return "utf-8"
    more_iso = len(_ONLY_ISO.findall(head)) > len(_ONLY_CP1250.findall(head))
    return "iso-8859-2" if more_iso else "cp1250"


def _utf16_without_bom(head: bytes) -> str:
    """Recognise UTF-16 by the zero in every second byte of Latin text."""
    half = len(head) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half and head[offset::2].count(0) > half * 0.7 and head[1 - offset :: 2].count(0) < half * 0.1:
            return encoding
    return ""


def _is_utf8(path: Path) -> bool:
    """Decode all of the file: one Latin-2 letter on the last line decides too."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def detect_delimiter(path: Path, encoding: str) -> str:
    """Return the separator that cuts most rows into the same number of cells, or "" for one column."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [line.replace("\0", "") for line in islice(file, SAMPLE_ROWS) if line.strip()]
    if lines and (declared := _declared(lines[0])):
        return declared
    # Consistency first; among equals the separator that yields more columns.
    scores = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] else ""


def _score(lines: list[str], delimiter: str) -> float:
    """Return the share of rows that have the usual number of cells, 0 if that is one."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0.0
    width, rows = widths.most_common(1)[0] if widths else (1, 0)
    return rows / widths.total() + width / 1000 if width > 1 else 0.0


def _declared(line: str) -> str:
    """Return the separator that Excel lets a file declare in a first line such as sep=;"""
    match = re.fullmatch(r"\ufeff?sep=(.)\s*", line, re.IGNORECASE)
    return match[1] if match else ""


def count_rows(path: Path, encoding: str) -> int:
    """Count line ends, which is fast and a little too much where cells hold several lines."""
    unit = 2 if encoding.startswith("utf-16") else 1
    feeds = returns = size = 0
    last = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            size += len(block)
            last = block[-unit:]
    ended = last.strip(b"\0") in {b"\n", b"\r"}
    return max(feeds, returns) + (0 if ended or not size else 1)


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield all rows with their numbers, blank ones too."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        reader = csv.reader(lines, delimiter=delimiter or _NO_DELIMITER)
        number = 0
        try:
            for number, cells in enumerate(_undeclared(reader), 1):
                yield number, cells
        except csv.Error as error:
            raise UnreadableFile(
                _("Row %(row)d cannot be read; a quotation mark may be missing there.") % {"row": number + 1}
            ) from error


def _undeclared(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Leave out the line that declares the separator; Excel does not count it as a row either."""
    for cells in islice(reader, 1):
        if not (cells and re.fullmatch(r"\ufeff?sep=.?", cells[0], re.IGNORECASE)):
            yield cells
    yield from reader
