"""What owners and masters see first: their points and how long they last, replies, subaccounts, first steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, Sum

from accounts import points
from accounts.models import Account, Transfer, User
from campaigns import first_steps
from campaigns.models import PostbackEndpoint, Reply, Stop
from smspanel import clock

PACE: Final = timedelta(days=14)
"""What was spent within this time tells how long the points last."""
SOON: Final = 7
"""Days; who has fewer left runs low."""
REPLIES: Final = 5


def of(user: User, account: Account) -> dict[str, Any]:
    """Return the figures of somebody's account."""
    about = _about(account)
    balance = points.balance(account)
    slaves = _slaves(account) if account.is_master else []
    spent = spent_by([account.pk, *(one.pk for one in slaves)])
    replies = Reply.objects.filter(account=account).select_related("prefix").order_by("-received_at", "-pk")
    return {
        "balance": balance,
        "days_left": days_left(balance.available, spent.get(account.pk, 0)),
        "replies": replies[:REPLIES],
        "stopped": about.stopped,
        "unsure": Reply.objects.filter(_tree(account), wish=Reply.Wish.UNSURE).count(),
        "unheard": _unheard(account) if about.is_unheard else [],
        "slaves": low_first(slaves, spent),
        "steps": first_steps.of(user, account),
    }


def _about(account: Account) -> Any:
    """Return the account with what its page has to mention, asked in one question."""
    mine = {"account": OuterRef("pk")}
    rows = Account.objects.annotate(
        stopped=Exists(Stop.objects.filter(**mine, ended_at__isnull=True)),
        is_unheard=Exists(PostbackEndpoint.objects.filter(**mine, is_active=False, failing_since__isnull=False)),
    )
    return rows.get(pk=account.pk)


def _tree(account: Account) -> Q:
    """Return the condition that a row is the account's or, for a master, one of its subaccounts'."""
    return Q(account=account) | Q(account__master=account)


def _unheard(account: Account) -> Any:
    return PostbackEndpoint.objects.filter(account=account, is_active=False, failing_since__isnull=False)


def spent_by(accounts: list[int]) -> dict[int, int]:
    """Return the points that each of these accounts spent within PACE."""
    spent = Transfer.objects.filter(
        kind=Transfer.Kind.POST, created_at__gte=clock.now() - PACE, debit__account__in=accounts
    )
    return dict(spent.order_by().values_list("debit__account").annotate(Sum("amount")))


def days_left(available: int, spent: int) -> int | None:
    """Return for how many days so many points last at the pace of lately; None if nothing was spent."""
    return int(available * PACE.days // spent) if spent else None


def _slaves(master: Account) -> list[Account]:
    return list(Account.objects.filter(master=master).select_related("wallet").order_by("name"))


def low_first(slaves: list[Account], spent: dict[int, int]) -> list[Account]:
    """Return subaccounts, those that run low first, each with how long its points last."""
    for one in slaves:
        wallet = getattr(one, "wallet", None)
        left = days_left(wallet.available if wallet else 0, spent.get(one.pk, 0))
        one.days_left = left  # type: ignore[attr-defined]
        one.runs_low = left is not None and left < SOON  # type: ignore[attr-defined]
    return sorted(slaves, key=lambda one: not one.runs_low)  # type: ignore[attr-defined]
