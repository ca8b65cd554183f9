"""What a part costs an account, by where the number is: the longest match wins, and unknown is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Account
from campaigns.models import Kind, Price, Variant
from contacts.destinations import Destination
from smspanel import clock, crypto

HOME: Final = "PL"
"""The country that variants other than INTER reach."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of one variant for one account at one moment, the best match first."""

    rows: tuple[Price, ...]
    urgent: bool = False
    """Whether the surcharge for priority is part of them."""

    def _points(self, row: Price) -> int:
        return row.points + row.surcharge if self.urgent else row.points

    def price_of(self, destination: Destination) -> int | None:
        """Return points per part there; None where nothing is sold."""
        fits = (
            row for row in self.rows if row.country in {"", destination.country} and row.mnc in {"", destination.mnc}
        )
        return next((self._points(row) for row in fits), None)

    @property
    def uniform(self) -> int | None:
        """The price, if it is the same wherever the variant reaches; None if it is not, or there is none."""
        if any(row.mnc or (row.country and row.variant == Variant.INTER) for row in self.rows):
            return None
        return self._points(self.rows[0]) if self.rows else None

    @property
    def digest(self) -> str:
        """A mark that changes when a price does."""
        return crypto.digest(repr([(row.country, row.mnc, self._points(row)) for row in self.rows]))[:32]


def price_list(
    *, account: Account, variant: str, kind: str = Kind.TEXT, at: datetime | None = None, urgent: bool = False
) -> PriceList:
    """Return what the account pays: its own prices before everybody's, and the narrowest destination first."""
    moment = at or clock.now()
    whose = Q(account=account) | Q(account__isnull=True)
    valid = Q(valid_from__lte=moment) & (Q(valid_until__isnull=True) | Q(valid_until__gt=moment))
    kinds = [kind] if kind == Kind.HLR else ["", kind]
    found = [
        row
        for row in Price.objects.filter(whose & valid, variant=variant, kind__in=kinds)
        if reaches(variant, row.country)
    ]
    return PriceList(tuple(sorted(found, key=_precedence)), urgent=urgent)


@transaction.atomic
def put(price: Price) -> Price:
    """Open a price as a new version, from now on, and close the one that it replaces."""
    now = clock.now()
    same = Q(variant=price.variant, kind=price.kind, account=price.account, country=price.country, mnc=price.mnc)
    Price.objects.filter(same | Q(pk=price.pk), valid_until__isnull=True).update(valid_until=now)
    price.pk, price.valid_from, price.valid_until = None, now, None
    price.save(force_insert=True)
    return price


def withdraw(found: QuerySet[Price]) -> int:
    """Close prices from now on; what was confirmed at them keeps them. Returns how many were open."""
    return found.filter(valid_until__isnull=True).update(valid_until=clock.now())


def reaches(variant: str, country: str) -> bool:
    """Say whether a price or route of this country means anything for the variant: only INTER goes abroad."""
    return variant == Variant.INTER or country in {"", HOME}


def _precedence(row: Price) -> tuple[bool, bool, bool, bool, int]:
    return (row.account_id is None, not row.mnc, not row.country, not row.kind, -row.pk)
