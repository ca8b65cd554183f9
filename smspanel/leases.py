"""Work that one process does at a time: it holds a lease, and whoever dies lets it run out.

For rows with a `lease_until`; a worker takes one with an update that this condition guards.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q

from smspanel import clock

LONGEST: Final = timedelta(hours=1)
"""No work of this kind is held for longer."""
SLACK: Final = timedelta(minutes=1)


def free() -> Q:
    """Return the condition that no living process is working on a row."""
    return Q(lease_until__isnull=True) | over("lease_until", longest=LONGEST)


def over(field: str, *, longest: timedelta) -> Q:
    """Return the condition that a moment has come which is never further ahead than that.

    One that is was written by a clock that has been put back since, and is not waited for. One that was written after
    this clock was looked at, by another process or another host, is SLACK away from being taken for such a one.
    """
    return Q(**{f"{field}__lte": clock.now()}) | Q(**{f"{field}__gt": clock.now() + longest + SLACK})
