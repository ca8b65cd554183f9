"""Writes what came of a submission: message states, points, and what happens next.

The writer must hold the batch's token. One that comes too late leaves evidence; positive evidence settles an
unclear batch, and never starts a sending.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts import connections, points
from campaigns import lifecycle, postbacks, routing
from campaigns.models import Batch, BatchEvidence, Campaign, Message, ProviderId
from contacts.destinations import destination_of
from smspanel import bulk, clock, doorbell, leases
from smspanel.providers import errors
from smspanel.providers.values import Acceptance, Receipt

LONGEST_WAIT: Final = timedelta(minutes=5)
FAILING_AFTER: Final = 3
"""So many attempts fail before another connection is tried."""
FAILING_SECONDS: Final = 60.0
REFUSED_SECONDS: Final = 600.0
NAMELESS: Final = "ACCEPTED_WITHOUT_IDS"
"""Evidence of a batch in which the provider took messages and gave them no ids of their own."""
FIRST_PULL: Final = timedelta(seconds=5)
_RECEIPT: Final = ("state", "reason", "provider_id", "provider_parts")


def record_acceptance(batch: Batch, acceptance: Acceptance) -> None:
    """Write a positive answer, or keep it as evidence when somebody else has taken the batch over."""
    if not _accept_own(batch, acceptance):
        _accept_late(batch, acceptance)


@transaction.atomic
def _accept_own(batch: Batch, acceptance: Acceptance) -> bool:
    """Write it if the fence lets this writer through; says whether it does.

    The campaign is not locked, so that workers write what came of its batches side by side: nobody else touches a
    batch that is being submitted without its own lock, and what is read of the campaign never changes while it sends.
    """
    own = Batch.objects.filter(pk=batch.pk, state=Batch.State.SUBMITTING, token=batch.token)
    current = own.select_for_update(no_key=True).first()
    if current is None:
        return False
    current.campaign = batch.campaign
    accept(batch.campaign, current, acceptance.receipts, unpaired=acceptance.unpaired)
    return True


@transaction.atomic
def _accept_late(batch: Batch, acceptance: Acceptance) -> None:
    """Keep it as evidence; an unclear batch, or one that waits to be submitted again, is settled by it."""
    campaign = lifecycle.locked(batch.campaign_id, "hold")
    current = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    current.campaign = campaign
    BatchEvidence.objects.create(batch=current, outcome="ACCEPTED", raw=acceptance.raw)
    if current.state in {Batch.State.UNKNOWN, Batch.State.READY}:
        accept(campaign, current, acceptance.receipts, unpaired=acceptance.unpaired)


@transaction.atomic
def record_failure(batch: Batch, error: errors.ProviderError) -> None:
    """Write a refusal, a delay or an unclear answer, by what the error says of itself."""
    campaign = lifecycle.locked(batch.campaign_id)
    current = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    current.campaign = campaign
    if not _holds(current, batch):
        BatchEvidence.objects.create(batch=current, outcome=type(error).__name__, raw=error.raw)
        return
    current.problem = str(error.explanation)[:300]
    current.provider_answer = "\n".join(part for part in (error.code, error.detail, error.raw) if part)
    connections.note_trouble(current.connection, str(error))
    if not error.never_left:
        mark_unknown(current)
        if error.stops_campaign:
            _stop(campaign, current, error)
    elif error.stops_campaign:
        back_to_ready(current, wait=None)
        connections.set_aside(current.connection, sentence=str(error.explanation), seconds=REFUSED_SECONDS)
        if _other_way(campaign, current) is None:
            _stop(campaign, current, error)
    elif error.retryable:
        back_to_ready(current, wait=_wait(current.attempt, error.retry_after))
        if current.attempt >= FAILING_AFTER and _other_way(campaign, current) is not None:
            connections.set_aside(current.connection, sentence=str(error.explanation), seconds=FAILING_SECONDS)
    else:
        refuse(current, str(error.explanation))
    finish_if_done(campaign)


def _stop(campaign: Campaign, batch: Batch, error: errors.ProviderError) -> None:
    """Let a campaign that is sending wait for a person, who reads why."""
    if campaign.state == Campaign.State.SENDING:
        answer = batch.provider_answer
        lifecycle.put_on_hold(
            campaign, Campaign.HoldReason.PROVIDER, problem=str(error.explanation), provider_answer=answer
        )


def _other_way(campaign: Campaign, batch: Batch) -> routing.Way | None:
    """Return another way for messages that provably never left; an unclear one never takes it."""
    first = batch.messages.first()
    if first is None:
        return None
    return routing.routes_of(campaign).way(destination_of(first.msisdn), without=batch.connection)


def _holds(current: Batch, mine: Batch) -> bool:
    """Say whether the fence lets this writer through."""
    return current.state == Batch.State.SUBMITTING and current.token == mine.token


def rested() -> Q:
    """Return the condition that a batch has waited long enough to be submitted, or asked about, again."""
    return Q(next_attempt_at__isnull=True) | leases.over("next_attempt_at", longest=LONGEST_WAIT)


def _wait(attempt: int, retry_after: float | None) -> timedelta:
    """Return how long to wait before the next attempt: what the provider asks, else doubling."""
    return min(LONGEST_WAIT, timedelta(seconds=retry_after if retry_after is not None else 2.0 ** min(attempt, 9)))


def accept(campaign: Campaign, batch: Batch, receipts: Sequence[Receipt], *, unpaired: Sequence[str] = ()) -> None:
    """Write receipts of a locked batch: accepted ones are charged, refused ones fail, unclear ones move out."""
    costs = dict(batch.messages.values_list("pk", "points"))
    waiting = {campaign.ref_of(pk): pk for pk in costs}
    named = [(waiting.pop(receipt.ref), receipt) for receipt in receipts if receipt.ref in waiting]
    taken = {pk: receipt for pk, receipt in named if receipt.accepted is not None}
    sent = [pk for pk, receipt in taken.items() if receipt.accepted]
    _note_ids(batch, taken, unpaired)
    bulk.write(Message, _RECEIPT, [(*_written(receipt), pk, campaign.month) for pk, receipt in taken.items()])
    if campaign.single:
        for message in campaign.messages.filter(pk__in=sent):
            postbacks.note_single(message)
    if unclear := [pk for pk in costs if pk not in taken]:
        _split_off(batch, unclear)
    batch.state, batch.problem, batch.provider_answer = Batch.State.ACCEPTED, "", ""
    batch.size, batch.lease_until, batch.unknown_since = len(taken), None, None
    batch.next_pull_at = clock.now() + FIRST_PULL if campaign.wants_reports else None
    batch.save()
    # Last: the wallet of spent points is everybody's, and locked until the transaction ends.
    charge(campaign, batch, sum(costs[pk] for pk in sent))
    finish_if_done(campaign)


def _written(receipt: Receipt) -> tuple[str, str, str, int | None]:
    """Return the fields of _RECEIPT that a receipt tells."""
    if receipt.accepted:
        return Message.State.SENT.value, "", receipt.provider_id[:64], receipt.parts
    return Message.State.FAILED.value, (receipt.reason or receipt.code)[:200], receipt.provider_id[:64], receipt.parts


def _note_ids(batch: Batch, taken: Mapping[int, Receipt], unpaired: Sequence[str]) -> None:
    """Keep the provider's ids of messages that have several, those of no message, and that some have none."""
    ids = [ProviderId(batch=batch, provider_id=one[:64]) for one in unpaired]
    for pk, receipt in taken.items():
        if len(receipt.part_ids) > 1:
            ids += (ProviderId(batch=batch, message_id=pk, provider_id=one[:64]) for one in receipt.part_ids)
    ProviderId.objects.bulk_create(ids, batch_size=500)
    if any(receipt.accepted and not receipt.provider_id for receipt in taken.values()):
        BatchEvidence.objects.create(batch=batch, outcome=NAMELESS)


