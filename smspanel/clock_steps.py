"""Notices that a clock was put ahead or back while a process ran, and has what is scheduled wait for a minute.

The monotonic clock of a host never jumps: where the wall clock has moved otherwise, somebody or something set it. What
is scheduled goes by the wall clock, so people get a moment in which a clock that was set wrongly is set right. Whether
something may be sent again never depends on it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from smspanel import clock, leases
from smspanel.models import ClockStep

logger = logging.getLogger(__name__)

SMALLEST: Final = 30.0
PAUSE: Final = timedelta(seconds=60)


class Watch:
    """Compares both clocks of this host with what they were at the last look."""

    def __init__(self) -> None:
        self._began = _began()

    def look(self) -> None:
        """Write down a step since the last look."""
        began = _began()
        seconds = (began - self._began).total_seconds()
        if abs(seconds) > SMALLEST:
            ClockStep.objects.create(noticed_at=clock.now(), seconds=seconds)
            logger.warning("The clock was put by %+.0f seconds; scheduled campaigns wait for a minute.", seconds)
        self._began = began


def _began() -> datetime:
    """Return when, by the wall clock, the monotonic one began to count."""
    return clock.now() - timedelta(seconds=clock.monotonic())


def have_scheduled_wait() -> bool:
    """Say whether a step was noticed less than PAUSE ago; one from a future that was taken back is none."""
    now = clock.now()
    return ClockStep.objects.filter(noticed_at__gt=now - PAUSE, noticed_at__lte=now + leases.SLACK).exists()
