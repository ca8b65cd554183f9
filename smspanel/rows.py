"""Writes one row with as little ado as the database allows; for the few places where it is done very often."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...], conflict: str) -> str:
    ignored = f"ON CONFLICT ({conflict}) DO NOTHING" if conflict else ""
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {ignored} RETURNING id"


def insert(row: Model, *, unless_known: str = "") -> bool:
    """Insert the row under its id or a new one; with `unless_known`, unique columns, not if there is one alike.

    Says whether it was inserted. One statement decides, without a savepoint; Django's own way to ignore conflicts does
    not tell which rows were inserted, and builds its statement anew every time.
    """
    given = [field for field in row._meta.concrete_fields if getattr(row, field.attname) is not None]
    sql = _statement(row._meta.db_table, tuple(str(field.column) for field in given), unless_known)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field in given])
        inserted = cursor.fetchone()
    if inserted is None:
        return False
    (row.pk,) = inserted
    as_read(row)
    return True


def as_read(row: Row) -> Row:
    """Return a row that was written by a statement of ours as one that was read."""
    row._state.adding, row._state.db = False, connection.alias
    return row


def next_id(model: type[Model]) -> int:
    """Return an id for a row that is to be inserted later in this transaction, so that others can name it before."""
    table = model._meta.db_table
    # SQLite lets one transaction write at a time, and this one already does.
    sql = (
        "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
        if connection.vendor == "postgresql"
        else "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0) + 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        (found,) = cursor.fetchone()
    return int(found)
