"""The virtual clock: real time plus an offset that can be set, so that nothing ever has to sleep."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


class Clock:
    """Tell the virtual time in Unix seconds."""

    def __init__(self) -> None:
        """Start at the real time."""
        self.offset = 0.0

    def now(self) -> float:
        """Return the virtual time in Unix seconds."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock ahead (or back) by that many seconds."""
        self.offset += seconds

    def set(self, moment: datetime) -> None:
        """Make the clock show that aware moment now and run on from there."""
        self.offset = moment.timestamp() - time.time()


def iso(moment: float | None) -> str | None:
    """Render Unix seconds as ISO 8601 in UTC with microseconds."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def local(moment: float) -> str:
    """Render Unix seconds as Polish local time without a zone, YYYY-MM-DD HH:MM:SS."""
    return datetime.fromtimestamp(moment, WARSAW).strftime("%Y-%m-%d %H:%M:%S")


def from_local(text: str) -> float:
    """Read Polish local time in ISO form, to the day or to the second; raise ValueError on anything else."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is not None or not 1970 < moment.year < 9999:
        raise ValueError("a zone or such a year is not expected here")
    return moment.replace(tzinfo=WARSAW).timestamp()
