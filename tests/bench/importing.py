"""Importing rows of six columns, beside the shortest way to do it right, and beside stock import-export.

The bare way reads the file, checks numbers with one expression, stages the rows and merges them: on PostgreSQL by COPY,
on SQLite by executemany. It counts nothing, rejects silently, cannot resume and cannot be undone.
"""

from __future__ import annotations

import csv
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import tablib
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from import_export.resources import modelresource_factory
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from accounts.models import Account
from contacts import applying, imports
from contacts.models import Contact, Import
from smspanel import clock
from tests.bench import filling
from tests.bench.measure import ROUNDS, WHOLE, Figure, Row, compare, seconds_of, settle
from tests.personas import make_people

PEOPLE: Final = 100_000 if WHOLE else 50_000
OTHERS: Final = 1_000_000 if WHOLE else 50_000
MEGABYTES: Final = 300.0
STOCK: Final = 2_000
TITLES: Final = ("phone", "first name", "last name", "sex", "birth date", "note 1")
COLUMNS: Final = ("msisdn", "first_name", "last_name", "sex", "birth_date", "note_1")
POLISH: Final = re.compile(r"(?:48)?((?:45|5[0137]|6[069]|7[2389]|88)[0-9]{7})")


def rows() -> Iterator[Row | Figure]:
    """Measure new contacts from CSV and XLSX, the same file again, and the library that comes with the admin."""
    people = make_people()
    account = people.slave.account
    with TemporaryDirectory() as folder:
        text, sheet = text_file(Path(folder), PEOPLE), _sheet(Path(folder))
        bare = f"parse, check, stage, merge; {PEOPLE:,} rows"
        yield _compare(account, f"importing CSV, all new / {bare}", text, before=lambda: forget(account))
        yield _compare(account, f"importing CSV, all known / {bare}", text)
        yield _compare(account, f"importing XLSX, all new / {bare}", sheet, before=lambda: forget(account))
        yield _compare(account, f"importing XLSX, all known / {bare}", sheet)
        yield _beside_stock(account, text)
        filling.contacts(people.stranger.account, OTHERS)
        where = f"into a table of {OTHERS:,}"
        yield _compare(account, f"importing CSV {where}, all new / {bare}", text, before=lambda: forget(account))
        yield _compare(account, f"importing CSV {where}, all known / {bare}", text)
        large = text_file(Path(folder), OTHERS)
        most = _megabytes(people.master.account, large)
        yield Figure(f"importing {OTHERS:,} rows, the most memory", "MB", most, MEGABYTES)


def text_file(folder: Path, size: int) -> Path:
    """Write people as CSV; one in fifty has no number, one in a hundred comes twice."""
    path = folder / f"{size}.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows((TITLES, *map(_person, range(size))))
    return path


def _sheet(folder: Path) -> Path:
    """Write the same people as XLSX."""
    book = Workbook(write_only=True)
    table: Any = book.create_sheet()
    for line in (TITLES, *map(_person, range(PEOPLE))):
        table.append(line)
    book.save(folder / "people.xlsx")
    return folder / "people.xlsx"


