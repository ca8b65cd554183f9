"""Looks into a file and streams its rows; runs in a process of its own, and a file's name is never used as a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.cells import Reader, Reading
from contacts.spreadsheets import doctor, guessing, people, text, workbook
from contacts.spreadsheets.layout import (
    MAX_COLUMNS,
    MAX_ROWS,
    Diagnosis,
    Format,
    Inspection,
    Layout,
    Row,
    UnreadableFile,
    Wanted,
)

SAMPLE_ROWS = 200
LOOKED_AT = 20_000
"""Rows that are read as the import would, to tell what it will do with them."""
PREVIEW_ROWS = 10


def inspect(path: Path, name: str, wanted: Wanted = Wanted()) -> Inspection:  # noqa: B008 - it is frozen
    """Tell what is in a file; `name` is what its owner calls it; whatever is not wanted otherwise is guessed.

    Raises UnreadableFile with what is wrong and what to do.
    """
    if path.stat().st_size == 0:
        raise UnreadableFile(_("The file is empty."))
    sheets: tuple[str, ...] = ()
    last_row = None
    found = workbook.detect_format(path)
    if found is None:
        layout = _text_layout(path, name, wanted)
    else:
        sheets, chosen, last_row = workbook.survey(path, wanted.sheet or "")
        layout = Layout(found, header_row=0, width=0, sheet=chosen)
    head = list(islice(_all_rows(path, layout, keep_spaces=True), LOOKED_AT))
    sample = [(number, [_tidy(cell) for cell in cells]) for number, cells in head[:SAMPLE_ROWS]]
    if not any(cells for _number, cells in sample):
        raise UnreadableFile(_("There are no rows in the file."))
    if last_row is None:
        last_row = text.count_rows(path, layout.encoding)
    header = guessing.find_header(sample) if wanted.header_row is None else wanted.header_row
    layout = replace(layout, header_row=header, width=max(len(cells) for _number, cells in sample))
    return _describe(layout, sheets, sample, last_row, head, wanted)


def rows(path: Path, layout: Layout, start: int = 0, *, keep_spaces: bool = False) -> Iterator[Row]:
    """Yield the rows of data from the one after `start` of them on; blank rows are left out and not counted.

    Every row is as wide as the layout, or wider. With `keep_spaces` cells are as they are written. Raises
    UnreadableFile where the file breaks off.
    """
    filled = (row for row in _all_rows(path, layout, keep_spaces=keep_spaces) if row[1] and row[0] > layout.header_row)
    for number, cells in islice(filled, start, None):
        yield number, _padded(cells, layout.width)


def people_of(path: Path, layout: Layout, reading: Reading, start: int = 0) -> Iterator[people.PeopleRow]:
    """Yield the rows of data from the one after `start` of them on, as the people they name."""
    return people.read(rows(path, layout, start), Reader(reading))


def _text_layout(path: Path, name: str, wanted: Wanted) -> Layout:
    suffix = Path(name).suffix.lower()
    if suffix in {".xlsx", ".xlsm", ".xlsb", ".ods"}:
        raise UnreadableFile(
            _("The name ends with %(suffix)s, but the file is no such spreadsheet. Save it again as XLSX or CSV.")
            % {"suffix": suffix}
        )
    encoding = wanted.encoding or text.detect_encoding(path)
    delimiter = text.detect_delimiter(path, encoding) if wanted.delimiter is None else wanted.delimiter
    kind = Format.TXT if suffix == ".txt" else Format.CSV
    return Layout(kind, header_row=0, width=0, encoding=encoding, delimiter=delimiter)


def _all_rows(path: Path, layout: Layout, *, keep_spaces: bool = False) -> Iterator[Row]:
    """Yield all rows, each without blank cells at its end, and without surrounding spaces unless they are kept."""
    if layout.format.is_text:
        source = text.records(path, layout.encoding, layout.delimiter)
    else:
        source = workbook.records(path, layout.sheet)
    for number, cells in source:
        tidy = [cell.replace("\0", "") for cell in cells] if keep_spaces else list(map(_tidy, cells))
        while tidy and not tidy[-1].strip():
            tidy.pop()
        if len(tidy) > MAX_COLUMNS:
            raise UnreadableFile(
                _("Row %(row)d has more than %(limit)d columns. Delete those that are not needed.")
                % {"row": number, "limit": MAX_COLUMNS}
            )
        if number > MAX_ROWS:
            raise UnreadableFile(
                _("The file has more than %(limit)d rows. Split it into several files.") % {"limit": MAX_ROWS}
            )
        yield number, tidy


def _tidy(cell: str) -> str:
    """Drop spaces around a cell, the .0 that programs append to long numbers, and NUL, which no database takes."""
    cell = cell.replace("\0", "").strip() if "\0" in cell else cell.strip()
    return cell[:-2] if cell[-2:] == ".0" and len(cell) > 8 and cell[:-2].isdecimal() else cell


def _describe(
    layout: Layout, sheets: tuple[str, ...], sample: list[Row], last_row: int, head: list[Row], wanted: Wanted
) -> Inspection:
    titles = _padded(next((cells for number, cells in sample if number == layout.header_row), []), layout.width)
    data = [(number, _padded(cells, layout.width)) for number, cells in sample if cells and number > layout.header_row]
    if wanted.columns is None:
        mapping = guessing.guess_mapping(titles, data, layout.width)
    else:
        mapping = {column: field for field, column in sorted(wanted.columns.items(), key=lambda one: one[1])}
    return Inspection(
        layout=layout,
        sheets=sheets,
        titles=tuple(titles),
        mapping=mapping,
        preview=tuple(data[:PREVIEW_ROWS]),
        estimated_rows=max(last_row - layout.header_row, len(data)),
        diagnosis=_diagnosis(layout, titles, mapping, head, wanted),
    )


def _diagnosis(
    layout: Layout, titles: list[str], mapping: dict[int, str], head: list[Row], wanted: Wanted
) -> Diagnosis:
    columns = {field: column for column, field in mapping.items()}
    if "msisdn" not in columns:
        return Diagnosis()
    reader = Reader(Reading(columns, split=wanted.split, fixed_lines=wanted.fixed_lines, titles=titles))
    return doctor.examine((row for row in head if row[1] and row[0] > layout.header_row), columns, reader)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))