def charge(campaign: Campaign, batch: Batch, cost: int) -> None:
    """Spend the points of accepted messages from the campaign's hold, once a batch."""
    if cost and campaign.hold is not None:
        points.post(hold=campaign.hold, points=cost, key=f"post:batch:{batch.pk}")


def _split_off(batch: Batch, messages: Sequence[int]) -> None:
    """Move messages whose fate is unclear into a batch of their own, to be looked up."""
    rest = Batch.objects.create(
        campaign=batch.campaign,
        connection=batch.connection,
        state=Batch.State.UNKNOWN,
        size=len(messages),
        attempt=batch.attempt,
        started_at=batch.started_at,
        unknown_since=clock.now(),
        problem=_("The provider's answer did not name these messages."),
    )
    batch.campaign.messages.filter(pk__in=messages).update(batch=rest, state=Message.State.UNKNOWN)


def mark_unknown(batch: Batch) -> None:
    """Say honestly that nobody knows whether a locked batch was taken."""
    batch.state, batch.unknown_since, batch.lease_until = Batch.State.UNKNOWN, clock.now(), None
    batch.save()
    batch.messages.filter(state=Message.State.SUBMITTING).update(state=Message.State.UNKNOWN)


def assume_sent(campaign: Campaign, batch: Batch) -> None:
    """Charge the unclear messages of a locked batch and show them as ASSUMED_SENT: nobody will ever know better."""
    unclear = batch.messages.filter(state=Message.State.UNKNOWN)
    cost = unclear.aggregate(points=Sum("points"))["points"] or 0
    unclear.update(state=Message.State.ASSUMED_SENT)
    charge(campaign, batch, cost)
    batch.state = Batch.State.ASSUMED_SENT
    batch.save(update_fields=["state"])
    finish_if_done(campaign)


def back_to_ready(batch: Batch, *, wait: timedelta | None) -> None:
    """Let a locked batch be submitted again: there is proof that it never left."""
    batch.state, batch.lease_until, batch.unknown_since = Batch.State.READY, None, None
    batch.next_attempt_at = None if wait is None else clock.now() + wait
    batch.save()
    batch.messages.filter(state__in=[Message.State.SUBMITTING, Message.State.UNKNOWN]).update(
        state=Message.State.QUEUED
    )


def refuse(batch: Batch, reason: str) -> None:
    """Write that the provider refused a locked batch as a whole: nothing was sent, nothing is charged."""
    batch.state, batch.lease_until = Batch.State.REFUSED, None
    batch.save()
    batch.messages.filter(state=Message.State.SUBMITTING).update(state=Message.State.FAILED, reason=reason[:200])


def finish_if_done(campaign: Campaign) -> None:
    """Ring for the end when nothing waits to leave; of workers that end at once, the last to commit finds it done."""
    if not campaign.messages.filter(state=Message.State.QUEUED).exists():
        doorbell.ring("campaigns.jobs.finish", campaign.pk)
