"""What became of campaigns and single messages: no query a campaign, no row a message."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from accounts.models import Account, Download, Transfer
from campaigns import counting
from campaigns.justsend_words import MessageStatus, message_status
from campaigns.models import Campaign, Kind, Message, Reply
from campaigns.report_types import Type
from contacts.operators import Operator

CHUNK: Final = 500
"""So many campaigns are counted in one query."""
RELATED: Final = ("account", "sender", "reservation__prefix", "plan", "file", "hold")

_SENT: Final = (MessageStatus.NOT_CONFIRMED, MessageStatus.DELIVERED, MessageStatus.NOT_DELIVERED)
_GIVEN_BACK: Final = (*Message.NOT_SENT, Message.State.REJECTED)
"""States of messages whose points come back."""


@dataclass(frozen=True, slots=True)
class Period:
    """Moments from `since` up to, but without, `until`; both aware."""

    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, first: date, last: date, zone: ZoneInfo) -> Self:
        """Return the period of these days, both included."""
        return cls(
            since=datetime.combine(first, time(), zone), until=datetime.combine(last + timedelta(days=1), time(), zone)
        )

    def days(self, zone: ZoneInfo) -> tuple[date, date]:
        """Return its first and its last day in a zone."""
        last = self.until - timedelta(microseconds=1)
        return self.since.astimezone(zone).date(), last.astimezone(zone).date()

    def on(self, name: str) -> Q:
        """Return the condition that a field of that name lies in the period."""
        return Q(**{f"{name}__gte": self.since, f"{name}__lt": self.until})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a campaign stand where, by operator."""

    by_operator: Mapping[Operator, Counter[MessageStatus]]

    def count(self, *statuses: MessageStatus) -> int:
        """Return how many messages stand there."""
        return sum(self.split(*statuses).values())

    def split(self, *statuses: MessageStatus) -> dict[str, int]:
        """Return how many messages of each operator stand there; an operator that occurs at all is named."""
        return {
            str(operator): sum(counts[status] for status in statuses)
            for operator, counts in sorted(self.by_operator.items())
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A campaign (with RELATED) and what became of it; `cost` is what is held or spent, `returned` what came back."""

    campaign: Campaign
    tally: Tally
    cost: int
    returned: int
    has_file: bool

    @property
    def size(self) -> int:
        """To how many numbers it was addressed."""
        plan = getattr(self.campaign, "plan", None)
        return plan.recipients if plan else int(self.campaign.single)

    @property
    def sent(self) -> int:
        """How many messages left, or may have left."""
        return self.tally.count(*_SENT)

    @property
    def not_sent(self) -> int:
        """How many did not leave; before its messages are made, everybody it is addressed to."""
        return max(self.tally.count(MessageStatus.NOT_SENT), self.size - self.sent)

    def sent_by_operator(self) -> dict[str, int]:
        """Return `sent` by operator."""
        return self.tally.split(*_SENT)

    @property
    def price(self) -> int:
        """Points for a part; 0 where it depends on the destination."""
        plan = getattr(self.campaign, "plan", None)
        return self.campaign.price or (plan.price if plan else 0)


def bulks() -> QuerySet[Campaign]:
    """Return campaigns that reports are made of, newest first, with what a report shows.

    Drafts, number checks and single messages are none; a file of software that is still being read is one.
    """
    unconfirmed = Q(file__isnull=True) | Q(file__auto_send=False)
    written = Q(state=Campaign.State.DRAFT) | Q(unconfirmed, state=Campaign.State.PLANNING)
    rows = Campaign.objects.filter(single=False).exclude(written).exclude(kind=Kind.HLR)
    return rows.select_related(*RELATED).order_by("-pk")


def bulks_of(account: Account, period: Period) -> QuerySet[Campaign]:
    """Return the account's campaigns that were made or start in the period: also what is only scheduled."""
    return bulks().filter(period.on("created_at") | period.on("start_at"), account=account)


def of(campaign: Campaign) -> Report:
    """Return the report of one campaign."""
    return of_all([campaign])[0]


def of_all(campaigns: Sequence[Campaign]) -> list[Report]:
    """Return the reports of campaigns, in their order, with a few queries for every CHUNK of them."""
    reports = []
    for start in range(0, len(campaigns), CHUNK):
        chunk = campaigns[start : start + CHUNK]
        tallies, returned, filed = _tallies(chunk), _returned(chunk), _filed(chunk)
        for one in chunk:
            back = returned.get(one.subject, 0)
            held = one.hold.amount if one.hold else 0
            reports.append(Report(one, tallies[one.pk], held - back, back, one.pk in filed))
    return reports


def _tallies(campaigns: Sequence[Campaign]) -> dict[int, Tally]:
    """Return the figures of campaigns by operator and by the word for their state."""
    tallies = {}
    for campaign_id, counts in counting.by_campaign(campaigns).items():
        by_operator: dict[Operator, Counter[MessageStatus]] = defaultdict(Counter)
        for key, figures in counts.items():
            by_operator[Operator(key.operator)][message_status(key.state)] += figures.messages
        tallies[campaign_id] = Tally(dict(by_operator))
    return tallies


def _returned(campaigns: Sequence[Campaign]) -> dict[str, int]:
    """Return how many points of each campaign were released or refunded, by its name in the ledger."""
    back = Transfer.objects.filter(
        subject__in=[one.subject for one in campaigns], kind__in=[Transfer.Kind.VOID, Transfer.Kind.REFUND]
    )
    return dict(back.order_by().values_list("subject").annotate(points=Sum("amount")))


def _filed(campaigns: Sequence[Campaign]) -> set[int]:
    """Return which of the campaigns have a file of their recipients to be fetched."""
    ready = Download.objects.filter(
        account__in={one.account_id for one in campaigns},
        type=Type.BULK_RECIPIENTS,
        status=Download.Status.READY,
    )
    return {parameters["id"] for parameters in ready.values_list("parameters", flat=True)}


def singles_of(account: Account, period: Period) -> QuerySet[Message]:
    """Return the account's single messages that were ordered in the period, newest first, with their campaigns."""
    rows = Message.objects.filter(
        period.on("campaign__created_at"), campaign__account=account, campaign__single=True
    ).order_by("-pk")
    return rows.select_related("campaign__account", "campaign__sender", "campaign__reservation__prefix")


@dataclass(slots=True)
class DayOfSingles:
    """What became of the single messages of a day that were sent under one name; `spent` points did not come back."""

    day: date
    shown: str
    sent: int = 0
    not_sent: int = 0
    delivered: int = 0
    not_delivered: int = 0
    spent: int = 0

    def add(self, state: str, figures: counting.Figures) -> None:
        """Count messages in this state."""
        status = message_status(state)
        self.not_sent += figures.messages * (status == MessageStatus.NOT_SENT)
        self.sent += figures.messages * (status != MessageStatus.NOT_SENT)
        self.delivered += figures.messages * (status == MessageStatus.DELIVERED)
        self.not_delivered += figures.messages * (status == MessageStatus.NOT_DELIVERED)
        self.spent += figures.points * (state not in _GIVEN_BACK)


def singles_by_day(account: Account, period: Period, *, sender: str = "") -> list[DayOfSingles]:
    """Return the account's single messages by day and sender name, newest day first."""
    rows: dict[tuple[date, str], DayOfSingles] = {}
    for day, counts in counting.by_day(account, *period.days(account.zone)).items():
        for key, figures in counts.items():
            if not sender or key.sender.lower() == sender.lower():
                row = rows.setdefault((day, key.sender), DayOfSingles(day, key.sender))
                row.add(key.state, figures)
    return sorted(rows.values(), key=lambda row: (-row.day.toordinal(), row.shown))


def cost_of(message: Message) -> int:
    """Return the points that are held or spent for a message."""
    return 0 if message.state in _GIVEN_BACK else message.points


def replies_of(account: Account, *, prefix: str = "") -> QuerySet[Reply]:
    """Return what phones wrote back to the account, all of it or what names the prefix or was sent to that number."""
    rows = Reply.objects.filter(account=account).select_related("prefix")
    if prefix:
        rows = rows.filter(Q(prefix__name=prefix.upper()) | Q(prefix__isnull=True, sent_to__iexact=prefix))
    return rows
