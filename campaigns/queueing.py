"""Chooses what leaves next: a batch that provably never left, or a new one cut from the queue.

Everything here runs in the transaction of the claim, with the campaign locked.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import connections
from accounts.models import Connection
from campaigns import canaries, lifecycle, outcomes, routing
from campaigns.models import Batch, Campaign, Message
from contacts import blacklist, erasure
from contacts.destinations import destination_of
from smspanel import clock
from smspanel.providers import registry

LEASE: Final = timedelta(seconds=60)
"""Longer than a submission's deadline, so that a living process is not suspected."""


class _Queued(NamedTuple):
    """A message that waits."""

    pk: int
    msisdn: str
    text: str


def next_batch(campaign: Campaign, *, most: int | None = None) -> Batch | None:
    """Return a batch whose messages are claimed; None when there is nothing to do right now.

    A new one has at most so many messages; what was claimed before and never left may leave again. Where no connection
    can be used, the campaign is put on hold.
    """
    routes = routing.routes_of(campaign)
    for batch in _again(campaign, routes):
        if (trouble := batch.connection.trouble(clock.now())) is not None:
            _hold(campaign, trouble)
            return None
        if not _has_room(campaign, batch.connection):
            return None
        messages = batch.messages.filter(state=Message.State.QUEUED)
        if taken := _take(campaign, messages, batch, messages.count()):
            return _commit_intent(batch, taken)
        batch.state = Batch.State.REFUSED
        batch.save(update_fields=["state"])
    return None if most == 0 else _cut(campaign, routes, most)


def queue_of(campaign: Campaign) -> QuerySet[Message]:
    """Return the messages that are in no batch yet and may leave now, in their order."""
    queue = campaign.messages.filter(state=Message.State.QUEUED, batch__isnull=True)
    return canaries.allowed(campaign, queue).order_by("pk")


def _commit_intent(batch: Batch, size: int) -> Batch:
    """Write that so many messages are about to be submitted; whoever holds the token may write the outcome."""
    batch.state, batch.token, batch.attempt = Batch.State.SUBMITTING, uuid.uuid4(), batch.attempt + 1
    batch.started_at, batch.lease_until = clock.now(), clock.now() + LEASE
    batch.next_attempt_at, batch.size = None, size
    batch.save()
    return batch


def _again(campaign: Campaign, routes: routing.Routes) -> list[Batch]:
    """Return the batches that never left and have rested, but for those that take another way."""
    ready = campaign.batches.filter(state=Batch.State.READY).select_related("connection").order_by("pk")
    waiting = list(ready)
    if not waiting:
        return []
    _reroute(waiting, routes)
    return list(ready.filter(outcomes.rested()))


def _reroute(ready: list[Batch], routes: routing.Routes) -> None:
    """Let messages that provably never left take another way when their connection cannot be used."""
    for batch in ready:
        first = batch.messages.first()
        if first is None or batch.connection.trouble(clock.now()) is None:
            continue
        if routes.way(destination_of(first.msisdn)) is not None:
            batch.messages.filter(state=Message.State.QUEUED).update(batch=None)
            batch.state = Batch.State.REROUTED
            batch.save(update_fields=["state"])


def _hold(campaign: Campaign, trouble: str) -> None:
    problem = _("No provider can be used for this right now: %(why)s") % {"why": trouble}
    lifecycle.put_on_hold(campaign, Campaign.HoldReason.PROVIDER, problem=problem)


def _has_room(campaign: Campaign, connection: Connection) -> bool:
    """Say whether one more call may be made over the connection, and remember which one the campaign waits for."""
    locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    if campaign.connection_id != locked.pk:
        campaign.connection = locked
        campaign.save(update_fields=["connection"])
    under_way = Batch.objects.filter(connection=locked, state=Batch.State.SUBMITTING).count()
    return under_way < locked.max_parallel and connections.take_turn(locked)


def _cut(campaign: Campaign, routes: routing.Routes, most: int | None) -> Batch | None:
    """Make a batch of the next messages that go the same way."""
    while near := _near(campaign, routes):
        destination = destination_of(near[0].msisdn)
        way = routes.way(destination)
        if way is None:
            _hold(campaign, routes.troubles(destination))
            return None
        if not _has_room(campaign, way.connection):
            return None
        ids = _alike(campaign, routes, near, way.connection)[:most]
        batch = _commit_intent(Batch(campaign=campaign, connection=way.connection, route_reason=way.reason), len(ids))
        messages = campaign.messages.filter(pk__in=ids, state=Message.State.QUEUED)
        if taken := _take(campaign, messages, batch, batch.size):
            if taken < batch.size:
                batch.size = taken
                batch.save(update_fields=["size"])
            return batch
        batch.delete()
    return None


def _near(campaign: Campaign, routes: routing.Routes, **alike: str) -> list[_Queued]:
    """Return the next messages: as many as their connection takes at once, and more where not all go the same way."""
    usable = (row.connection for row in routes.rows if row.connection.trouble(clock.now()) is None)
    sizes = [_largest_batch(connection) for connection in usable] or [1]
    reach = sizes[0] if routes.uniform else 10 * max(sizes)
    found = queue_of(campaign).filter(**alike).values_list("pk", "msisdn", "text")[:reach]
    return [_Queued(*row) for row in found]


def _largest_batch(connection: Connection) -> int:
    most = registry.client_class(connection.kind).largest_batch(connection.options)
    return min(connection.batch_size or most, most)


def _alike(campaign: Campaign, routes: routing.Routes, near: list[_Queued], connection: Connection) -> list[int]:
    """Return the messages that may share a call with the first one: same way, and its text where that is needed."""
    text = near[0].text
    if not registry.client_class(connection.kind).mixes_texts and any(one.text != text for one in near):
        near = _near(campaign, routes, text=text)
    if not routes.uniform:
        leads = {where: routes.way(where) for where in {destination_of(one.msisdn) for one in near}}
        same = {where for where, way in leads.items() if way is not None and way.connection == connection}
        near = [one for one in near if destination_of(one.msisdn) in same]
    return [one.pk for one in near[: _largest_batch(connection)]]


def _take(campaign: Campaign, messages: QuerySet[Message], batch: Batch, size: int) -> int:
    """Claim these messages, so many, for the batch, unless blacklisted or erased by now: those are left out.

    The blacklist is asked once, so that no message can be neither.
    """
    gone = erasure.erased(account_id=campaign.account_id, msisdns=messages.values_list("msisdn", flat=True))
    if gone:
        messages.filter(msisdn__in=gone).update(state=Message.State.EXCLUDED, batch=None, reason=str(erasure.Erased()))
    holding = blacklist.but_by_reply if campaign.farewell else blacklist.holding_for
    blacklisted = Exists(holding(campaign.account).filter(msisdn=OuterRef("msisdn")))
    taken = messages.filter(~blacklisted).update(state=Message.State.SUBMITTING, batch=batch)
    if taken < size:
        messages.update(
            state=Message.State.EXCLUDED,
            batch=None,
            reason=_("On the blacklist since the campaign was confirmed"),
        )
    return taken
