"""Reads and writes many rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models import Model

CHUNK: Final = 5_000
"""A database takes only so many values in one statement."""

Item = TypeVar("Item")


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield the items in pieces that fit into one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def save(rows: Sequence[Model], *names: str) -> None:
    """Save these fields of existing rows of one model at once.

    Django's bulk_update builds a CASE with a branch per row and value, which takes ten times as long.
    """
    if rows:
        model = type(rows[0])
        fields = [*_fields(model, names), *_keys(model)]
        ready = (
            tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields) for row in rows
        )
        write(model, names, list(ready))


@transaction.atomic(savepoint=False)
def write(model: type[Model], names: Sequence[str], values: Sequence[tuple[Any, ...]]) -> None:
    """Write these fields of existing rows: each tuple has their values, in the order of the model, and then the key.

    On PostgreSQL one statement takes them from arrays; executemany, which SQLite is best at, would be as many. Where
    the model is PARTITIONED_BY a field, its value follows the key, and only the row's own part is searched.
    """
    if not values:
        return
    fields, keys, quoted = _fields(model, names), _keys(model), connection.ops.quote_name
    table, changed = quoted(model._meta.db_table), [quoted(str(field.column)) for field in fields]
    key = [quoted(str(field.column)) for field in keys]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in (*fields, *keys))
            changes = ", ".join(f"{column} = given.{column}" for column in changed)
            same = " AND ".join(f"kept.{column} = given.{column}" for column in key)
            given = f"unnest({arrays}) AS given({', '.join((*changed, *key))})"
            sql = f"UPDATE {table} AS kept SET {changes} FROM {given} WHERE {same}"
            cursor.execute(sql, [list(column) for column in zip(*values, strict=True)])
        else:
            changes, same = (mark.join(f"{one} = %s" for one in of) for mark, of in ((", ", changed), (" AND ", key)))
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE {same}", values)


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    """Return the fields of these names in the order of the model."""
    return [field for field in model._meta.concrete_fields if field.name in names]


def _keys(model: type[Model]) -> list[Any]:
    """Return the fields that lead to a row: its key, and by what its table is partitioned."""
    parted = getattr(model, "PARTITIONED_BY", "")
    return [model._meta.pk, *(field for field in model._meta.concrete_fields if field.name == parted)]
