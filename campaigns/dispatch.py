"""Sends messages: claim a batch, commit the intent, call the provider, record the outcome behind a fence.

1. `claim` writes SUBMITTING with a token, an attempt number and a lease, and commits, before any byte leaves.
2. `submit` calls the provider, outside any transaction.
3. `outcomes` writes what came of it, but only for the holder of the token.

A process that dies in between leaves a batch whose lease runs out; settlement.py finds out what became of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts import connections
from accounts.models import Connection
from campaigns import canaries, lifecycle, outcomes, queueing, rendering, spreading, windows
from campaigns.models import Batch, Campaign, Message, Turn
from campaigns.text import CharacterPolicy
from smspanel import clock, crypto, doorbell, room
from smspanel.providers import errors
from smspanel.providers.values import MessageKind, Outgoing, Submission, VoiceOptions

SECONDS: Final = 20.0
"""How long a turn keeps a worker from its other jobs."""
SINGLES: Final = 50
"""So many single messages are looked up at once; what is more urgent waits no longer than for these."""
LOOKED_AT: Final = 200
"""So many campaigns are looked at to find one that may submit now."""
ALONE: Final = 0.25
"""Seconds for which the only campaign that is due goes on before others are looked for."""
LEAST_PAUSE: Final = 0.05
"""Seconds; a pace whose moment came between the claim and the look at it is not asked for in a spin."""


def dispatch(campaign_id: int) -> None:
    """Submit batches of campaigns, one of each account in turn, until none can be claimed or the turn is over.

    The campaign is the one that was rung for; others that wait longer go before it.
    """
    if _take_turn(_serve_campaign):
        doorbell.ring("campaigns.jobs.dispatch", campaign_id)


def dispatch_urgent() -> None:
    """Submit single messages and campaigns of priority, which never wait behind what is not urgent."""
    if _take_turn(_serve_urgent):
        doorbell.ring("campaigns.jobs.dispatch_singles", once=True)


def _take_turn(serve: Callable[[], float | None]) -> bool:
    """Serve until nothing is left or the turn is over, which it says; `serve` returns the pause it asks for."""
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until and not doorbell.is_leaving():
        if not room.is_left() or (pause := serve()) is None:
            return False
        if pause:
            time.sleep(pause)
    return True


def _serve_campaign(least_priority: int = 0) -> float | None:
    """Submit one batch of whose turn it is; returns the seconds that a pace asks to wait, None if nothing is due."""
    campaigns = _due(single=False).filter(priority__gte=least_priority).select_related("connection")
    due = list(campaigns.only("connection__calls_per_second", "connection__next_call_at")[:LOOKED_AT])
    pauses = []
    for campaign in due:
        pause = campaign.connection.pause(clock.now()).total_seconds() if campaign.connection else 0
        if not pause and _submit_next(campaign.pk):
            if len(due) == 1 and not least_priority:
                _go_on(campaign.pk)
            return 0
        pauses.append(max(pause, LEAST_PAUSE))
    still = _due(single=False).filter(pk__in=[campaign.pk for campaign in due])
    return min(pauses) if pauses and still.exists() else None


def _go_on(campaign_id: int) -> None:
    """Submit further batches of a campaign that was due alone: to look who else is takes as long as a claim."""
    until = clock.monotonic() + ALONE
    while clock.monotonic() < until and not doorbell.is_leaving() and _submit_next(campaign_id, in_turn=False):
        pass


def _serve_urgent() -> float | None:
    """Submit some single messages, and a batch of a campaign of priority."""
    singles = due_singles()
    sent = sum(map(_submit_next, singles))
    pause = _serve_campaign(least_priority=1)
    if sent or pause == 0:
        return 0
    return pause if not singles else LEAST_PAUSE


@transaction.atomic
def claim(campaign_id: int, *, in_turn: bool = True) -> Batch | None:
    """Take the next batch and commit the intent to submit it; None when there is nothing to do right now.

    Others go before the campaign the next time, unless it is not `in_turn` as nobody else waits.
    """
    if not room.is_left():
        return None
    campaign = lifecycle.locked(campaign_id, "account__wallet", "sender", "hold")
    if campaign.state != Campaign.State.SENDING or campaign.account.wallet.frozen_at is not None:
        return None
    if not windows.is_open(campaign, clock.now()):
        campaign.resume_at = windows.next_opening(campaign, clock.now())
        lifecycle.put_on_hold(campaign, Campaign.HoldReason.WINDOW)
        return None
    batch = queueing.next_batch(campaign, most=spreading.room(campaign))
    if batch is not None:
        if in_turn:
            _note_turn(campaign)
        return batch
    if campaign.state == Campaign.State.SENDING and not canaries.wait(campaign) and _is_empty(campaign):
        doorbell.ring("campaigns.jobs.finish", campaign.pk)
    return None


def _is_empty(campaign: Campaign) -> bool:
    return not queueing.queue_of(campaign).exists()


def _note_turn(campaign: Campaign) -> None:
    """Let the other campaigns of the account, and other accounts, go before this one the next time."""
    now = clock.now()
    Campaign.objects.filter(pk=campaign.pk).update(served_at=now)
    if not campaign.single:
        turn = Turn(account=campaign.account, at=now)
        Turn.objects.bulk_create([turn], update_conflicts=True, unique_fields=["account"], update_fields=["at"])


def submit(batch: Batch) -> None:
    """Hand the batch to its provider and record what came of it."""
    given = submission(batch.campaign, batch, Message.State.SUBMITTING)
    try:
        client = connections.client_for(batch.connection)
        acceptance = client.submit(given)
    except crypto.CannotOpen as error:
        outcomes.record_failure(batch, errors.Misconfigured(str(error)))
    except errors.ProviderError as error:
        outcomes.record_failure(batch, error)
    else:
        outcomes.record_acceptance(batch, acceptance)


def submission(campaign: Campaign, batch: Batch, state: Message.State) -> Submission:
    """Return what the provider is handed for the batch's messages in this state, the same at every attempt."""
    messages = list(batch.messages.filter(state=state).order_by("pk").values_list("pk", "msisdn", "text"))
    common = "" if all(text for _pk, _msisdn, text in messages) else rendering.rendered(campaign, {})
    return Submission(
        reference=batch.public_id.hex,
        messages=tuple(Outgoing(campaign.ref_of(pk), msisdn, text or common) for pk, msisdn, text in messages),
        sender=campaign.shown_sender,
        variant=campaign.variant,
        kind=MessageKind(campaign.kind),
        unicode=campaign.policy == CharacterPolicy.UNICODE,
        priority=campaign.priority,
        country=campaign.country,
        validity=campaign.validity and campaign.validity * 60,
        link=campaign.link,
        cost_centre=campaign.cost_centre.provider_code if campaign.cost_centre else "",
        wants_reports=campaign.wants_reports,
        language=campaign.language,
        voice=VoiceOptions(**campaign.voice),
        reply_text=campaign.reply_text,
        dlr_url=batch.connection.push_address,
        tried_at=batch.started_at,
    )


