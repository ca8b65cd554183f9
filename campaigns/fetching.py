"""Fetches replies from the providers that do not push them; what was fetched twice is taken once (replies.take)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import connections
from accounts.models import Connection
from campaigns import replies
from campaigns.models import ReplyFetch
from smspanel import clock, crypto, doorbell, leases
from smspanel.providers import errors, registry

JOB: Final = "campaigns.jobs.fetch_replies"
FIRST: Final = timedelta(days=1)
"""So far back a connection is asked the first time."""
OVERLAP: Final = timedelta(minutes=10)
"""Providers' clocks differ from ours, and some replies are listed late."""
BUSY: Final = timedelta(hours=2)
"""So long after a submission a connection is asked at every slot (smspanel/tick.py)."""
SELDOM: Final = timedelta(minutes=10)
LEASE: Final = timedelta(seconds=120)


@transaction.atomic
def begin() -> int:
    """Have connections asked for replies: often while people may answer, else now and then; returns how many."""
    kinds = [kind for kind, _label in registry.kinds() if registry.client_class(kind).fetches_replies]
    lately = Q(next_call_at__gte=clock.now() - BUSY)
    rested = Q(reply_fetch__since=None) | Q(reply_fetch__since__lte=clock.now() - OVERLAP - SELDOM)
    asked = Connection.objects.filter(lately | rested, is_active=True, kind__in=kinds)
    fresh = [ReplyFetch(connection=one) for one in asked.filter(reply_fetch=None)]
    ReplyFetch.objects.bulk_create(fresh, ignore_conflicts=True)
    ReplyFetch.objects.filter(connection__in=asked, due_at=None).update(due_at=clock.now())
    for (pk,) in due():
        doorbell.ring(JOB, pk)
    return asked.count()


def due() -> list[tuple[int]]:
    """Return the connections that are to be asked now and that nobody is asking."""
    return list(_due().values_list("connection"))


def _due() -> QuerySet[ReplyFetch]:
    return ReplyFetch.objects.filter(leases.free(), due_at__lte=clock.now())


def fetch(connection_id: int) -> int:
    """Ask one connection and take what came; returns how many replies it named. A failure is asked again next time."""
    if not _due().filter(connection=connection_id).update(lease_until=clock.now() + LEASE):
        return 0
    row = ReplyFetch.objects.select_related("connection").get(connection=connection_id)
    began = clock.now()
    try:
        found = connections.client_for(row.connection).inbound(row.since or began - FIRST)
    except (errors.ProviderError, crypto.CannotOpen) as error:
        connections.note_trouble(row.connection, str(error))
        _end(row)
        return 0
    for inbound in found:
        replies.take(connection=row.connection, inbound=inbound)
    row.since = began - OVERLAP
    _end(row)
    return len(found)


def _end(row: ReplyFetch) -> None:
    row.due_at, row.lease_until = None, None
    row.save(update_fields=["since", "due_at", "lease_until"])
