"""Keeps a log of the calls to providers, which never stands in the way of a call."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.models import Connection, ConnectionCall
from smspanel import clock
from smspanel.bulk import CHUNK
from smspanel.providers.base import CallRecord, Recorder

logger = logging.getLogger(__name__)

KEPT_PER_CONNECTION: Final = 10_000


def recorder(connection: Connection) -> Recorder:
    """Return what writes the calls of this connection into the log."""

    def record(call: CallRecord) -> None:
        try:
            with transaction.atomic():
                ConnectionCall.objects.create(
                    connection_id=connection.pk,
                    method=call.method[:8],
                    path=call.path[:200],
                    outcome=call.outcome.value,
                    status=call.status,
                    milliseconds=round(call.seconds * 1000),
                    size=call.size,
                    excerpt=call.excerpt,
                )
        except DatabaseError as error:
            logger.warning("A call over connection %s was not logged: %s", connection.pk, type(error).__name__)

    return record


def forget_old() -> None:
    """Delete calls that are too old, and of each connection those beyond the newest."""
    if settings.KEEP_CALLS:
        old = ConnectionCall.objects.filter(at__lt=clock.now() - timedelta(days=settings.KEEP_CALLS)).order_by("at")
        while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
            ConnectionCall.objects.filter(pk__in=ids).delete()
    for connection in Connection.objects.all():
        newest = connection.calls.order_by("-pk").values_list("pk", flat=True)
        for first_beyond in newest[KEPT_PER_CONNECTION : KEPT_PER_CONNECTION + 1]:
            connection.calls.filter(pk__lte=first_beyond).delete()
