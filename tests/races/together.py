"""Runs calls at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

PATIENCE: Final = 0.3
"""Seconds that a thread waits for one that a lock may be keeping away."""
LONG: Final = 25.0
"""Seconds after which one that surely comes is lost; PostgreSQL ends a transaction that is idle for 30."""


def together(*calls: Callable[[], object]) -> list[Any]:
    """Start the calls at once and return what each returned or raised, in their order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            start.wait(LONG)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    return [future.exception() or future.result() for future in futures]


def meet_before(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, surely: bool = False) -> None:
    """Let two threads wait for each other before the function, but not for long: a lock may part them.

    A test that passes with this passes because of the lock and not by luck. With `surely` nothing may part them, and a
    thread that waits in vain fails the test.
    """
    meeting = threading.Barrier(2)
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            meeting.wait(LONG if surely else PATIENCE)
        except threading.BrokenBarrierError:
            assert not surely, f"{name} was called by one thread alone"
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, wrapped)


def meet_without_locks(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> bool:
    """Let no query lock its rows, and two threads meet before the function; say whether the race is lost now.

    It is on PostgreSQL; on SQLite, BEGIN IMMEDIATE lets one writer in at a time whatever the query says.
    """
    lost = connection.vendor == "postgresql"
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    meet_before(monkeypatch, owner, name, surely=lost)
    return lost


def kinds(results: list[Any]) -> list[str]:
    """Return the sorted names of the types of results, to compare who won and how the others lost."""
    return sorted(type(result).__name__ for result in results)
