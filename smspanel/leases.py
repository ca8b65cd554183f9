"""Work that one process does at a time: it holds a lease, and whoever dies lets it run out.

For rows with a `lease_until`; a worker takes one with an update that this condition guards.
"""

from __future__ import annotations

from django.db.models import Q

from smspanel import clock


def free() -> Q:
    """Return the condition that no living process is working on a row."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
