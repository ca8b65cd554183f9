"""What must hold at every moment, asked of the database itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from accounts import chain
from accounts.models import Transfer, Wallet
from campaigns import cost_centres, count_triggers, counting, outcomes, remembered
from campaigns.models import Batch, Campaign, InboxItem, Message, PostbackEndpoint, PostbackEvent
from contacts import sizes
from smspanel import clock

OVERDUE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant and what breaks it; nothing does when `broken` is empty."""

    name: str
    claim: str
    broken: list[str]


def check() -> list[Finding]:
    """Check every invariant."""
    return [Finding(name, claim, find()) for name, claim, find in _INVARIANTS]


def _points_are_conserved() -> list[str]:
    total = Wallet.objects.aggregate(total=Sum("posted"))["total"] or 0
    return [f"all wallets together hold {total} points instead of 0"] if total else []


def _balances_are_sums() -> list[str]:
    """Compare every wallet with its transfers, in one query: what is booked meanwhile is in both or in neither."""
    moved = Transfer.objects.exclude(kind__in=[Transfer.Kind.HOLD, Transfer.Kind.VOID])
    released = When(kind__in=[Transfer.Kind.POST, Transfer.Kind.VOID], then=-F("amount"))
    held = Case(When(kind=Transfer.Kind.HOLD, then=F("amount")), released, default=Value(0))
    wallets = Wallet.objects.annotate(
        came=_sum(moved, "credit", F("amount")),
        went=_sum(moved, "debit", F("amount")),
        said_held=_sum(Transfer.objects.all(), "debit", held),
    )
    return [
        f"wallet {one.pk} has {one.posted}/{one.held}, its rows say {one.came - one.went}/{one.said_held}"
        for one in wallets.exclude(posted=F("came") - F("went"), held=F("said_held"))
    ]


def _sum(transfers: QuerySet[Transfer], side: str, what: Combinable) -> Coalesce:
    """Return the expression of what a wallet's transfers on one side add up to."""
    rows = transfers.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(n=Sum(what)).values("n")), 0)


def _nobody_is_overdrawn() -> list[str]:
    overdrawn = Wallet.objects.exclude(kind=Wallet.Kind.ISSUED).filter(Q(posted__lt=F("held")) | Q(held__lt=0))
    return [f"wallet {wallet.pk} has {wallet.available} points available" for wallet in overdrawn]


def _holds_are_resolved() -> list[str]:
    holds = Transfer.objects.filter(kind=Transfer.Kind.HOLD).annotate(resolved=Coalesce(Sum("resolutions__amount"), 0))
    broken = [f"hold {hold.pk} is resolved for more than it held" for hold in holds.filter(resolved__gt=F("amount"))]
    ended = holds.filter(campaign__state__in=Campaign.TERMINAL).exclude(resolved=F("amount"))
    return broken + [f"hold {hold.pk} of an ended campaign is still open" for hold in ended]


def _charges_are_accepted_messages() -> list[str]:
    """Return campaigns whose spent points are not the points of their accepted messages."""
    spent = (
        Transfer.objects.filter(kind=Transfer.Kind.POST, hold=OuterRef("hold"))
        .order_by()
        .values("hold")
        .annotate(n=Sum("amount"))
        .values("n")
    )
    kept = Campaign.objects.filter(hold__isnull=False, forgotten__lt=Campaign.MESSAGES)
    campaigns = kept.annotate(
        charged=Coalesce(Sum("messages__points", filter=Q(messages__state__in=Message.CHARGED)), 0),
        spent=Coalesce(spent, 0),
    )
    return [
        f"campaign {one.pk} was charged {one.spent} points for messages worth {one.charged}"
        for one in campaigns.exclude(charged=F("spent"))
    ] + remembered.wrong_charges()


def _numbers_are_unique() -> list[str]:
    repeated = Message.objects.order_by().values("campaign", "msisdn").annotate(n=Count("pk")).filter(n__gt=1)
    return [f"campaign {row['campaign']} has a number {row['n']} times" for row in repeated]


def _nothing_is_forgotten() -> list[str]:
    late = clock.now() - OVERDUE
    broken = [
        f"submission {batch.pk} has been under way since {batch.started_at}"
        for batch in Batch.objects.filter(state=Batch.State.SUBMITTING).filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=late)
        )
    ]
    broken += [
        f"campaign {campaign.pk} should have started at {campaign.start_at}"
        for campaign in Campaign.objects.filter(state=Campaign.State.TO_SEND, start_at__lt=late)
    ]
    broken += _ended_with_open_messages()
    orphans = Message.objects.filter(state__in=[Message.State.SUBMITTING, Message.State.UNKNOWN])
    return broken + [
        f"message {message.pk} is {message.state} in no open submission"
        for message in orphans.exclude(batch__state__in=Batch.OPEN)[:20]
    ]


