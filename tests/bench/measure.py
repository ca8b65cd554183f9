"""Times two ways of doing the same work side by side, so that a busy machine slows both."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import connection

ROUNDS: Final = 5
WHOLE: Final = bool(os.environ.get("SMSPANEL_BENCH_WHOLE"))
"""Whether one benchmark is measured alone, with as many rows as its target speaks of; all together take fewer."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: rates are medians, in units of work a second, and `target` is the least ratio wanted."""

    work: str
    unit: str
    bare: float
    ours: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        """Our rate as a part of the bare one."""
        return self.ours / self.bare


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that has no bare way, and the most that it may be."""

    what: str
    unit: str
    value: float
    most: float | None = None


def compare(
    work: str,
    unit: str,
    amount: int,
    *,
    bare: Callable[[], object],
    ours: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    target: float | None = None,
) -> Row:
    """Run both ROUNDS times in turn and return their median rates; each call does `amount` units of work.

    What has to be done `before` each call is not timed.
    """
    seconds: dict[Callable[[], object], list[float]] = {bare: [], ours: []}
    for _round in range(ROUNDS):
        for way, taken in seconds.items():
            before()
            taken.append(seconds_of(way))
    bare_rate, own_rate = (amount / statistics.median(taken) for taken in seconds.values())
    return Row(work, unit, bare_rate, own_rate, target)


def seconds_of(way: Callable[[], object]) -> float:
    """Do it once and return how long it took."""
    gc.collect()
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def without_time_limit() -> None:
    """Let this connection's statements take as long as they do: a million rows at once are made nowhere else."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def settle() -> None:
    """Do now what the database would do in the background, so that no round pays for the one before."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
