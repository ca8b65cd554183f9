"""Sends messages: claim a batch, commit the intent, call the provider, record the outcome behind a fence.

1. `claim` writes SUBMITTING with a token, an attempt number and a lease, and commits, before any byte leaves.
2. `submit` calls the provider, outside any transaction.
3. `outcomes` writes what came of it, but only for the holder of the token.

A process that dies in between leaves a batch whose lease runs out; settlement.py finds out what became of it.
"""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts import connections
from accounts.models import Connection
from campaigns import canaries, lifecycle, outcomes, planning, queueing, windows
from campaigns.models import Batch, Campaign, Message
from campaigns.text import CharacterPolicy
from smspanel import clock, crypto, doorbell
from smspanel.providers import errors
from smspanel.providers.base import MessageKind, Outgoing, Submission, VoiceOptions

LEASE: Final = timedelta(seconds=60)
"""Longer than a submission's deadline, so that a living process is not suspected."""
SECONDS: Final = 20.0
"""How long one campaign keeps a worker before others get their turn."""
SINGLES: Final = 200
"""So many single messages are looked up at once."""
LEAST_PAUSE: Final = 0.05
"""Seconds; a pace whose moment came between the claim and the look at it is not asked for in a spin."""


def dispatch(campaign_id: int) -> None:
    """Submit batches of a campaign, at its connection's pace, until none can be claimed or its turn is over."""
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until:
        if (batch := claim(campaign_id)) is not None:
            submit(batch)
        elif (seconds := _pause(campaign_id)) is not None:
            time.sleep(seconds)
        else:
            return
    doorbell.ring("campaigns.jobs.dispatch", campaign_id)


def _pause(campaign_id: int) -> float | None:
    """Return for how many seconds the pace of its connection keeps a campaign; None where something else does."""
    if not _due(single=False).filter(pk=campaign_id).exists():
        return None
    connection = Connection.objects.filter(campaigns=campaign_id).first()
    pause = connection.pause(clock.now()) if connection is not None else timedelta()
    return max(pause.total_seconds(), LEAST_PAUSE)


@transaction.atomic
def claim(campaign_id: int) -> Batch | None:
    """Take the next batch and commit the intent to submit it; None when there is nothing to do right now."""
    campaign = lifecycle.locked(campaign_id)
    if campaign.state != Campaign.State.SENDING or campaign.account.wallet.frozen_at is not None:
        return None
    if not windows.is_open(campaign.account, clock.now()):
        campaign.resume_at = windows.next_opening(campaign.account, clock.now())
        lifecycle.put_on_hold(campaign, Campaign.HoldReason.WINDOW)
        return None
    batch = queueing.next_batch(campaign)
    if batch is not None:
        return _commit_intent(batch)
    if campaign.state == Campaign.State.SENDING and not canaries.wait(campaign) and _is_empty(campaign):
        doorbell.ring("campaigns.jobs.finish", campaign.pk)
    return None


def _is_empty(campaign: Campaign) -> bool:
    return not queueing.queue_of(campaign).exists()


def _commit_intent(batch: Batch) -> Batch:
    batch.state, batch.token, batch.attempt = Batch.State.SUBMITTING, uuid.uuid4(), batch.attempt + 1
    batch.started_at, batch.lease_until = clock.now(), clock.now() + LEASE
    batch.next_attempt_at = None
    batch.size = batch.messages.filter(state=Message.State.SUBMITTING).count()
    batch.save()
    return batch


def submit(batch: Batch) -> None:
    """Hand the batch to its provider and record what came of it."""
    campaign = batch.campaign
    messages = list(batch.messages.filter(state=Message.State.SUBMITTING).select_related("campaign").order_by("pk"))
    try:
        client = connections.client_for(batch.connection)
        acceptance = client.submit(submission(campaign, batch, messages))
    except crypto.CannotOpen as error:
        outcomes.record_failure(batch, errors.Misconfigured(str(error)))
    except errors.ProviderError as error:
        outcomes.record_failure(batch, error)
    else:
        outcomes.record_acceptance(batch, acceptance)


def submission(campaign: Campaign, batch: Batch, messages: list[Message]) -> Submission:
    """Return what the provider is handed for these messages of the batch, the same at every attempt."""
    common = planning.rendered(campaign, {}) if any(not message.text for message in messages) else ""
    return Submission(
        reference=batch.public_id.hex,
        messages=tuple(Outgoing(message.ref, message.msisdn, message.text or common) for message in messages),
        sender=campaign.shown_sender,
        variant=campaign.variant,
        kind=MessageKind(campaign.kind),
        unicode=campaign.policy == CharacterPolicy.UNICODE,
        priority=campaign.priority,
        country=campaign.country,
        language=campaign.language,
        voice=VoiceOptions(**campaign.voice),
        reply_text=campaign.reply_text,
        dlr_url=_push_address(batch.connection),
        tried_at=batch.started_at,
    )


def _push_address(connection: Connection) -> str:
    """Return where this provider should push its reports."""
    return settings.PUBLIC_URL + reverse("inbox", kwargs={"token": connection.inbox_token})


def due_dispatches() -> list[tuple[int]]:
    """Return campaigns with a message that could be claimed now, and a connection that is free for it."""
    return list(_due(single=False).values_list("pk"))


def due_singles() -> list[int]:
    """Return the oldest single messages that could be claimed now, by their campaigns."""
    return list(_due(single=True).values_list("pk", flat=True)[:SINGLES])


def dispatch_singles() -> None:
    """Submit single messages, each by a call of its own, until none is due or the turn is over."""
    until = clock.monotonic() + SECONDS
    while due := due_singles():
        if not sum(map(_submit_next, due)):
            time.sleep(LEAST_PAUSE)
        if clock.monotonic() > until:
            doorbell.ring("campaigns.jobs.dispatch_singles", once=True)
            return


def _submit_next(campaign_id: int) -> bool:
    """Submit the campaign's next batch, if it has one that may leave now; says whether it had."""
    if (batch := claim(campaign_id)) is None:
        return False
    submit(batch)
    return True


def _due(*, single: bool) -> QuerySet[Campaign]:
    """Return campaigns that could claim now, alerts first (JS-10) and then the oldest."""
    busy = (
        Connection.objects.annotate(under_way=Count("batches", filter=Q(batches__state=Batch.State.SUBMITTING)))
        .filter(under_way__gte=F("max_parallel"))
        .values("pk")
    )
    fresh = Message.objects.filter(campaign=OuterRef("pk"), state=Message.State.QUEUED, batch__isnull=True)
    again = Batch.objects.filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=clock.now()),
        campaign=OuterRef("pk"),
        state=Batch.State.READY,
    )
    campaigns = Campaign.objects.filter(Exists(fresh) | Exists(again), state=Campaign.State.SENDING, single=single)
    return campaigns.exclude(connection__in=busy).order_by("-priority", "started_at")
