"""Very many messages, written by one statement: an installation as it is after years."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import F

from campaigns.models import Batch, Campaign, Message

FIRST: Final = 48_600_000_000
"""The numbers of what is filled in: this one and those after it."""
SERIES: Final = """WITH RECURSIVE series(i) AS
    (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM series WHERE i < %s)"""
"""The numbers from one on."""


def messages_like(message: Message, count: int) -> None:
    """Add so many messages to the campaign and batch of this one; each has a number, a text and an id of its own.

    They cost nothing, so the points stay as they are.
    """
    digits = f"CAST({FIRST} + series.i AS varchar(15))"
    own = {"msisdn": digits, "points": "0", "text": f"'Dear ' || {digits}", "provider_id": "'filled ' || series.i"}
    names = [str(field.column) for field in Message._meta.concrete_fields if not field.primary_key]
    values = ", ".join(own.get(name, f'm."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaigns_message ({columns}) {SERIES} "
            f"SELECT {values} FROM series CROSS JOIN campaigns_message m WHERE m.id = %s",
            [count, message.pk],
        )
    Batch.objects.filter(messages=message).update(size=F("size") + count)
    Campaign.objects.filter(messages=message).update(forgotten=0)