def _person(index: int) -> tuple[str, ...]:
    number = "" if index % 50 == 7 else str(500_000_000 + (index - index % 100 // 99) * 7)
    born = f"{1950 + index % 50}-{1 + index % 12:02d}-{1 + index % 28:02d}"
    return number, f"Name {index % 100}", f"Surname {index % 1000}", "FM"[index % 2], born, f"customer {index}"


def _compare(account: Account, work: str, path: Path, *, before: Callable[[], object] = lambda: None) -> Row:
    def bare() -> None:
        _import_bare(account.pk, path)

    def ours() -> None:
        import_file(account, path)

    return compare(work, "rows", PEOPLE, bare=bare, ours=ours, before=before, target=0.5)


def import_file(account: Account, path: Path) -> None:
    """Import all of it as new contacts, or as known ones."""
    with path.open("rb") as file:
        upload = UploadedFile(file, name=path.name, size=path.stat().st_size)
        spreadsheet = imports.upload(account=account, actor=None, file=upload, target=Import.Target.CONTACTS)
    columns = {field: index for index, field in enumerate(COLUMNS)}
    imports.start(spreadsheet=spreadsheet, columns=columns, has_header=True, group=None, actor=None)
    applying.apply(spreadsheet.pk)
    spreadsheet.refresh_from_db()
    if spreadsheet.created_count + spreadsheet.updated_count != Contact.objects.filter(account=account).count():
        raise RuntimeError(f"{spreadsheet.cursor} rows were imported: {spreadsheet.problem}")


def _import_bare(account_id: int, path: Path) -> None:
    with transaction.atomic():
        _merge(account_id, {one[0]: one for one in _checked(path)})


def _checked(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the rows whose number is one."""
    with path.open("rb" if path.suffix == ".xlsx" else "r") as file:
        if path.suffix == ".xlsx":
            lines: Any = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows()
        else:
            lines = csv.reader(file, delimiter=";")
        for line in islice(lines, 1, None):
            if match := POLISH.fullmatch(line[0]):
                yield "48" + match[1], *line[1:]


def _merge(account_id: int, people: dict[str, tuple[str, ...]]) -> None:
    names, blank = ", ".join(COLUMNS), ", ".join(["''"] * 10)
    others = "middle_name, note_2, note_3, note_4, note_5, note_6, note_7, note_8, note_9, note_10"
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS[1:], "updated_at"))
    upsert = f"ON CONFLICT (account_id, msisdn) DO UPDATE SET {updates}"
    into = f"INSERT INTO contacts_contact (account_id, {names}, {others}, created_at, updated_at)"
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMPORARY TABLE bare ({', '.join(f'{name} text' for name in COLUMNS)}) ON COMMIT DROP"
            )
            with cursor.copy(f"COPY bare ({names}) FROM STDIN") as copy:
                for one in people.values():
                    copy.write_row(one)
            typed = names.replace("birth_date", "birth_date::date")
            cursor.execute(f"{into} SELECT %s, {typed}, {blank}, %s, %s FROM bare {upsert}", [account_id, now, now])
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            values = [(account_id, *one, now, now) for one in people.values()]
            cursor.executemany(f"{into} VALUES (%s, {marks}, {blank}, %s, %s) {upsert}", values)


def _beside_stock(account: Account, path: Path) -> Row:
    """Compare with django-import-export as it comes, on fewer rows: it would take minutes for all."""
    ours: list[float] = []
    stock: list[float] = []
    for _round in range(ROUNDS):
        for work, taken in ((import_file, ours), (_import_stock, stock)):
            forget(account)
            taken.append(seconds_of(partial(work, account, path)))
    rates = STOCK / statistics.median(stock), PEOPLE / statistics.median(ours)
    return Row("importing CSV, all new / stock django-import-export", "rows", *rates, target=50)


def _import_stock(account: Account, path: Path) -> None:
    data = tablib.Dataset(headers=("account", *COLUMNS))
    for line in islice(_checked(path), STOCK):
        data.append((account.pk, *line))
    options = {"fields": ("account", *COLUMNS), "import_id_fields": ("account", "msisdn")}
    result = modelresource_factory(Contact, meta_options=options)().import_data(data, raise_errors=True)
    if result.has_errors() or Contact.objects.count() < STOCK * 0.9:
        raise RuntimeError("import-export did not import")


def forget(account: Account) -> None:
    """Delete the account's contacts, and all that is known of imports."""
    with connection.cursor() as cursor:
        for table in ("contacts_importchange", "contacts_rejectedrow"):
            cursor.execute(f"DELETE FROM {table}")
        groups = "SELECT id FROM contacts_group WHERE account_id = %s"
        cursor.execute(f"DELETE FROM contacts_membership WHERE group_id IN ({groups})", [account.pk])
        cursor.execute("DELETE FROM contacts_contact WHERE account_id = %s", [account.pk])
    settle()


def _megabytes(account: Account, path: Path) -> float:
    """Return the most memory that the import of a file takes, in a process of its own."""
    code = "import sys; from django.core.management import execute_from_command_line as run; run(sys.argv); "
    # Not ru_maxrss, which begins with what the process took that made this one.
    code += "print(next(line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line), file=sys.stderr)"
    command = [sys.executable, "-c", code, "importcontacts", str(path), "--account", str(account.pk), "--group", "All"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stderr.split()[-1]) / 1024
