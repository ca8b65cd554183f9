"""Settles batches whose fate is unclear, by evidence: never by sending again on time alone.

A batch whose lease ran out becomes UNKNOWN. After a grace that is measured on this observer's monotonic clock the
provider is asked, if it can be; where it cannot, the batch is assumed sent and shown as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import connections
from accounts.models import Connection
from campaigns import dispatch, lifecycle, outcomes, queueing
from campaigns.models import Batch, Campaign, Message
from smspanel import clock, crypto, doorbell, leases
from smspanel.providers import errors, registry
from smspanel.providers.base import AckPolicy
from smspanel.providers.values import Receipt, Submission

ASK_AGAIN: Final = timedelta(seconds=15)

_patience = clock.Patience()


def due_suspects() -> list[tuple[int]]:
    """Return batches that should have had an outcome by now."""
    return list(_suspects().values_list("pk"))


def _suspects() -> QuerySet[Batch]:
    return Batch.objects.filter(leases.over("lease_until", longest=queueing.LEASE), state=Batch.State.SUBMITTING)


@transaction.atomic
def suspect(batch_id: int) -> None:
    """Mark a batch whose lease ran out as UNKNOWN; doing so too early only starts a wait."""
    batch = Batch.objects.get(pk=batch_id)
    lifecycle.locked(batch.campaign_id)
    suspected = _suspects().select_for_update(no_key=True).filter(pk=batch_id).first()
    if suspected is not None:
        batch = suspected
        batch.problem = _("The process that submitted it stopped before the answer was written.")
        outcomes.mark_unknown(batch)


def due_settlements() -> Iterator[tuple[int, int]]:
    """Yield (batch, attempt) of unclear batches that this process has watched for their whole grace."""
    unclear = Batch.objects.filter(state=Batch.State.UNKNOWN).select_related("connection")
    watched = {(batch.pk, batch.attempt): batch for batch in unclear}
    _patience.keep_only(set(watched))
    rested = set(unclear.filter(outcomes.rested()).values_list("pk", flat=True))
    for key, batch in watched.items():
        if _patience.ripe(key, grace(batch.connection)) and batch.pk in rested:
            yield key


def grace(connection: Connection) -> float:
    """Return after how many seconds a look-up counts as proof."""
    if connection.grace_seconds is not None:
        return float(connection.grace_seconds)
    return float(registry.client_class(connection.kind).grace_seconds)


def settle(batch_id: int, attempt: int) -> None:
    """Find out what became of an unclear batch; a bell of an earlier attempt does nothing."""
    batch = (
        _unclear(batch_id, attempt)
        .select_related("connection", "campaign__sender", "campaign__reservation__prefix")
        .first()
    )
    if batch is None:
        return
    policy = registry.client_class(batch.connection.kind).settled_by(batch.connection.options)
    if policy == AckPolicy.LOOKUP:
        _look_up(batch)
    elif policy == AckPolicy.IDEMPOTENT:
        _repeat(batch)
    else:
        _assume(batch, _evidence(batch))


def _unclear(batch_id: int, attempt: int) -> QuerySet[Batch]:
    return Batch.objects.filter(pk=batch_id, attempt=attempt, state=Batch.State.UNKNOWN)


def _look_up(batch: Batch) -> None:
    """Ask the provider which messages it took; an answer that cannot be had is asked for again later."""
    given = _submission(batch)
    try:
        client = connections.client_for(batch.connection)
        found = client.look_up(given)
    except (errors.ProviderError, crypto.CannotOpen) as error:
        _ask_again(batch, str(error))
        return
    if len(found) == len(given.messages) and all(receipt.accepted is None for receipt in found.values()):
        _ask_again(batch, _("The provider has these messages, but does not say whether it took them."))
        return
    _apply(batch, found)


def _submission(batch: Batch) -> Submission:
    """Return what was handed over of which nobody knows whether it was taken."""
    return dispatch.submission(batch.campaign, batch, Message.State.UNKNOWN)


def _ask_again(batch: Batch, problem: str) -> None:
    """Put the question off, the longer the batch has been unclear."""
    unclear_for = clock.now() - (batch.unknown_since or clock.now())
    later = clock.now() + max(ASK_AGAIN, min(outcomes.LONGEST_WAIT, unclear_for / 4))
    _unclear(batch.pk, batch.attempt).update(next_attempt_at=later, problem=problem[:300])


@transaction.atomic
def _apply(batch: Batch, found: Mapping[str, Receipt], *, unpaired: Sequence[str] = ()) -> None:
    """Write the look-up's answer: found messages were taken, the others provably never left."""
    campaign = lifecycle.locked(batch.campaign_id)
    current = _unclear(batch.pk, batch.attempt).select_for_update(no_key=True).first()
    if current is None:
        return
    current.campaign = campaign
    unclear = list(current.messages.filter(state=Message.State.UNKNOWN).values_list("pk", flat=True))
    missing = [pk for pk in unclear if campaign.ref_of(pk) not in found]
    if len(missing) == len(unclear):
        outcomes.back_to_ready(current, wait=None)
    else:
        campaign.messages.filter(pk__in=missing).update(state=Message.State.QUEUED, batch=None)
        outcomes.accept(campaign, current, list(found.values()), unpaired=unpaired)
    _go_on(campaign)


def _repeat(batch: Batch) -> None:
    """Call again with the same references: the provider drops what it has, and its answer covers both calls.

    The batch stays unclear until that answer, and whatever people decided since: a refusal of the second call says
    nothing about the first.
    """
    campaign = batch.campaign
    if campaign.state == Campaign.State.HOLD and campaign.hold_reason != Campaign.HoldReason.CANARY:
        _ask_again(batch, _("The campaign is paused; the provider is asked when it goes on."))
        return
    given = _submission(batch)
    try:
        client = connections.client_for(batch.connection)
        acceptance = client.submit(replace(given, repeated=True))
    except (errors.ProviderError, crypto.CannotOpen) as error:
        _ask_again(batch, str(error))
        return
    clear = {receipt.ref for receipt in acceptance.receipts if receipt.accepted is not None}
    if clear.issuperset(message.ref for message in given.messages):
        _apply(batch, {receipt.ref: receipt for receipt in acceptance.receipts}, unpaired=acceptance.unpaired)
    else:
        _ask_again(batch, _("The provider's answer did not name all of these messages."))


def _evidence(batch: Batch) -> Mapping[str, Receipt]:
    """Return what a provider without our references shows to have been taken; what is absent proves nothing."""
    given = _submission(batch)
    try:
        client = connections.client_for(batch.connection)
        return client.look_up(replace(given, tried_at=batch.started_at))
    except (errors.ProviderError, crypto.CannotOpen):
        return {}


@transaction.atomic
def _assume(batch: Batch, evidence: Mapping[str, Receipt]) -> None:
    """Write what is evident; without evidence charge and show as ASSUMED_SENT what can never be repeated safely."""
    campaign = lifecycle.locked(batch.campaign_id)
    current = _unclear(batch.pk, batch.attempt).select_for_update(no_key=True).first()
    if current is None:
        return
    current.campaign = campaign
    taken = [receipt for receipt in evidence.values() if receipt.accepted]
    if taken:
        outcomes.accept(campaign, current, taken)
        return
    outcomes.assume_sent(campaign, current)


def _go_on(campaign: Campaign) -> None:
    """Ring for what a settled batch makes possible."""
    lifecycle.ring("campaigns.jobs.dispatch", campaign)
    doorbell.ring("campaigns.jobs.finish", campaign.pk)
