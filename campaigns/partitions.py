"""On PostgreSQL the messages of every month are a table of their own; what has none yet lies in one for all others.

To add a table or to take one away needs locks that wait for every writer, and behind which every writer waits. So
such a lock is asked for only LOCK_TIMEOUT long, which is less than PostgreSQL lets two wait for each other before it
ends one of them: it is always this work that gives up, is tried again some times, and is left for another day.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.db import OperationalError, connection, transaction

from smspanel import clock

logger = logging.getLogger(__name__)

TABLE: Final = "campaigns_message"
OTHERS: Final = f"{TABLE}_others"
REFERENCED: Final = ("campaigns_campaign", "contacts_contact", "campaigns_batch")
"""What messages refer to; PostgreSQL locks these, too. They come first, as in every writer."""
AHEAD: Final = 2
LOCK_TIMEOUT: Final = "500ms"
TRIES: Final = 5
PAUSE: Final = 0.2


def is_partitioned() -> bool:
    """Say whether messages are kept apart by month: on PostgreSQL."""
    return connection.vendor == "postgresql"


def name_of(month: date) -> str:
    """Return the name of a month's table."""
    return f"{TABLE}_{month:%Y_%m}"


def after(month: date) -> date:
    """Return the first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)


def ahead(today: date) -> list[date]:
    """Return the months that are to have tables: this one and the next AHEAD."""
    months = [today.replace(day=1)]
    while len(months) <= AHEAD:
        months.append(after(months[-1]))
    return months


def bounds(month: date) -> str:
    """Return what a month's table holds, in SQL."""
    return f"FOR VALUES FROM ('{month}') TO ('{after(month)}')"


def tables() -> list[str]:
    """Return the names of the tables of months; there are none where months are not kept apart."""
    if not is_partitioned():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [TABLE]
        )
        return [name for (name,) in cursor.fetchall() if name != OTHERS]


def prepare() -> None:
    """Make the tables of this month and the next ones, where they are missing."""
    make(ahead(clock.now().date()))


def make(months: Iterable[date]) -> None:
    """Make the tables of these months; messages of theirs that lie among all others move into them."""
    if not is_partitioned():
        return
    there = tables()
    for month in months:
        if name_of(month) not in there and not patiently(partial(_make, month)):
            logger.warning("The table for the messages of %s could not be made now; they lie in %s.", month, OTHERS)


def patiently(work: Callable[[], Any]) -> bool:
    """Do what needs a lock of everything, some times if others are in the way; says whether it was done."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE)
        try:
            work()
        except OperationalError:
            logger.info("Others were using the messages; what needs them alone is tried again.", exc_info=True)
        else:
            return True
    return False


@transaction.atomic
def _make(month: date) -> None:
    name = name_of(month)
    with connection.cursor() as cursor:
        lock(cursor, OTHERS)
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {OTHERS} WHERE month >= %s AND month < %s RETURNING *)"
            f" INSERT INTO {name} SELECT * FROM moved",
            [month, after(month)],
        )
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} {bounds(month)}")


def lock(cursor: Any, table: str, mode: str = "SHARE ROW EXCLUSIVE") -> None:
    """Lock one table of messages, and what goes with it, until the end of the transaction; gives up soon."""
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    cursor.execute("SET LOCAL statement_timeout = 0")
    for referenced in REFERENCED:
        cursor.execute(f"LOCK TABLE {referenced} IN {mode} MODE")
    cursor.execute(f"LOCK TABLE ONLY {TABLE} IN {mode} MODE")
    cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def analyze() -> None:
    """Let the planner know what all tables of messages hold together, which nothing else does."""
    if is_partitioned():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(f"ANALYZE {TABLE}")
