"""The only clock: wall time for people and schedules, monotonic time for permission to send again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

from smspanel import environment

EARLIEST: Final = date(1900, 1, 1)
"""Days before it are mistakes, and some of them no time zone can convert."""
LATEST: Final = date(9998, 12, 31)

TEN_YEARS: Final = 315_360_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_put = timedelta()
_offset = timedelta(seconds=environment.seconds("SMSPANEL_CLOCK_OFFSET", 0, most=TEN_YEARS))
_stopped: tuple[datetime, float] | None = None


def now() -> datetime:
    """Return the aware wall-clock time in UTC."""
    return (_stopped[0] if _stopped else datetime.now(UTC)) + _offset + _put


def monotonic() -> float:
    """Return seconds of a clock that never jumps; only differences within one process mean anything."""
    return (_stopped[1] if _stopped else time.monotonic()) + _offset.total_seconds()


def milliseconds(at: datetime) -> int:
    """Return the whole milliseconds from the beginning of 1970 to an aware moment, as JustSend tells time (JS-07)."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


@contextmanager
def travel(**ahead: float) -> Iterator[None]:
    """Move both clocks ahead by a timedelta's keywords (seconds=…, hours=…) inside the block; for tests."""
    global _offset
    before = _offset
    _offset = before + timedelta(**ahead)
    try:
        yield
    finally:
        _offset = before


@contextmanager
def put(**ahead: float) -> Iterator[None]:
    """Put the wall clock alone ahead, or back, as somebody who sets it does; for tests."""
    global _put
    before = _put
    _put = before + timedelta(**ahead)
    try:
        yield
    finally:
        _put = before


@contextmanager
def stop() -> Iterator[None]:
    """Let no time pass inside the block but by `travel`; for tests whose steps may take any time."""
    global _stopped
    before = _stopped
    _stopped = (datetime.now(UTC), time.monotonic())
    try:
        yield
    finally:
        _stopped = before


class Patience:
    """Remembers since when this process has been waiting for each key, on the monotonic clock.

    A restarted observer waits the whole time again: a jump of the wall clock never shortens a wait.
    """

    def __init__(self) -> None:
        self._since: dict[object, float] = {}

    def ripe(self, key: object, seconds: float) -> bool:
        """Say whether the key was first seen here at least that many seconds ago."""
        since = self._since.setdefault(key, monotonic())
        return monotonic() - since >= seconds

    def keep_only(self, keys: set[object]) -> None:
        """Forget every key that is not waited for any more."""
        self._since = {key: since for key, since in self._since.items() if key in keys}
