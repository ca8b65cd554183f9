"""What tests of months share: where a message lies, and campaigns of other months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import psycopg
from django.db import connection

from campaigns import partitions
from campaigns.models import Campaign, Message
from smspanel import clock
from tests.campaigns.sending import number
from tests.personas import Persona


def table_of(message: Message) -> str:
    """Return the table that a message lies in."""
    if connection.vendor != "postgresql":
        return partitions.TABLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM campaigns_message WHERE id = %s", [message.pk])
        (name,) = cursor.fetchone()
    return str(name)


def table_for(month: date) -> str:
    """Return the table in which the messages of a month should lie."""
    return partitions.name_of(month) if connection.vendor == "postgresql" else partitions.TABLE


def months_away(count: int) -> date:
    """Return the first day of the month so many after this one."""
    month = clock.now().date().replace(day=1)
    for _step in range(abs(count)):
        month = partitions.after(month) if count > 0 else (month - timedelta(days=1)).replace(day=1)
    return month


@contextmanager
def somebody_reading() -> Iterator[None]:
    """Let somebody else have read messages in a transaction that is still open, on PostgreSQL."""
    if connection.vendor != "postgresql":
        yield
        return
    wanted = ("dbname", "host", "port", "user", "password")
    known = connection.get_connection_params()
    with psycopg.connect(**{name: known[name] for name in wanted if known.get(name)}) as other:
        other.execute("SELECT count(*) FROM campaigns_message")
        yield


def campaign_of(persona: Persona, month: date, *, messages: int = 3, state: str = "DELIVERED") -> Campaign:
    """Write a campaign of that month which has ended, with so many messages."""
    at = datetime(month.year, month.month, 15, 12, tzinfo=UTC)
    campaign = Campaign.objects.create(
        account=persona.account,
        name=f"Of {month}",
        text="Hello",
        state=Campaign.State.FINISHED,
        created_at=at,
        started_at=at,
        finished_at=at,
    )
    Message.objects.bulk_create(
        Message(campaign=campaign, msisdn=number(index), parts=1, points=3, state=state) for index in range(messages)
    )
    return campaign
