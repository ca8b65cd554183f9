"""What an installation has to show, counted inside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.db import connection
from django.db.models import F, Max, Sum

from accounts import points
from accounts.models import Account, Transfer
from campaigns.models import Batch, Campaign, Message, PostbackEvent
from tests.chaos.judging import Verdict
from tests.crash.provider import Provider
from tests.invariants import broken


def unfinished() -> int:
    """Return how many campaigns have not ended."""
    return Campaign.objects.exclude(state__in=Campaign.TERMINAL).count()


def states() -> dict[str, int]:
    """Return how many messages are in which state."""
    return Counter(Message.objects.values_list("state", flat=True))


def batches() -> dict[str, int]:
    """Return how many submissions are in which state."""
    return Counter(Batch.objects.values_list("state", flat=True))


def starts() -> list[float]:
    """Return by how many seconds campaigns that were to begin at a time were late, in the order they were ordered."""
    later = Campaign.objects.exclude(started_at=None).filter(start_at__gt=F("confirmed_at")).order_by("pk")
    return [(at - due).total_seconds() for due, at in later.values_list("start_at", "started_at") if due and at]


def ends() -> dict[str, str]:
    """Return what became of each number."""
    return dict(Message.objects.values_list("msisdn", "state"))


def events() -> dict[str, int]:
    """Return how many events of post backs are in which state."""
    return Counter(PostbackEvent.objects.values_list("state", flat=True))


def judge(*, control: str) -> dict[str, Any]:
    """Compare the messages with what was on the air, and the points with both; `control` is the provider's."""
    air = Provider(control, {}).air()
    found = dict(Message.objects.values_list("msisdn", "state"))
    charged = {msisdn for msisdn, state in found.items() if state in Message.CHARGED}
    assumed = {msisdn for msisdn, state in found.items() if state == Message.State.ASSUMED_SENT}
    verdict = Verdict(
        messages=len(found),
        on_air=len(air),
        twice=sum(times > 1 for times in air.values()),
        never=len(found.keys() - air.keys()),
        strangers=len(air.keys() - found.keys()),
        uncharged=len(air.keys() - charged),
        false_sent=len(charged - assumed - air.keys()),
        assumed=len(assumed),
        assumed_though_sent=len(assumed & air.keys()),
        attempts=Batch.objects.aggregate(most=Max("attempt"))["most"] or 0,
        wrong_balances=_wrong_balances(),
        broken=broken(),
        states=dict(states()),
        whole=_is_whole(),
    )
    return asdict(verdict)


def _wrong_balances() -> list[str]:
    """Return accounts that do not have what they were granted, less what their charged messages cost."""
    wrong = []
    for account in Account.objects.all():
        messages = Message.objects.filter(campaign__account=account, state__in=Message.CHARGED)
        got, gave = _came(account, Transfer.Kind.GRANT), messages.aggregate(n=Sum("points"))["n"] or 0
        due = points.Balance(posted=got - gave + _came(account, Transfer.Kind.REFUND), held=0)
        if (own := points.balance(account)) != due:
            wrong.append(f"{account}: {own} instead of {due}")
    return wrong


def _came(account: Account, kind: Transfer.Kind) -> int:
    """Return the points that came to an account in one way."""
    return Transfer.objects.filter(kind=kind, credit__account=account).aggregate(n=Sum("amount"))["n"] or 0


def _is_whole() -> bool:
    """Say whether the database's file is undamaged; PostgreSQL recovers from its log or does not start."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return bool(cursor.fetchall() == [("ok",)])