def _ended_with_open_messages() -> list[str]:
    open_messages = Message.objects.filter(campaign=OuterRef("pk"), state__in=Message.OPEN)
    ended: QuerySet[Campaign] = Campaign.objects.filter(Exists(open_messages), state__in=Campaign.TERMINAL)
    return [f"campaign {campaign.pk} has ended with open messages" for campaign in ended]


def _inbox_is_kept() -> list[str]:
    lost = InboxItem.objects.filter(state=InboxItem.State.NEW, next_attempt_at__isnull=True)
    return [f"inbox item {item.pk} is new and nobody will look at it" for item in lost]


def _owners_are_told() -> list[str]:
    """Return final reports of messages sent since an address was switched on that it is not told about."""
    broken = []
    named = {PostbackEndpoint.Kind.DELIVERIES: False, PostbackEndpoint.Kind.OVERRIDE: True}
    for endpoint in PostbackEndpoint.objects.filter(is_active=True, kind__in=named):
        key = Concat(Value("message:"), Cast(OuterRef("pk"), CharField()), Value(":"), OuterRef("state"))
        url = endpoint.url if named[PostbackEndpoint.Kind(endpoint.kind)] else ""
        messages = Message.objects.filter(campaign__account=endpoint.account_id, campaign__report_url=url)
        messages = messages.filter(state__in=Message.FINAL)
        untold = messages.filter(batch__started_at__gte=endpoint.on_since).exclude(
            Exists(endpoint.events.filter(key=key))
        )
        broken += [f"address {endpoint.pk} is not told that message {one.pk} is {one.state}" for one in untold[:20]]
    lost = PostbackEvent.objects.filter(state=PostbackEvent.State.PENDING, next_attempt_at__isnull=True)
    return broken + [f"post back {event.pk} waits and nobody will send it" for event in lost[:20]]


def _accepted_is_named() -> list[str]:
    nameless = Message.objects.filter(state=Message.State.SENT).filter(Q(provider_id="") | Q(batch__isnull=True))
    nameless = nameless.exclude(batch__evidence__outcome=outcomes.NAMELESS)
    return [f"message {message.pk} is sent but has no id of the provider's" for message in nameless[:20]]


def _sizes_are_right() -> list[str]:
    broken = [] if sizes.kept() else ["the triggers that keep the sizes of groups are gone"]
    return broken + [f"group {group.pk} says {group.size} members and has {n}" for group, n in sizes.wrong()]


def _bookings_are_costs() -> list[str]:
    """Return months of cost centres on which something else is booked than their sendings cost."""
    return [
        f"cost centre {row.centre_id} has {row.points} points booked in {row.month:%Y-%m}, not {cost}"
        for row, cost in cost_centres.recounted()
        if row.points != cost
    ]


def _counts_are_right() -> list[str]:
    """Return campaigns whose stored figures are wrong though nothing marks them to be counted again."""
    broken = [] if count_triggers.kept() else ["the triggers that mark what is to be counted are gone"]
    return broken + [
        f"campaign {counted.campaign_id} has {found} messages and {counted.messages} are counted"
        for counted, found in counting.wrong()
    ]


_INVARIANTS: Final[list[tuple[str, str, Callable[[], list[str]]]]] = [
    ("I1", "points are neither made nor lost", _points_are_conserved),
    ("I2", "every balance is the sum of its transfers", _balances_are_sums),
    ("I3", "nobody is overdrawn", _nobody_is_overdrawn),
    ("I4", "holds are resolved once, and wholly when a campaign ends", _holds_are_resolved),
    ("I5", "what was charged is what was accepted", _charges_are_accepted_messages),
    ("I6", "a campaign has every number at most once", _numbers_are_unique),
    ("I7", "nothing that is under way is forgotten", _nothing_is_forgotten),
    ("I8", "every final report is told once to whoever wants to know", _owners_are_told),
    ("I9", "everything that came in is kept until it is applied", _inbox_is_kept),
    ("I10", "every sent message has the provider's id, unless it gave none", _accepted_is_named),
    ("I11", "every group is as large as it says", _sizes_are_right),
    ("I12", "what is booked on cost centres is what their sendings cost", _bookings_are_costs),
    ("I13", "what was counted for reports is right, or marked to be counted again", _counts_are_right),
    ("I14", "the audit trail is as it was written", chain.broken),
]
