"""What a part costs an account, and which connection carries it."""

from __future__ import annotations

from django.db.models import F, Q

from accounts.models import Account, Connection
from campaigns.models import Price, Route


def price_of(*, account: Account, variant: str) -> int | None:
    """Return points per part: the account's own price, else everybody's; None where the variant has no price."""
    prices = Price.objects.filter(Q(account=account) | Q(account__isnull=True), variant=variant)
    price = prices.order_by(F("account").asc(nulls_last=True)).first()
    return price.points if price else None


def connection_for(variant: str) -> Connection | None:
    """Return the best-ranked connection in use that carries the variant."""
    routes = Route.objects.filter(variant=variant, is_active=True, connection__is_active=True)
    route = routes.select_related("connection").order_by("rank", "pk").first()
    return route.connection if route else None
