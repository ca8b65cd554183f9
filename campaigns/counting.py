"""Counts messages by operator and state, in the background and once, however many people look at the figures.

What has changed is marked by the database (count_triggers.py). Small things are counted while somebody looks, so that
their figures are always those of now; of large ones the stored figures are shown, some seconds old.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Left, NullIf, TruncDate

from accounts.models import Account
from campaigns.justsend_words import operator_word
from campaigns.models import Campaign, Counted, Message, MessageCount, Recount
from contacts.operators import RANGE, Operator
from smspanel import clock

SMALL: Final = 20_000
"""So many messages are counted while somebody waits."""
SECONDS: Final = 20.0
RARELY: Final = 20
"""A count that takes a second is made at most every so many seconds."""
MARKS: Final = 5_000


class Key(NamedTuple):
    """What messages have in common that are counted in one row."""

    sender: str
    variant: str
    cost_centre_id: int | None
    operator: str
    state: str


class Figures(NamedTuple):
    """How many messages there are, their parts and their points."""

    messages: int
    parts: int
    points: int

    def plus(self, messages: int, parts: int, points: int) -> Figures:
        """Return the sum of both."""
        return Figures(self.messages + messages, self.parts + parts, self.points + points)


Counts = dict[Key, Figures]
NOTHING: Final = Figures(0, 0, 0)


def sender_of(path: str = "") -> Coalesce:
    """Return the expression of what recipients see as the sender, or of the variant that shows none."""
    return Coalesce(
        f"{path}reservation__prefix__name",
        f"{path}sender__name",
        NullIf(f"{path}reply_number", Value("")),
        f"{path}variant",
    )


def run() -> None:
    """Count what is marked, until nothing is or the turn is over."""
    until = clock.monotonic() + SECONDS
    while clock.monotonic() < until and (found := _marked()):
        for account_id, day, campaign_ids, single in found:
            _count_set(account_id, day, campaign_ids, single=single)


def due() -> list[tuple[()]]:
    """Say by one bell whether anything is marked that may be counted again."""
    return [()] if _marked() else []


def _marked() -> list[tuple[int, date, list[int], bool]]:
    """Return (account, day, campaigns, whether single) of what is to be counted together now."""
    ids = set(Recount.objects.order_by("pk").values_list("campaign_id", flat=True)[:MARKS])
    campaigns = Campaign.objects.filter(pk__in=ids).select_related("account")
    sets: dict[tuple[int, date, int | None], list[int]] = defaultdict(list)
    for one in campaigns:
        sets[one.account_id, day_of(one), None if one.single else one.pk].append(one.pk)
    Recount.objects.filter(campaign_id__in=ids - {one.pk for one in campaigns}).delete()
    resting = _resting()
    return [
        (account_id, day, ids_of, campaign_id is None)
        for (account_id, day, campaign_id), ids_of in sets.items()
        if (account_id, day, campaign_id) not in resting
    ]


def _resting() -> set[tuple[int, date, int | None]]:
    """Return what took so long to count that it is not counted again yet."""
    slow = Counted.objects.filter(at__gt=clock.now() - timedelta(minutes=10), seconds__gt=0.25)
    return {
        (one.account_id, one.day, one.campaign_id)
        for one in slow
        if one.at + timedelta(seconds=RARELY * one.seconds) > clock.now()
    }


def day_of(campaign: Campaign) -> date:
    """Return the day on which a campaign began, in the zone of its account."""
    at = campaign.created_at if campaign.single else campaign.started_at or campaign.created_at
    return at.astimezone(campaign.account.zone).date()


@transaction.atomic
def _count_set(account_id: int, day: date, campaign_ids: Sequence[int], *, single: bool) -> None:
    """Count a set and replace its rows.

    Its row is locked, the marks are taken and only then is counted: what is committed later leaves a new mark.
    """
    campaign_id = None if single else campaign_ids[0]
    which: dict[str, Any] = {"campaign_id": campaign_id} if campaign_id else {"campaign": None, "day": day}
    counted, _new = Counted.objects.get_or_create(account_id=account_id, **which, defaults={"day": day})
    counted = Counted.objects.select_for_update().get(pk=counted.pk)
    Recount.objects.filter(campaign_id__in=campaign_ids).delete()
    began = clock.monotonic()
    messages = _messages_of(counted)
    if messages is not None:
        rows = _counted(messages)
        counted.rows.all().delete()
        MessageCount.objects.bulk_create(
            MessageCount(counted=counted, **key._asdict(), **figures._asdict()) for key, figures in rows.items()
        )
        counted.messages = sum(figures.messages for figures in rows.values())
    counted.day, counted.at, counted.seconds = day, clock.now(), clock.monotonic() - began
    counted.save()


def _messages_of(counted: Counted) -> QuerySet[Message] | None:
    """Return the messages of a set; None where their numbers were forgotten, and with them their operators."""
    if counted.campaign is not None:
        gone = counted.campaign.forgotten >= Campaign.NUMBERS
        return None if gone else Message.objects.filter(campaign=counted.campaign)
    return None if _days_gone(counted.account, [counted.day]) else _singles(counted.account, [counted.day])


def singles_on(account: Account, days: Iterable[date]) -> QuerySet[Campaign]:
    """Return the campaigns of the account's single messages of these days of its zone."""
    return Campaign.objects.filter(_within(account, days, ""), account=account, single=True)


def _days_gone(account: Account, days: Iterable[date]) -> set[date]:
    """Return which of these days have single messages that are not kept any more: they are never counted again."""
    gone = singles_on(account, days).filter(forgotten__gte=Campaign.MESSAGES).order_by()
    return set(gone.values_list(TruncDate("created_at", tzinfo=account.zone), flat=True).distinct())


