"""Which connection carries a message, and why: the narrowest route in use whose connection can be used now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Account, Connection
from campaigns import carriage
from campaigns.models import Campaign, Route, Sender, SenderRegistration, Variant
from campaigns.prices import reaches
from contacts.destinations import Destination
from smspanel import clock


@dataclass(frozen=True, slots=True)
class Way:
    """A connection and the reason why it was taken, in a sentence for staff."""

    connection: Connection
    reason: str


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of one variant for one account, the best first."""

    rows: tuple[Route, ...]

    def to(self, destination: Destination) -> Sequence[Route]:
        """Return the routes that lead there."""
        return [row for row in self.rows if row.country in {"", destination[0]} and row.mnc in {"", destination[1]}]

    @property
    def uniform(self) -> bool:
        """Whether every destination has the same routes."""
        return not any(row.mnc or (row.country and row.variant == Variant.INTER) for row in self.rows)

    def troubles(self, destination: Destination) -> str:
        """Return why none of the ways to a destination can be used now."""
        found = (row.connection.trouble(clock.now()) for row in self.to(destination))
        return "; ".join(dict.fromkeys(filter(None, found))) or _("no route leads there")

    def way(self, destination: Destination, *, without: Connection | None = None) -> Way | None:
        """Return the way to a destination that can be used now, without a connection; None when there is none."""
        skipped: list[str] = []
        for row in self.to(destination):
            if row.connection == without:
                continue
            if (trouble := row.connection.trouble(clock.now())) is None:
                return Way(row.connection, _reason(row, skipped))
            skipped.append(f"{row.connection}: {trouble}")
        return None


def _reason(row: Route, skipped: list[str]) -> str:
    taken = _("%(route)s, rank %(rank)s") % {"route": row, "rank": row.rank}
    return "; ".join([taken, *skipped])[:300]


def routes_of(campaign: Campaign) -> Routes:
    """Return the routes of a campaign: those over which all of it and its sender name can go."""
    found = routes(account=campaign.account, variant=campaign.variant)
    rows = under_name(found.rows, campaign.sender)
    return Routes(tuple(row for row in rows if not carriage.lacking(campaign, row.connection)))


def under_name(rows: tuple[Route, ...], sender: Sender | None) -> tuple[Route, ...]:
    """Keep the routes whose providers have approved the name; all where staff have not written down what they say."""
    if sender is None:
        return rows
    said = dict(SenderRegistration.objects.filter(sender=sender).values_list("connection", "status"))
    approved = {connection for connection, status in said.items() if status == SenderRegistration.Status.APPROVED}
    return tuple(row for row in rows if row.connection_id in approved) if said else rows


def routes(*, account: Account, variant: str) -> Routes:
    """Return what may carry the variant: the account's own routes, its master's, then everybody's."""
    whose = Q(account__isnull=True) | Q(account=account.pk) | Q(account=account.master_id)
    found = Route.objects.filter(whose, variant=variant, is_active=True).select_related("connection")
    able = [row for row in found if carriage.knows(row.connection, variant) and reaches(variant, row.country)]
    own = {account.pk: 0, account.master_id: 1, None: 2}
    able.sort(key=lambda row: (own[row.account_id], not row.mnc, not row.country, row.rank, row.pk))
    return Routes(tuple(able))
