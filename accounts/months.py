"""What came in and went out of a wallet, by month and within days, so that every sum leads to the balance of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import Transfer, Wallet
from smspanel import clock

MONTHS: Final = 24
_QUIET: Final = (Transfer.Kind.HOLD, Transfer.Kind.VOID)
"""Kinds that change what is held and not the balance."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Points that came in and went out, and by how much those held grew."""

    came: int
    went: int
    held: int

    @property
    def change(self) -> int:
        """By how much the balance grew."""
        return self.came - self.went


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a wallet: its first and last day, its sums, and what there was at its end."""

    first: date
    last: date
    sums: Sums
    balance: int
    held: int


@dataclass(frozen=True, slots=True)
class Period:
    """The sums of some days, with the balances before the first and after the last."""

    sums: Sums
    opening: int
    closing: int


def _sums(wallet: Wallet, within: Q | None = None) -> dict[str, Sum]:
    within = within if within is not None else Q()
    own = within & Q(debit=wallet)
    freed = own & Q(kind__in=[Transfer.Kind.POST, Transfer.Kind.VOID])
    return {
        "came": Sum("amount", filter=within & Q(credit=wallet) & ~Q(kind__in=_QUIET), default=0),
        "went": Sum("amount", filter=own & ~Q(kind__in=_QUIET), default=0),
        "set_aside": Sum("amount", filter=own & Q(kind=Transfer.Kind.HOLD), default=0),
        "freed": Sum("amount", filter=freed, default=0),
    }


def _of(row: Mapping[str, Any]) -> Sums:
    return Sums(row["came"], row["went"], row["set_aside"] - row["freed"])


def of(wallet: Wallet) -> list[Month]:
    """Return the last months in which anything moved, the newest first, counted back from the balance of now.

    The balance is asked for by the same statement, so that no transfer comes between.
    """
    since = timezone.localtime(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = (since - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    now = Wallet.objects.filter(pk=wallet.pk)
    rows: Any = _all(wallet).filter(created_at__gte=since).values(month=TruncMonth("created_at"))
    rows = rows.annotate(
        **_sums(wallet), posted_now=Subquery(now.values("posted")), held_now=Subquery(now.values("held"))
    )
    found: list[Month] = []
    for row in rows.order_by("-month"):
        newer = found[-1] if found else None
        balance = newer.balance - newer.sums.change if newer else row["posted_now"]
        held = newer.held - newer.sums.held if newer else row["held_now"]
        first = row["month"].date()
        found.append(Month(first, _last_of(first), _of(row), balance, held))
    return found


def _last_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def period(wallet: Wallet, first: date, last: date) -> Period:
    """Return the sums of these days, both included, of the zone that is active, by one statement."""
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    before = {f"{name}_before": total for name, total in _sums(wallet, Q(created_at__lt=begin)).items()}
    within = _sums(wallet, Q(created_at__gte=begin))
    row = _all(wallet).filter(created_at__lt=end).aggregate(**within, **before)
    sums = _of(row)
    opening = row["came_before"] - row["went_before"]
    return Period(sums, opening, opening + sums.change)


def _all(wallet: Wallet) -> QuerySet[Transfer]:
    return Transfer.objects.filter(Q(debit=wallet) | Q(credit=wallet)).order_by()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
