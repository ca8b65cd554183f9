"""Which rows of a ledger are shown: of a kind, of some days, of one campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date

from accounts.models import Transfer, Wallet

MOST_CAMPAIGNS: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; nonsense filters nothing. Days are of the zone that is active, both included."""

    kind: str
    since: date | None
    until: date | None
    campaign: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        """Return what the address asks for."""
        kind, campaign = request.GET.get("kind", ""), request.GET.get("campaign", "")
        return cls(
            kind=kind if kind in Transfer.Kind.values else "",
            since=_day(request.GET.get("since", "")),
            until=_day(request.GET.get("until", "")),
            campaign=int(campaign) if campaign.isascii() and campaign.isdigit() and len(campaign) < 19 else None,
        )

    def keep(self, rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
        """Return the rows that are to be shown."""
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.campaign:
            rows = rows.filter(subject=f"campaign:{self.campaign}")
        if self.since:
            rows = rows.filter(created_at__date__gte=self.since)
        return rows.filter(created_at__date__lte=self.until) if self.until else rows


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def campaigns_of(wallet: Wallet) -> list[tuple[int, str]]:
    """Return the last campaigns for which points were held, the newest first, each with its name."""
    holds = Transfer.objects.filter(debit=wallet, kind=Transfer.Kind.HOLD, campaign__single=False).order_by("-pk")
    return list(holds.values_list("campaign__pk", "campaign__name")[:MOST_CAMPAIGNS])
