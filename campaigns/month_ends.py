"""Takes away the messages of months whose campaigns all ended long ago; what was counted of them stays.

On PostgreSQL that is the table of the month, in one moment however large it is. Elsewhere, and where a month has no
table of its own, it is one campaign after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncMonth

from campaigns import counting, partitions
from campaigns.models import Campaign, CanaryMessage, Message, ProviderId, Recount, Reply

CHUNK: Final = 5_000


def forget_messages(before: datetime) -> int:
    """Forget the messages of a month in which everything ended before that, or some of what refers to them."""
    for month in _months(before):
        if _is_settled(month, before) and (done := _forget(month, before)):
            return done
    return 0


def _months(before: datetime) -> Iterator[date]:
    """Yield the months that are over and have campaigns whose messages are kept, the oldest first."""
    ended = Campaign.objects.filter(forgotten__lt=Campaign.MESSAGES, finished_at__lt=before)
    found = ended.order_by().annotate(made_in=TruncMonth("created_at", tzinfo=UTC)).values_list("made_in", flat=True)
    yield from (month.date() for month in found.distinct().order_by("made_in"))


def _campaigns(month: date) -> QuerySet[Campaign]:
    first, next_ = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, partitions.after(month)))
    return Campaign.objects.filter(created_at__gte=first, created_at__lt=next_)


def _running(month: date, before: datetime) -> QuerySet[Campaign]:
    """Return campaigns of the month that have not ended, or not long enough ago; a draft has no messages."""
    ended = Q(state__in=Campaign.TERMINAL, finished_at__lt=before)
    return _campaigns(month).exclude(ended | Q(state__in=Campaign.EDITABLE))


def _is_settled(month: date, before: datetime) -> bool:
    """Say whether nothing happens to the month's messages any more, and all that happened is counted."""
    if partitions.after(month) > before.astimezone(UTC).date() or _running(month, before).exists():
        return False
    pending = (*Message.OPEN, *Message.AWAITING_REPORT)
    if Message.objects.filter(month=month, state__in=pending).exists():
        return False
    marked = Recount.objects.filter(campaign_id__in=_campaigns(month).values("pk"))
    if marked.exists():
        counting.run()
    return not marked.exists()


def _forget(month: date, before: datetime) -> int:
    """Forget a chunk of what refers to the month's messages, or else the messages."""
    if partitions.name_of(month) not in partitions.tables():
        campaign = _ended(month).order_by("pk").first()
        return _forget_campaign(campaign) if campaign is not None else 0
    if cleared := _clear(_campaigns(month)):
        return cleared
    return int(partitions.patiently(partial(_drop, month, before)))


def _ended(month: date) -> QuerySet[Campaign]:
    return _campaigns(month).filter(forgotten__lt=Campaign.MESSAGES, state__in=Campaign.TERMINAL)


@transaction.atomic
def _clear(campaigns: QuerySet[Campaign]) -> int:
    """Take away the next rows that name messages of these campaigns."""
    ids: QuerySet[Campaign, int] = campaigns.values_list("pk", flat=True)
    named: tuple[QuerySet[Any], ...] = (
        ProviderId.objects.filter(batch__campaign__in=ids),
        CanaryMessage.objects.filter(canary__campaign__in=ids),
    )
    for rows in named:
        if some := list(rows.values_list("pk", flat=True)[:CHUNK]):
            return int(rows.model._default_manager.filter(pk__in=some).delete()[0])
    answered = Reply.objects.filter(campaign__in=ids, message__isnull=False)
    some = list(answered.values_list("pk", flat=True)[:CHUNK])
    return Reply.objects.filter(pk__in=some).update(message=None)


@transaction.atomic
def _forget_campaign(campaign: Campaign) -> int:
    """Forget the messages of one campaign, marked first: what is marked is never counted again."""
    own = Campaign.objects.filter(pk=campaign.pk)
    own.update(forgotten=F("forgotten") + Campaign.MESSAGES)
    while _clear(own):
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM campaigns_message WHERE campaign_id = %s AND month = %s", [campaign.pk, campaign.month]
        )
        return max(1, int(cursor.rowcount))


@transaction.atomic
def _drop(month: date, before: datetime) -> None:
    """Take the table of a month away, unless a draft of that month was sent just now."""
    name = partitions.name_of(month)
    with connection.cursor() as cursor:
        partitions.lock(cursor, name, "ACCESS EXCLUSIVE")
        if _running(month, before).exists():
            return
        cursor.execute(f"DROP TABLE {name}")
    _ended(month).update(forgotten=F("forgotten") + Campaign.MESSAGES)
