"""The ledger as its owner reads it: a bank statement of one wallet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Transfer, Wallet


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as one wallet sees it: signed points, and the balance after it."""

    transfer: Transfer
    points: int
    held: int
    balance: int
    campaign: str = ""

    @property
    def at(self) -> datetime:
        """When it was made."""
        return self.transfer.created_at

    @property
    def other(self) -> Wallet:
        """The wallet on the other side."""
        return self.transfer.credit if self.points < 0 or self.held else self.transfer.debit


def transfers(wallet: Wallet) -> QuerySet[Transfer]:
    """Return every transfer that touches the wallet, newest first."""
    rows = Transfer.objects.filter(Q(debit=wallet) | Q(credit=wallet))
    return rows.select_related("debit__account", "credit__account", "actor").order_by("-pk")


def lines(wallet: Wallet, rows: Iterable[Transfer]) -> Iterator[Line]:
    """Yield the transfers as this wallet sees them."""
    for row in rows:
        yield line(wallet, row)


def named(found: Iterable[Line]) -> list[Line]:
    """Return lines with the names of their campaigns, asked at once."""
    lines = list(found)
    subjects = {line.transfer.subject for line in lines if line.transfer.subject.startswith("campaign:")}
    holds = Transfer.objects.filter(kind=Transfer.Kind.HOLD, subject__in=subjects)
    names = dict(holds.values_list("subject", "campaign__name"))
    return [replace(line, campaign=names.get(line.transfer.subject) or "") for line in lines]


def line(wallet: Wallet, row: Transfer) -> Line:
    """Return one transfer as this wallet sees it; a hold changes what is held, not the balance."""
    if row.credit_id == wallet.pk:
        moved = 0 if row.kind in {Transfer.Kind.HOLD, Transfer.Kind.VOID} else row.amount
        return Line(row, moved, 0, row.credit_posted_after)
    held = {Transfer.Kind.HOLD: row.amount, Transfer.Kind.POST: -row.amount, Transfer.Kind.VOID: -row.amount}
    moved = 0 if row.kind in {Transfer.Kind.HOLD, Transfer.Kind.VOID} else -row.amount
    return Line(row, moved, held.get(Transfer.Kind(row.kind), 0), row.debit_posted_after)
