"""What tests of sending share: a route to the simulator, contacts, and campaigns on their way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from accounts import connections
from accounts.models import Account, Connection
from campaigns import composing, confirming, planning
from campaigns.models import Campaign, Message, Plan, Price, Route, Variant
from contacts import upsert
from contacts.models import Contact, Group
from smspanel import doorbell
from smspanel.simulator import Simulator
from tests.personas import Persona

PRICE = 3


def open_route(base_url: str, **fields: Any) -> Connection:
    """Connect to a provider and carry ECO over it, at PRICE points a part."""
    connection = Connection.objects.create(
        **{
            "name": "Simulator",
            "kind": "serwersms",
            "base_url": base_url,
            "grace_seconds": 0,
            "calls_per_second": 0,
        }
        | fields
    )
    connections.set_credentials(connection=connection, credentials={"token": "sim-token"}, actor=None)
    Route.objects.get_or_create(variant=Variant.ECO, connection=connection)
    Price.objects.get_or_create(variant=Variant.ECO, account=None, kind="", defaults={"points": PRICE})
    return connection


def number(index: int, outcome: str = "00") -> str:
    """Return a mobile number whose last two digits tell the simulator what becomes of it."""
    return f"48500{index:04d}{outcome}"


def make_group(account: Account, numbers: list[str], name: str = "Customers", **fields: str) -> Group:
    """Put contacts with these numbers into a group."""
    group, _created = Group.objects.get_or_create(account=account, name=name)
    rows = [(one, fields.get("first_name", "")) for one in numbers]
    upsert.contacts(account_id=account.pk, fields=("first_name",), rows=rows, group_id=group.pk)
    return group


@dataclass(frozen=True)
class Sending:
    """An account that can send through the simulator."""

    simulator: Simulator
    persona: Persona
    connection: Connection

    @property
    def account(self) -> Account:
        """Who sends."""
        return self.persona.account

    def group(self, numbers: list[str], name: str = "Customers") -> Group:
        """Make a group of contacts."""
        return make_group(self.account, numbers, name)

    def draft(self, groups: list[Group], *, text: str = "Hello", **fields: Any) -> Campaign:
        """Write a campaign and make its plan."""
        campaign = composing.save(
            campaign=Campaign(),
            account=self.account,
            actor=self.persona.user,
            numbers=fields.pop("numbers", ""),
            groups=groups,
            excluded_groups=fields.pop("excluded_groups", []),
            **{"name": "Test", "text": text, "variant": Variant.ECO} | fields,
        )
        planning.make(campaign.plan.pk)
        return Campaign.objects.get(pk=campaign.pk)

    def confirm(self, groups: list[Group], **fields: Any) -> Campaign:
        """Write, plan and confirm a campaign."""
        return confirming.confirm(campaign=self.draft(groups, **fields), actor=self.persona.user)

    def send(self, groups: list[Group], **fields: Any) -> Campaign:
        """Send a campaign as far as it goes, and return it as it is then."""
        campaign = self.confirm(groups, **fields)
        doorbell.run_all_due()
        campaign.refresh_from_db()
        return campaign

    def air(self) -> Counter[str]:
        """Return how often each number really got a message, by the simulator's own journal."""
        return Counter({one.lstrip("+"): times for one, times in self.simulator.counts()["numbers"].items()})


def states(campaign: Campaign) -> Counter[str]:
    """Return how many messages of the campaign are in which state."""
    return Counter(Message.objects.filter(campaign=campaign).values_list("state", flat=True))


def left_out(plan: Plan) -> dict[str, int]:
    """Return the waterfall without its empty steps."""
    return {row["reason"]: row["count"] for row in plan.waterfall if row["count"]}


def contact_of(account: Account, msisdn: str) -> Contact:
    """Return the account's contact with this number."""
    return Contact.objects.get(account=account, msisdn=msisdn)
