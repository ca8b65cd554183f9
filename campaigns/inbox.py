"""Keeps what providers push, raw and before it is answered, and applies it later, many pushes in one transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import connections
from accounts.models import Connection
from campaigns import delivery, replies
from campaigns.models import InboxItem
from smspanel import clock, crypto, doorbell, rows
from smspanel.providers import errors
from smspanel.providers.base import ProviderClient
from smspanel.providers.values import Inbound, Push

logger = logging.getLogger(__name__)

JOB: Final = "campaigns.jobs.apply_inbox"
AT_ONCE: Final = 200
SECONDS: Final = 10.0
"""How long one connection keeps a worker before others get their turn."""


def receive(*, connection: Connection, query: Mapping[str, str], body: str) -> InboxItem:
    """Store a push before it is answered, in one statement; the same push twice is stored once."""
    digest = crypto.digest(json.dumps([dict(sorted(query.items())), body]))
    item = InboxItem(connection=connection, digest=digest, kind=InboxItem.Kind.PUSH, query=dict(query), body=body)
    if not rows.insert(item, unless_known="connection_id, digest"):
        return InboxItem.objects.get(connection=connection, digest=digest)
    doorbell.ring(JOB, connection.pk, once=True)
    return item


def due() -> list[tuple[int]]:
    """Return the connections that pushed something that is to be applied now."""
    return list(_due().order_by().values_list("connection").distinct())


def _due() -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(next_attempt_at__lte=clock.now())


def apply(connection_id: int) -> None:
    """Apply what a connection pushed, until nothing is left or its turn is over."""
    doorbell.heard(JOB, connection_id)
    connection = Connection.objects.get(pk=connection_id)
    waiting = _due().filter(connection=connection).order_by("next_attempt_at", "pk")
    until = clock.monotonic() + SECONDS
    while items := list(waiting.filter(next_attempt_at__lte=clock.now())[:AT_ONCE]):
        _apply(connection, _read(connection, items))
        if clock.monotonic() >= until:
            doorbell.ring(JOB, connection_id, once=True)
            return


def _read(connection: Connection, items: Sequence[InboxItem]) -> dict[InboxItem, Push]:
    """Return what the items say, and put off those that cannot be understood; replies get their words, over HTTP."""
    pushes = {}
    try:
        client = connections.client_for(connection)
    except (errors.ProviderError, crypto.CannotOpen) as error:
        for item in items:
            _put_off(item, state=InboxItem.State.REJECTED, problem=str(error))
        return {}
    for item in items:
        try:
            push = client.parse_push(item.query, item.body.encode())
            pushes[item] = replace(push, inbound=tuple(_worded(client, inbound) for inbound in push.inbound))
        except errors.ProviderError as error:
            _put_off(item, state=InboxItem.State.REJECTED, problem=str(error))
    return pushes


def _worded(client: ProviderClient, inbound: Inbound) -> Inbound:
    """Return a reply with its words; without them where the provider does not tell them."""
    try:
        return client.worded(inbound)
    except errors.ProviderError as error:
        logger.info("The words of a reply could not be fetched: %s", type(error).__name__)
        return inbound


def _apply(connection: Connection, pushes: Mapping[InboxItem, Push]) -> None:
    """Apply pushes together; if that fails, each alone, so that one which cannot be applied holds up no other."""
    if _is_applied(connection, pushes):
        return
    for item, push in pushes.items():
        if not _is_applied(connection, {item: push}):
            _put_off(item, state=InboxItem.State.REJECTED, problem=_("It could not be applied; the log says why."))


def _is_applied(connection: Connection, pushes: Mapping[InboxItem, Push]) -> bool:
    """Apply pushes and say whether that could be done; the log says why it could not."""
    try:
        _write(connection, pushes)
    except doorbell.OutOfTime:
        raise
    except Exception:
        logger.exception("The pushes %s could not be applied.", [item.pk for item in pushes])
        return False
    return True


@transaction.atomic
def _write(connection: Connection, pushes: Mapping[InboxItem, Push]) -> None:
    """Apply pushes that nobody else applied meanwhile: their reports, what they hint at, and replies."""
    locked = _due().select_for_update(no_key=True).order_by("pk")
    mine = set(locked.filter(pk__in=[item.pk for item in pushes]))
    pushes = {item: push for item, push in pushes.items() if item in mine}
    matched = delivery.apply_reports(connection, [report for push in pushes.values() for report in push.reports])
    ours = delivery.pull_soon(connection, [hint for push in pushes.values() for hint in push.hints])
    for push in pushes.values():
        for inbound in push.inbound:
            replies.take(connection=connection, inbound=inbound)
    applied = {
        item for item, push in pushes.items() if matched.issuperset(push.reports) and ours.issuperset(push.hints)
    }
    done = InboxItem.objects.filter(pk__in=[item.pk for item in applied])
    done.update(state=InboxItem.State.APPLIED, next_attempt_at=None, problem="")
    for item in mine - applied:
        _put_off(item, state=InboxItem.State.UNMATCHED, problem=_("No message of this connection has this id yet."))


def _put_off(item: InboxItem, *, state: InboxItem.State, problem: str) -> None:
    """Try an item again later; after WATCH it stays as it is, for people to see."""
    item.state, item.problem, item.attempts = state, problem[:300], item.attempts + 1
    expired = clock.now() - item.received_at > delivery.WATCH
    item.next_attempt_at = None if expired else clock.now() + timedelta(seconds=min(3600, 5 * 2**item.attempts))
    item.save(update_fields=["state", "problem", "attempts", "next_attempt_at"])
