"""How far a campaign is, for its page and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Transfer
from campaigns import counting
from campaigns.models import Campaign, Kind, Message

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
class Progress:
    """Counts of a campaign's messages, and its points."""

    total: int
    sent: int
    done: int
    bars: list[Bar]
    counts: dict[str, int]
    held: int
    spent: int
    released: int

    @property
    def percent(self) -> int:
        """How many of a hundred messages nothing more has to be sent for."""
        return self.done * 100 // self.total if self.total else 0


def bars_of(campaign: Campaign, counts: Mapping[str, int]) -> list[Bar]:
    """Return the colours of the bar for so many messages in each state."""
    total = sum(counts.values())
    names = _BARS_OF_CHECKS if campaign.kind == Kind.HLR else {}
    bars = []
    for name, label, states in _BARS:
        n = sum(counts.get(state, 0) for state in states)
        bars.append(Bar(name, names.get(name, label), n, round(n * 100 / total, 2) if total else 0))
    return bars


def of(campaign: Campaign) -> Progress:
    """Return the campaign's messages by state, and its points by what became of them."""
    counts: dict[str, int] = counting.states(campaign)
    total = sum(counts.values())
    spent, released = _resolved(campaign)
    return Progress(
        total=total,
        sent=sum(counts.get(state, 0) for state in Message.CHARGED),
        done=total - sum(counts.get(state, 0) for state in Message.OPEN),
        bars=bars_of(campaign, counts),
        counts=counts,
        held=campaign.hold.amount if campaign.hold else 0,
        spent=spent,
        released=released,
    )


def _resolved(campaign: Campaign) -> tuple[int, int]:
    if campaign.hold is None:
        return 0, 0
    sums = dict(campaign.hold.resolutions.order_by().values_list("kind").annotate(points=Sum("amount")))
    return sums.get(Transfer.Kind.POST, 0), sums.get(Transfer.Kind.VOID, 0)
