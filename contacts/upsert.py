"""Writes contacts and memberships in bulk: COPY and a merge on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, transaction

from contacts import erasure
from contacts.models import FIELDS
from smspanel import clock

_COLUMNS: Final = ("account_id", "msisdn", *FIELDS, "last_import_id", "created_at", "updated_at")
_STAGED: Final = ("msisdn", *FIELDS)

# A blank cell leaves what is there.
_KEPT: Final = ", ".join(
    f"{field} = COALESCE(excluded.{field}, contacts_contact.{field})"
    if field == "birth_date"
    else f"{field} = CASE WHEN excluded.{field} = '' THEN contacts_contact.{field} ELSE excluded.{field} END"
    for field in FIELDS
)
_MERGE: Final = f"""ON CONFLICT (account_id, msisdn) DO UPDATE SET {_KEPT},
    last_import_id = excluded.last_import_id, updated_at = excluded.updated_at"""

Row = Sequence[Any]
"""A number and one value for each of FIELDS, "" (or None for the birth date) where a cell is blank."""


@transaction.atomic
def contacts(*, account_id: int, import_id: int | None, rows: Sequence[Row]) -> set[str]:
    """Create or update contacts by number; the numbers must be distinct.

    People who asked to be erased are left out; their numbers are returned.
    """
    if not rows:
        return set()
    refused = erasure.erased(account_id=account_id, msisdns=[row[0] for row in rows])
    if refused:
        rows = [row for row in rows if row[0] not in refused]
    if connection.vendor == "postgresql":
        _copy_and_merge(account_id, import_id, rows)
    else:
        _execute_many(account_id, import_id, rows)
    return refused


@transaction.atomic
def memberships(*, group_id: int, account_id: int, numbers: Sequence[str]) -> int:
    """Put contacts into a group and return how many are new there; who is in it already stays as they are."""
    sql = """INSERT INTO contacts_membership (group_id, contact_id)
        SELECT {group}, id FROM contacts_contact WHERE account_id = {account} AND msisdn {which}
        ORDER BY id ON CONFLICT (group_id, contact_id) DO NOTHING"""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            filled = sql.format(group="%s", account="%s", which="= ANY(%s)")
            cursor.execute(filled, [group_id, account_id, list(numbers)])
            return int(cursor.rowcount)
        joined = 0
        for start in range(0, len(numbers), 500):
            some = list(numbers[start : start + 500])
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(sql.format(group="%s", account="%s", which=f"IN ({marks})"), [group_id, account_id, *some])
            joined += cursor.rowcount
        return joined


def _copy_and_merge(account_id: int, import_id: int | None, rows: Sequence[Row]) -> None:
    """Stage the rows with COPY, then merge them in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMPORARY TABLE IF NOT EXISTS staged_contacts ON COMMIT DELETE ROWS
                AS SELECT {", ".join(_STAGED)} FROM contacts_contact LIMIT 0"""
        )
        cursor.execute("TRUNCATE staged_contacts")
        with cursor.copy(f"COPY staged_contacts ({', '.join(_STAGED)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"""INSERT INTO contacts_contact ({", ".join(_COLUMNS)})
                SELECT %s, {", ".join(_STAGED)}, %s, %s, %s FROM staged_contacts ORDER BY msisdn
                {_MERGE}""",
            [account_id, import_id, clock.now(), clock.now()],
        )


def _execute_many(account_id: int, import_id: int | None, rows: Sequence[Row]) -> None:
    """Merge the rows one by one in one call, which is as fast as SQLite gets."""
    now = clock.now().replace(tzinfo=None).isoformat(" ", "microseconds")
    marks = ", ".join(["%s"] * len(_COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO contacts_contact ({', '.join(_COLUMNS)}) VALUES ({marks}) {_MERGE}",
            [(account_id, *row, import_id, now, now) for row in rows],
        )
