"""Forgets what is older than it is to be kept, at night and in short transactions.

Every step deals with at most CHUNK rows and says how many; a round goes on until nothing is left, and one that a
crash ended is taken up where it stood, because what is forgotten is not found again. The ledger, the audit trail,
campaigns that have not ended and messages that may still be reported on are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad

from campaigns import month_ends, partitions
from campaigns.models import (
    Batch,
    BatchEvidence,
    Campaign,
    Cleaning,
    DryRun,
    InboxItem,
    Message,
    Plan,
    PostbackAttempt,
    PostbackEvent,
    Recipient,
    Reply,
)
from contacts import retention as contacts_retention
from contacts.models import Import
from smspanel import bulk, clock, doorbell, leases
from smspanel.redaction import MASK

JOB: Final = "campaigns.jobs.clean"
CHUNK: Final = 5_000
CAMPAIGNS: Final = 500
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)

NO_NUMBER: Final = Concat(Value("0"), LPad(Cast("pk", CharField()), 14, Value("0")))
"""What Message.forgotten_number says, for a statement about many."""

Step = Callable[[datetime], int]


def begin() -> None:
    """Open the round of today, once, and ring for it; rounds that have ended are forgotten."""
    today = clock.now().date()
    Cleaning.objects.filter(finished_at__isnull=False, day__lt=today).delete()
    round_, _created = Cleaning.objects.get_or_create(day=today)
    doorbell.ring(JOB, round_.pk)


def _free() -> QuerySet[Cleaning]:
    return Cleaning.objects.filter(leases.free(), finished_at__isnull=True)


def due() -> list[tuple[int]]:
    """Return rounds that have not ended and that no living process is working on."""
    return list(_free().order_by("day").values_list("pk"))


def clean(round_id: int) -> None:
    """Forget chunk after chunk until nothing is left or the time is up."""
    if not _free().filter(pk=round_id).update(lease_until=clock.now() + LEASE):
        return
    mine = Cleaning.objects.filter(pk=round_id)
    if _forget_until(clock.monotonic() + SECONDS):
        partitions.analyze()
        mine.update(finished_at=clock.now(), lease_until=None)
    else:
        mine.update(lease_until=None)
        doorbell.ring_now(JOB, round_id)


def _forget_until(until: float) -> bool:
    """Take step after step; says whether nothing is left."""
    for kept, step in _spans():
        before = clock.now() - kept
        while step(before):
            if clock.monotonic() > until:
                return False
    return True


def _spans() -> Iterator[tuple[timedelta, Step]]:
    """Yield for how long something is kept, and how a chunk of it is forgotten; what is kept for ever is left out."""
    for name, step in STEPS:
        if days := getattr(settings, name):
            yield timedelta(days=days), step
    yield Import.UNDO_FOR, contacts_retention.forget_changes


def _ended(before: datetime, lacking: int) -> QuerySet[Campaign]:
    """Return campaigns that ended before that and still have what is lacking, unless a report may come for them."""
    awaited = Message.objects.filter(campaign=OuterRef("pk"), state__in=Message.AWAITING_REPORT)
    still = [had for had in range(Campaign.EVERYTHING) if not had & lacking]
    ended = Campaign.objects.filter(forgotten__in=still, finished_at__lt=before, state__in=Campaign.TERMINAL)
    return ended.exclude(Exists(awaited)).order_by("forgotten", "finished_at")


@transaction.atomic
def forget_texts(before: datetime) -> int:
    """Forget what was written to single people: texts of their own, single messages, and examples in plans."""
    singles = list(_ended(before, Campaign.TEXTS).filter(single=True).values_list("pk", flat=True)[:CHUNK])
    if singles:
        own = Campaign.objects.filter(pk__in=singles)
        return own.update(text=MASK, voice={}, forgotten=F("forgotten") + Campaign.TEXTS)
    campaign = _ended(before, Campaign.TEXTS).filter(single=False).first()
    if campaign is None:
        return 0
    forgotten = _blank(campaign.messages.all()) or _blank(campaign.recipients.all())
    if not forgotten:
        Plan.objects.filter(campaign=campaign).update(samples=[])
        DryRun.objects.filter(campaign=campaign).delete()
        Campaign.objects.filter(pk=campaign.pk).update(forgotten=F("forgotten") + Campaign.TEXTS)
    return forgotten or 1


def _blank(rows: QuerySet[Any]) -> int:
    """Take the texts from the next rows that have one of their own."""
    ids = list(rows.exclude(text="").values_list("pk", flat=True)[:CHUNK])
    return int(rows.model._default_manager.filter(pk__in=ids).update(text="")) if ids else 0


@transaction.atomic
def forget_numbers(before: datetime) -> int:
    """Forget to whom messages went: their rows stay with state and points, and a number that is none."""
    campaigns = list(_ended(before, Campaign.NUMBERS)[:CAMPAIGNS])
    ids = [campaign.pk for campaign in campaigns]
    # What was forgotten begins with 0: the unique index of numbers leads to what is left.
    named = Message.objects.filter(campaign__in=ids, msisdn__gte="1").values_list("pk", flat=True)[:CHUNK]
    if messages := list(named):
        return Message.objects.filter(pk__in=messages).update(msisdn=NO_NUMBER, contact=None)
    if listed := list(Recipient.objects.filter(campaign__in=ids).values_list("pk", flat=True)[:CHUNK]):
        return Recipient.objects.filter(pk__in=listed).delete()[0]
    _forget_answers(ids)
    return Campaign.objects.filter(pk__in=ids).update(
        forgotten=F("forgotten") + Campaign.NUMBERS, provider_answer="", forward_numbers=[]
    )


def _forget_answers(campaigns: list[int]) -> None:
    """Forget what providers said about these campaigns, and the examples of who was left out."""
    batches = Batch.objects.filter(campaign__in=campaigns)
    BatchEvidence.objects.filter(batch__in=batches).exclude(raw="").update(raw="")
    batches.exclude(provider_answer="").update(provider_answer="")
    DryRun.objects.filter(campaign__in=campaigns).delete()
    plans = list(Plan.objects.filter(campaign__in=campaigns).only("pk", "waterfall"))
    for plan in plans:
        plan.waterfall = [row | {"examples": []} for row in plan.waterfall]
    bulk.save(plans, "waterfall")


@transaction.atomic
def forget_inbox(before: datetime) -> int:
    """Delete what providers pushed or answered, once it is applied or given up."""
    old = InboxItem.objects.filter(received_at__lt=before, next_attempt_at__isnull=True).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    return old.model.objects.filter(pk__in=ids).delete()[0] if ids else 0


@transaction.atomic
def forget_postbacks(before: datetime) -> int:
    """Delete the log of post backs that have ended, and the numbers from what was told; that it was told stays."""
    ended = ~Q(event__state=PostbackEvent.State.PENDING)
    attempts = list(PostbackAttempt.objects.filter(ended, started_at__lt=before).order_by("pk")[:CHUNK])
    _unname(PostbackEvent.objects.filter(pk__in={attempt.event_id for attempt in attempts}))
    PostbackAttempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).delete()
    given_up = PostbackEvent.objects.filter(state=PostbackEvent.State.GIVEN_UP, created_at__lt=before)
    return len(attempts) + _unname(given_up.filter(payload__msisdn__gt="")[:CHUNK])


def _unname(events: QuerySet[PostbackEvent]) -> int:
    named = [event for event in events if event.payload.get("msisdn")]
    for event in named:
        event.payload["msisdn"] = ""
    bulk.save(named, "payload")
    return len(named)


@transaction.atomic
def forget_replies(before: datetime) -> int:
    """Delete old replies; who asked to stop stays on the blacklist."""
    ids = list(
        Reply.objects.filter(received_at__lt=before).order_by("received_at").values_list("pk", flat=True)[:CHUNK]
    )
    return Reply.objects.filter(pk__in=ids).delete()[0] if ids else 0


STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("KEEP_TEXTS", forget_texts),
    ("KEEP_NUMBERS", forget_numbers),
    ("KEEP_MESSAGES", month_ends.forget_messages),
    ("KEEP_INBOX", forget_inbox),
    ("KEEP_POSTBACKS", forget_postbacks),
    ("KEEP_REPLIES", forget_replies),
    ("KEEP_REJECTED", contacts_retention.forget_rejected),
    ("KEEP_REJECTED", contacts_retention.forget_files),
)
"""How long something is kept, by the name of the setting, and how a chunk of it is forgotten."""
