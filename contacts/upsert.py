"""Writes contacts and memberships in bulk: staged in a temporary table, then merged in a few statements.

All who write so take turns within an account, so that each counts exactly what it created and changed. CROSS JOIN
tells SQLite, which knows nothing of how full the tables are, to begin with the staged rows; to PostgreSQL it is a join
like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from accounts.models import Account
from contacts import blacklist, erasure
from contacts.fields import FIELDS
from smspanel import clock

_STAGED: Final = ("msisdn", *FIELDS)

Row = Sequence[str | None]
"""A number, then a value for each of the fields that are given: None leaves what is there, "" empties it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the rows: a repetition is a number that the same import has brought already."""

    created: int = 0
    updated: int = 0
    repeated: int = 0
    joined: int = 0
    blacklisted: int = 0


@transaction.atomic
def contacts(
    *,
    account_id: int,
    rows: Sequence[Row],
    fields: Sequence[str] = (),
    import_id: int | None = None,
    group_id: int | None = None,
) -> Merged:
    """Create or update contacts by number, which must be distinct, and put them into a group.

    People who asked to be erased are left out. What an import changes is kept as it was before, so that the import can
    be undone.
    """
    if not rows:
        return Merged()
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    refused = erasure.erased(account_id=account_id, msisdns=[str(row[0]) for row in rows])
    rows = [row for row in rows if row[0] not in refused] if refused else rows
    _stage(("msisdn", *fields), rows)
    updated = _update(account_id, fields, import_id) if fields or import_id else 0
    created = _create(account_id, fields, import_id) if updated < len(rows) else 0
    joined = _join(account_id, group_id, import_id) if group_id else 0
    repeated = len(rows) - created - updated if import_id else 0
    return Merged(created, updated, repeated, joined, _blacklisted(account) if import_id else 0)


def _stage(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write the rows to a table that only this connection sees."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS staged_contacts ({_TYPED}) ON COMMIT DELETE ROWS")
            cursor.execute("TRUNCATE staged_contacts")
            with cursor.copy(f"COPY staged_contacts ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            # Without it the planner takes the table for a small one, and reads all contacts for each row of it.
            cursor.execute("ANALYZE staged_contacts (msisdn)")
        else:
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS staged_contacts ({_TYPED})")
            cursor.execute("DELETE FROM staged_contacts")
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO staged_contacts ({names}) VALUES ({marks})", rows)


_TYPED: Final = ", ".join(f"{name} text" for name in _STAGED)


def _update(account_id: int, fields: Sequence[str], import_id: int | None) -> int:
    """Change the contacts that are there, but for those that this import has brought; returns how many."""
    changes = [*(f"{field} = {_changed(field)}" for field in fields), "updated_at = %s"]
    where = "contacts_contact.account_id = %s AND contacts_contact.msisdn = s.msisdn"
    values = [_now(), account_id]
    if import_id is not None:
        _leave_out_changed(account_id, import_id)
        if not _remember(account_id, fields, import_id):
            return 0
        changes.append(f"last_import_id = {_number(import_id)}")
        where = f"{where} AND {_NOT_OURS}"
        values.append(import_id)
    return _execute(f"UPDATE contacts_contact SET {', '.join(changes)} FROM staged_contacts s WHERE {where}", values)


_NOT_OURS: Final = "(contacts_contact.last_import_id IS NULL OR contacts_contact.last_import_id <> %s)"


def _leave_out_changed(account_id: int, import_id: int) -> None:
    """Forget staged rows of contacts that this import has changed and somebody else changed since: they come again."""
    _execute(
        f"""DELETE FROM staged_contacts WHERE msisdn IN (
            SELECT contacts_contact.msisdn FROM staged_contacts s
            CROSS JOIN contacts_contact CROSS JOIN contacts_importchange h
            WHERE contacts_contact.account_id = %s AND contacts_contact.msisdn = s.msisdn AND {_NOT_OURS}
            AND h.spreadsheet_id = %s AND h.contact_id = contacts_contact.id)""",
        [account_id, import_id, import_id],
    )


def _remember(account_id: int, fields: Sequence[str], import_id: int) -> int:
    """Keep the contacts that are about to be changed as they are; returns how many."""
    function = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    pairs = [f"'{name}', contacts_contact.{name}" for name in (*fields, "last_import_id", "updated_at")]
    return _execute(
        f"""INSERT INTO contacts_importchange (spreadsheet_id, contact_id, before)
            SELECT %s, contacts_contact.id, {function}({", ".join(pairs)})
            FROM staged_contacts s CROSS JOIN contacts_contact
            WHERE contacts_contact.account_id = %s AND contacts_contact.msisdn = s.msisdn AND {_NOT_OURS}""",
        [import_id, account_id, import_id],
    )


def _changed(field: str) -> str:
    """Return SQL for the new value of a field: nothing staged leaves the old one."""
    if field == "birth_date":
        return f"CASE WHEN s.{field} IS NULL THEN contacts_contact.{field} ELSE {_staged(field)} END"
    return f"COALESCE(s.{field}, contacts_contact.{field})"


def _staged(field: str) -> str:
    """Return SQL for a staged value as a new contact has it."""
    if field != "birth_date":
        return f"COALESCE(s.{field}, '')"
    return f"NULLIF(s.{field}, ''){'::date' if connection.vendor == 'postgresql' else ''}"


def _create(account_id: int, fields: Sequence[str], import_id: int | None) -> int:
    """Create the contacts that are not there and return how many."""
    values = [_staged(field) if field in fields else "NULL" if field == "birth_date" else "''" for field in FIELDS]
    return _execute(
        f"""INSERT INTO contacts_contact
                (account_id, msisdn, {", ".join(FIELDS)}, last_import_id, created_at, updated_at)
            SELECT %s, s.msisdn, {", ".join(values)}, {_number(import_id)}, %s, %s FROM staged_contacts s
            WHERE NOT EXISTS (SELECT 1 FROM contacts_contact c WHERE c.account_id = %s AND c.msisdn = s.msisdn)
            ORDER BY s.msisdn ON CONFLICT (account_id, msisdn) DO NOTHING""",
        [account_id, _now(), _now(), account_id],
    )


def _join(account_id: int, group_id: int | None, import_id: int | None) -> int:
    """Put the staged contacts into a group and return how many are new there."""
    return _execute(
        f"""INSERT INTO contacts_membership (group_id, contact_id, spreadsheet_id)
            SELECT %s, c.id, {_number(import_id)}
            FROM staged_contacts s CROSS JOIN contacts_contact c WHERE c.account_id = %s AND c.msisdn = s.msisdn
            ORDER BY s.msisdn ON CONFLICT (group_id, contact_id) DO NOTHING""",
        [group_id, account_id],
    )


def _blacklisted(account: Account) -> int:
    """Count the staged numbers that the account must not write to."""
    condition, values = blacklist.condition(account, "s.msisdn")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM staged_contacts s WHERE {condition}", values)
        (found,) = cursor.fetchone()
    return int(found)


def _number(value: int | None) -> str:
    """Return a number as SQL: PostgreSQL does not know of which type a NULL is that stands alone."""
    return "NULL" if value is None else str(int(value))


def _now() -> Any:
    """Return the moment as the driver takes it."""
    return connection.ops.adapt_datetimefield_value(clock.now())


def _execute(sql: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