def due_dispatches() -> list[tuple[int]]:
    """Return campaigns with a message that could be claimed now, and a connection that is free for it."""
    return list(_due(single=False).values_list("pk"))


def due_urgent() -> list[tuple[int]]:
    """Return campaigns of priority that can be started, whose messages are to be made, or that could claim now."""
    urgent = Campaign.objects.filter(priority__gt=0, single=False)
    starting = Q(state=Campaign.State.TO_SEND, start_at__lte=clock.now()) | Q(state=Campaign.State.EXPANDING)
    sending = _due(single=False).filter(priority__gt=0)
    return [*urgent.filter(starting).values_list("pk"), *sending.values_list("pk")]


def due_singles() -> list[int]:
    """Return single messages that could be claimed now, by their campaigns: alerts first, one of each account in turn.

    Of each account the oldest are asked for, as many as its share allows.
    """
    waiting = Campaign.objects.filter(state=Campaign.State.SENDING, single=True)
    accounts = list(waiting.order_by().values_list("account", flat=True).distinct()[:SINGLES])
    if not accounts:
        return []
    share = max(1, SINGLES // len(accounts))
    rows = (_due(single=True).filter(account=one).values_list("priority", "pk")[:share] for one in accounts)
    in_turn = [row for some in zip_longest(*rows) for row in some if row is not None]
    return [pk for _priority, pk in sorted(in_turn, key=lambda row: -row[0])]


def _submit_next(campaign_id: int, *, in_turn: bool = True) -> bool:
    """Submit the campaign's next batch, if it has one that may leave now; says whether it had."""
    if (batch := claim(campaign_id, in_turn=in_turn)) is None:
        return False
    submit(batch)
    return True


def _due(*, single: bool) -> QuerySet[Campaign]:
    """Return campaigns that could claim now: alerts first (JS-10), then the account that waits longest for its turn.

    Of one account it is the campaign that waits longest, then the oldest.
    """
    busy = (
        Connection.objects.annotate(under_way=Count("batches", filter=Q(batches__state=Batch.State.SUBMITTING)))
        .filter(under_way__gte=F("max_parallel"))
        .values("pk")
    )
    queued = Message.objects.filter(campaign=OuterRef("pk"), state=Message.State.QUEUED, batch__isnull=True)
    fresh = queued.filter(month__gte=lifecycle.first_month())
    again = Batch.objects.filter(outcomes.rested(), campaign=OuterRef("pk"), state=Batch.State.READY)
    released = Q(release_at__isnull=True) | Q(release_at__lte=clock.now())
    campaigns = Campaign.objects.filter(
        Exists(again) | (released & Q(Exists(fresh))), state=Campaign.State.SENDING, single=single
    )
    free = campaigns.exclude(connection__in=busy).filter(account__wallet__frozen_at__isnull=True)
    turn, served = F("account__turn__at").asc(nulls_first=True), F("served_at").asc(nulls_first=True)
    return free.order_by("-priority", turn, served, "started_at", "pk")
