"""How far a campaign is, for its page and the dashboard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Transfer
from campaigns import counting
from campaigns.models import Campaign, Kind, Message
from contacts import operators

_BARS = (
    ("delivered", _("Delivered"), (Message.State.DELIVERED,)),
    ("sent", _("Sent, waiting for a report"), (Message.State.SENT,)),
    ("no-report", Message.State.NO_REPORT.label, (Message.State.NO_REPORT,)),
    ("unclear", _("Unclear"), (Message.State.UNKNOWN, Message.State.ASSUMED_SENT)),
    (
        "failed",
        _("Not delivered"),
        (Message.State.UNDELIVERED, Message.State.EXPIRED, Message.State.REJECTED, Message.State.FAILED),
    ),
    ("left-out", _("Left out or cancelled"), (Message.State.EXCLUDED, Message.State.CANCELED)),
    ("waiting", _("Waiting"), (Message.State.QUEUED, Message.State.SUBMITTING)),
)
_BARS_OF_CHECKS: dict[str, Promise] = {
    "delivered": _("In use"),
    "sent": _("Asked, waiting for the answer"),
    "failed": _("Not in use"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One colour of the bar."""

    name: str
    label: str | Promise
    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class ByOperator:
    """What became of the messages to one operator; the widths are parts of what the largest operator got."""

    operator: str
    sent: int
    delivered: int
    not_delivered: int
    bars: list[Bar]

    @property
    def name(self) -> str:
        """What people call it."""
        return operators.label(self.operator)


class Moved(NamedTuple):
    """Points that transfers of one kind moved, and when they last did."""

    points: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a campaign's messages, and its points by the kinds of their transfers."""

    total: int
    sent: int
    done: int
    bars: list[Bar]
    counts: dict[str, int]
    operators: list[ByOperator]
    moves: dict[str, Moved]

    @property
    def percent(self) -> int:
        """How many of a hundred messages nothing more has to be sent for."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def held(self) -> int:
        """Points that were set aside."""
        return self._points(Transfer.Kind.HOLD)

    @property
    def spent(self) -> int:
        """Points that were spent of those."""
        return self._points(Transfer.Kind.POST)

    @property
    def released(self) -> int:
        """Points that were set free of those."""
        return self._points(Transfer.Kind.VOID)

    @property
    def returned(self) -> int:
        """Points that were spent and came back."""
        return self._points(Transfer.Kind.REFUND)

    def _points(self, kind: str) -> int:
        return self.moves[kind].points if kind in self.moves else 0


def bars_of(campaign: Campaign, counts: Mapping[str, int]) -> list[Bar]:
    """Return the colours of the bar for so many messages in each state."""
    return _bars(campaign, counts, sum(counts.values()))


def _bars(campaign: Campaign, counts: Mapping[str, int], whole: int) -> list[Bar]:
    names = _BARS_OF_CHECKS if campaign.kind == Kind.HLR else {}
    bars = []
    for name, label, states in _BARS:
        n = sum(counts.get(state, 0) for state in states)
        bars.append(Bar(name, names.get(name, label), n, round(n * 100 / whole, 2) if whole else 0))
    return bars


def of(campaign: Campaign) -> Progress:
    """Return the campaign's messages by state and by operator, and its points by what became of them."""
    counts: Counter[str] = Counter()
    by_operator: dict[str, Counter[str]] = defaultdict(Counter)
    for key, figures in counting.by_campaign([campaign])[campaign.pk].items():
        counts[key.state] += figures.messages
        by_operator[key.operator][key.state] += figures.messages
    total = sum(counts.values())
    return Progress(
        total=total,
        sent=sum(counts.get(state, 0) for state in Message.CHARGED),
        done=total - sum(counts.get(state, 0) for state in Message.OPEN),
        bars=bars_of(campaign, counts),
        counts=counts,
        operators=_operators(campaign, by_operator),
        moves=_moves(campaign),
    )


def _operators(campaign: Campaign, counts: Mapping[str, Counter[str]]) -> list[ByOperator]:
    """Return the operators to which anything was sent, the largest first."""
    sent: dict[str, Counter[str]] = {
        name: Counter({str(state): states[state] for state in Message.CHARGED}) for name, states in counts.items()
    }
    largest = max((states.total() for states in sent.values()), default=0)
    found = []
    for name, states in sent.items():
        if states.total():
            bars = _bars(campaign, states, largest)
            by_name = {bar.name: bar.count for bar in bars}
            found.append(ByOperator(name, states.total(), by_name["delivered"], by_name["failed"], bars))
    return sorted(found, key=lambda row: (-row.sent, row.operator))


def _moves(campaign: Campaign) -> dict[str, Moved]:
    rows = Transfer.objects.filter(subject=campaign.subject).order_by().values_list("kind")
    return {kind: Moved(*found) for kind, *found in rows.annotate(Sum("amount"), Max("created_at"))}