def _singles(account: Account, days: Iterable[date]) -> QuerySet[Message]:
    """Return the account's single messages of these days of its zone."""
    within = _within(account, days, "campaign__")
    return Message.objects.filter(within, campaign__account=account, campaign__single=True)


def _within(account: Account, days: Iterable[date], path: str) -> Q:
    within = Q(pk__in=[])
    for day in days:
        since = datetime.combine(day, time(), account.zone)
        until = datetime.combine(day + timedelta(days=1), time(), account.zone)
        within |= Q((f"{path}created_at__gte", since), (f"{path}created_at__lt", until))
    return within


def _counted(messages: QuerySet[Message]) -> Counts:
    """Count messages in one query."""
    return _grouped(messages, Value(0)).get(0, {})


def beginning() -> Case:
    """Return the expression of what tells a message's operator where its provider did not: its range, or country."""
    unsaid = Q(network__in=["", Operator.UNKNOWN], msisdn__startswith="48")
    return Case(When(unsaid, then=Left("msisdn", RANGE)), default=Left("msisdn", 2))


def _grouped(messages: QuerySet[Message], group: Any) -> dict[Any, Counts]:
    """Count messages by an expression and by all of Key, and name the operators of what is left."""
    rows = (
        messages.order_by()
        .annotate(
            group=group,
            digits=beginning(),
            shown=sender_of("campaign__"),
        )
        .values_list("group", "shown", "campaign__variant", "campaign__cost_centre", "digits", "network", "state")
        .annotate(
            n=Count("pk"),
            all_parts=Sum("parts"),
            all_points=Sum("points", filter=Q(refunded_at__isnull=True), default=0),
        )
    )
    found: dict[Any, Counts] = defaultdict(dict)
    for value, shown, variant, centre, digits, network, state, *figures in rows:
        key = Key(shown[:20], variant, centre, operator_word(digits.ljust(11, "0"), network), state)
        found[value][key] = found[value].get(key, NOTHING).plus(*figures)
    return dict(found)


def by_campaign(campaigns: Sequence[Campaign]) -> dict[int, Counts]:
    """Return the figures of each campaign, with as many queries for many as for one."""
    ids = [one.pk for one in campaigns]
    stale = set(Recount.objects.filter(campaign_id__in=ids).values_list("campaign_id", flat=True))
    sizes = dict(Counted.objects.filter(campaign__in=ids).values_list("campaign", "messages"))
    live = {
        one.pk
        for one in campaigns
        if one.pk in stale and one.forgotten < Campaign.NUMBERS and sizes.get(one.pk, 0) <= SMALL
    }
    found: dict[int, Counts] = {pk: {} for pk in ids}
    stored = MessageCount.objects.filter(counted__campaign__in=set(ids) - live)
    for pk, *values in stored.values_list("counted__campaign", *Key._fields, *Figures._fields):
        found[pk][Key(*values[:5])] = Figures(*values[5:])
    return found | (_grouped(Message.objects.filter(campaign__in=live), F("campaign")) if live else {})


def states(campaign: Campaign) -> Counter[str]:
    """Return how many messages of a campaign are in which state."""
    return states_of([campaign])[campaign.pk]


def states_of(campaigns: Sequence[Campaign]) -> dict[int, Counter[str]]:
    """Return how many messages of each campaign are in which state."""
    found: dict[int, Counter[str]] = {}
    for campaign_id, counts in by_campaign(campaigns).items():
        found[campaign_id] = Counter()
        for key, figures in counts.items():
            found[campaign_id][key.state] += figures.messages
    return found


def by_day(account: Account, first: date, last: date) -> dict[date, Counts]:
    """Return the figures of an account's single messages on each of these days that has any, both included."""
    marked = Campaign.objects.filter(pk__in=Recount.objects.values("campaign_id"), account=account, single=True)
    days = marked.annotate(day=TruncDate("created_at", tzinfo=account.zone)).values_list("day", flat=True)
    within = Counted.objects.filter(account=account, campaign=None, day__gte=first, day__lte=last)
    sizes = dict(within.values_list("day", "messages"))
    live = {day for day in days.distinct() if first <= day <= last and sizes.get(day, 0) <= SMALL}
    live -= _days_gone(account, live)
    found: dict[date, Counts] = defaultdict(dict)
    stored = MessageCount.objects.filter(counted__in=within.exclude(day__in=live))
    for day, *values in stored.values_list("counted__day", *Key._fields, *Figures._fields):
        found[day][Key(*values[:5])] = Figures(*values[5:])
    if not live:
        return found
    return found | _grouped(_singles(account, live), TruncDate("campaign__created_at", tzinfo=account.zone))


_LISTED: Final = Subquery(
    MessageCount.objects.filter(counted=OuterRef("pk"))
    .order_by()
    .values("counted")
    .annotate(n=Sum("messages"))
    .values("n")
)


def wrong() -> list[tuple[Counted, int]]:
    """Return campaigns of which another number of messages is stored than there is, and no mark says so."""
    marked = Recount.objects.values("campaign_id")
    kept = Q(campaign__forgotten__lt=Campaign.MESSAGES)
    settled = Counted.objects.filter(kept, campaign__isnull=False).exclude(campaign__in=marked)
    found = settled.annotate(n=Count("campaign__messages"), listed=Coalesce(_LISTED, 0))
    return [(one, one.n) for one in found if not one.n == one.messages == one.listed]
