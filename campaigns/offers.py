"""What a message to a number costs, if it can be sent there at all: prices and routes together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import Account
from campaigns import prices, routing
from campaigns.models import Campaign, Variant
from contacts.destinations import Destination, destination_of


class Quote(NamedTuple):
    """Points for a part of a message, and the destination that decided them."""

    points: int
    destination: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The prices and routes that hold for one campaign."""

    prices: prices.PriceList
    routes: routing.Routes
    account: Account
    goes_abroad: bool = False

    @property
    def uniform(self) -> int | None:
        """Points for a part, if price and way are the same wherever the variant reaches, and all of it is allowed."""
        if not self.account.may_write_to(prices.HOME) or (self.goes_abroad and self.account.countries.strip()):
            return None
        return self.prices.uniform if self.routes.uniform else None

    def allows(self, msisdn: str) -> bool:
        """Say whether the account may write to the country of a number."""
        return self.account.may_write_to(destination_of(msisdn).country)

    @property
    def digest(self) -> str:
        """A mark that changes when a price does."""
        return self.prices.digest

    def quote(self, msisdn: str) -> Quote | None:
        """Return the price for a number; None where nothing is sold, no route leads or the account may not write."""
        return self.quote_to(destination_of(msisdn))

    def quote_to(self, destination: Destination) -> Quote | None:
        """Return the price for every number there; None as for a number."""
        if not self.account.may_write_to(destination.country):
            return None
        points = self.prices.price_of(destination)
        if points is None or not self.routes.to(destination):
            return None
        return Quote(points, str(destination))


def of(campaign: Campaign) -> Offer:
    """Return the offer of now, or the one that a campaign was confirmed at."""
    listed = prices.price_list(
        account=campaign.account,
        variant=campaign.variant,
        kind=campaign.kind,
        at=campaign.confirmed_at,
        urgent=campaign.priority > 0,
    )
    abroad = campaign.variant == Variant.INTER
    return Offer(listed, routing.routes_of(campaign), account=campaign.account, goes_abroad=abroad)
