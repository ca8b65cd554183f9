"""Reads and writes many rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from django.db import connection, transaction
from django.db.models import Model

CHUNK: Final = 5_000
"""A database takes only so many values in one statement."""

Item = TypeVar("Item")


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield the items in pieces that fit into one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


@transaction.atomic
def save(rows: Sequence[Model], *names: str) -> None:
    """Save these fields of existing rows of one model with one executemany.

    Django's bulk_update builds a CASE with a branch per row and value, which takes ten times as long. Where the
    model is PARTITIONED_BY a field, only the row's own part is searched.
    """
    if not rows:
        return
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if field.name in names]
    parted = getattr(rows[0], "PARTITIONED_BY", "")
    keys = [field for field in meta.concrete_fields if field.primary_key or field.name == parted]
    assignments = ", ".join(f"{quoted(str(field.column))} = %s" for field in fields)
    where = " AND ".join(f"{quoted(str(field.column))} = %s" for field in keys)
    sql = f"UPDATE {quoted(meta.db_table)} SET {assignments} WHERE {where}"
    values = [
        tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, *keys))
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
