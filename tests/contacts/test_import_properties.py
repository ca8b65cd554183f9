"""Whatever a spreadsheet holds: the import does not break, and every row of it is accounted for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from contacts import applying, imports, spreadsheets
from contacts.models import BlacklistEntry, Contact, Group, Import
from contacts.spreadsheets import reading
from tests.campaigns.sending import number
from tests.personas import Persona

COLUMNS = {"msisdn": 0, "first_name": 1, "birth_date": 2, "sex": 3, "note_1": 4}
BLACKLISTED = number(3)
NUMBERS = st.sampled_from([number(index) for index in range(5)])
WEIRD = [
    "\0",
    "5\0",
    "=1+1",
    "4.85E+10",
    "500100200.0",
    "😀",
    "\ufeff",
    '"',
    "a" * 300,
    "_x0000_",
    "１２３",
    "#N/A",
    "\x1f",
]
CELLS = st.text(max_size=12) | st.sampled_from(WEIRD) | st.floats(allow_nan=False).map(str) | NUMBERS
ROWS = st.tuples(
    NUMBERS | NUMBERS.map(lambda one: f"+{one[:2]} {one[2:5]}-{one[5:]}") | NUMBERS.map(lambda one: f"{one}.0") | CELLS,
    CELLS,
    CELLS | st.dates().map(str),
    st.sampled_from(["", "F", "m", "?"]),
    CELLS,
).map(list)
TABLES = st.lists(ROWS, min_size=1, max_size=12)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso-8859-2"])
every_table = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _many_chunks(monkeypatch: pytest.MonkeyPatch, slave: Persona) -> None:
    monkeypatch.setattr(applying, "CHUNK", 4)
    # The reader itself, not in a process of its own: the tables are what is in question, and they are many.
    monkeypatch.setattr(spreadsheets, "inspect", reading.inspect)
    monkeypatch.setattr(spreadsheets, "rows", reading.rows)
    monkeypatch.setattr(spreadsheets, "people_of", reading.people_of)
    BlacklistEntry.objects.create(account=slave.account, msisdn=BLACKLISTED)


def as_csv(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    """Write a table as a program would whose encoding lacks some characters."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def as_xlsx(rows: list[list[str]]) -> bytes:
    """Write a table with numbers as numbers, as spreadsheet programs do."""
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append([_typed(ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in row])
    book.save(content)
    return content.getvalue()


def _typed(cell: str) -> str | float:
    return float(cell) if cell.isascii() and cell.isdecimal() else cell


def imported(persona: Persona, name: str, content: bytes) -> Import | None:
    """Import a file into a group; None when it is politely refused."""
    file = SimpleUploadedFile(name, content)
    try:
        one = imports.upload(account=persona.account, actor=None, file=file, target=Import.Target.CONTACTS)
    except spreadsheets.UnreadableFile:
        return None
    group, _created = Group.objects.get_or_create(account=persona.account, name="Customers")
    imports.start(spreadsheet=one, columns=COLUMNS, has_header=False, group=group, actor=None)
    applying.apply(one.pk)
    one.refresh_from_db()
    return one


def data_rows(persona: Persona, name: str, content: bytes) -> list[int]:
    """Return the numbers of the rows of data, by the reader that the import uses."""
    path = imports.file_of(Import(account=persona.account))
    path.write_bytes(content)
    layout = replace(spreadsheets.inspect(path, name).layout, header_row=0)
    found = [row for row, _cells in spreadsheets.rows(path, layout)]
    path.unlink()
    return found


def assert_accounted_for(persona: Persona, name: str, content: bytes) -> None:
    """Import the file twice and check its sums, its rejected rows, and that the second time creates nobody."""
    with transaction.atomic():
        if (first := imported(persona, name, content)) is not None:
            rows = data_rows(persona, name, content)
            assert (first.status, first.problem, first.cursor) == (Import.Status.DONE, "", len(rows))
            done = first.created_count + first.updated_count + first.duplicate_count
            assert done + first.invalid_count == len(rows)
            assert first.created_count == Contact.objects.count() == Group.objects.get().members.count()
            assert first.blacklisted_count == Contact.objects.filter(msisdn=BLACKLISTED).count()
            rejected = dict(first.rejected_rows.values_list("row", "reason"))
            assert len(rejected) == first.invalid_count
            assert set(rejected) <= set(rows)
            assert all(rejected.values())
            assert not any("\0" in cell for row in Contact.objects.values_list("first_name", "note_1") for cell in row)
            again = imported(persona, name, content)
            assert again is not None
            assert (again.created_count, again.updated_count) == (0, first.created_count)
            assert (again.duplicate_count, again.invalid_count) == (first.duplicate_count, first.invalid_count)
        transaction.set_rollback(True)


@every_table
@given(rows=TABLES, delimiter=st.sampled_from(";,\t|"), encoding=ENCODINGS)
@example(rows=[[number(1), "\0", "", "", "\0"]], delimiter=";", encoding="utf-8")
def test_every_row_of_any_csv_file_is_accounted_for(
    slave: Persona, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    assert_accounted_for(slave, "table.csv", as_csv(rows, delimiter, encoding))


@every_table
@given(rows=TABLES)
@example(rows=[[number(1), "_x0000_", "", "", "_x0000_"], ["_x0000_", "", "", "", ""]])
def test_every_row_of_any_xlsx_file_is_accounted_for(slave: Persona, rows: list[list[str]]) -> None:
    assert_accounted_for(slave, "table.xlsx", as_xlsx(rows))


@every_table
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_an_import(slave: Persona, content: bytes) -> None:
    assert_accounted_for(slave, "table.csv", content)
