"""What staff see first: what waits for them, what stands still, how the providers are, and who sends most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.utils.timezone import localdate

from accounts import balances
from accounts.models import Connection, GrantRequest
from campaigns.models import Batch, Campaign, MessageCount, PostbackEndpoint, Reply, Sender, Stop
from smspanel import room

BIGGEST: Final = 5
DAYS: Final = 14


def of() -> dict[str, Any]:
    """Return the figures of the installation."""
    carriers = list(
        Connection.objects.annotate(
            open=Count("batches", filter=Q(batches__state__in=Batch.OPEN)),
            unclear=Count("batches", filter=Q(batches__state=Batch.State.UNKNOWN)),
        )
    )
    left = balances.left(one for one in carriers if one.is_active)
    for one in carriers:
        one.left = [str(known) for known in left if known.connection == one]  # type: ignore[attr-defined]
    stuck = Campaign.objects.filter(state__in=[Campaign.State.TO_PAY, Campaign.State.HOLD]).aggregate(
        waiting_campaigns=Count("pk", filter=Q(state=Campaign.State.TO_PAY)),
        on_hold=Count("pk", filter=Q(hold_reason=Campaign.HoldReason.PROVIDER)),
    )
    return (
        stuck
        | _waiting()
        | {
            "unknown_batches": sum(one.unclear for one in carriers),
            "stops": Stop.objects.filter(ended_at__isnull=True).select_related("account")[:20],
            "connections": carriers,
            "no_room": not room.is_left(),
            "low": [known for known in left if known.is_low],
            "biggest": _biggest(),
        }
    )


def _waiting() -> dict[str, int]:
    """Return how many rows of each kind wait for somebody, counted in one question."""
    counted: dict[str, QuerySet[Any]] = {
        "waiting_senders": Sender.objects.filter(status=Sender.Status.PENDING),
        "waiting_grants": GrantRequest.objects.waiting(),
        "unsure": Reply.objects.filter(account__isnull=False, wish=Reply.Wish.UNSURE),
        "failing_postbacks": PostbackEndpoint.objects.filter(is_active=True, failing_since__isnull=False),
    }
    asked = [
        rows.order_by().annotate(what=Value(name)).values_list("what").annotate(Count("pk"))
        for name, rows in counted.items()
    ]
    return dict.fromkeys(counted, 0) | dict(asked[0].union(*asked[1:], all=True))


def _biggest() -> Any:
    """Return the accounts that sent most lately, with how many messages."""
    since = localdate() - timedelta(days=DAYS - 1)
    rows = MessageCount.objects.filter(counted__day__gte=since).order_by()
    return (
        rows.values(account=F("counted__account"), name=F("counted__account__name"))
        .annotate(total=Sum("messages"))
        .order_by("-total")[:BIGGEST]
    )
