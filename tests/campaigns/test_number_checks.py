"""Number checks: the cost is shown first, nothing arrives, and a group is cleaned of what is not in use."""

from __future__ import annotations

import pytest

from accounts import connections
from campaigns import checks, confirming, planning
from campaigns.models import Campaign, Kind, Plan, Price, Variant
from contacts.models import Contact, Group
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import People, Persona

IN_USE = [number(index, "01") for index in range(10, 16)]
DEAD = [number(index, "02") for index in range(20, 22)]


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated JO Mobile, and a price of 1 point for a check."""
    connection = open_route(simulator.url("jomobile"), kind="jomobile", options={"sender": "INFO"})
    login = {"username": "sim", "password": "sim-password"}
    connections.set_credentials(connection=connection, credentials=login, actor=None)
    Price.objects.create(variant=Variant.ECO, kind=Kind.HLR, points=1)
    return Sending(simulator, slave, connection)


@pytest.fixture
def group(sending: Sending) -> Group:
    """Six numbers in use and two that are not."""
    return sending.group([*IN_USE, *DEAD])


def checked(sending: Sending, group: Group) -> Campaign:
    """Check the group to its end."""
    campaign = checks.draft(group=group, actor=sending.persona.user)
    planning.make(campaign.plan.pk)
    confirming.confirm(campaign=campaign, actor=sending.persona.user)
    doorbell.run_all_due()
    with clock.travel(seconds=30):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    return campaign


def test_the_cost_is_shown_before_anything_is_asked(sending: Sending, group: Group) -> None:
    campaign = checks.draft(group=group, actor=sending.persona.user)
    plan = planning.make(campaign.plan.pk)
    assert plan is not None
    assert (plan.status, plan.recipients, plan.parts, plan.points) == (Plan.Status.READY, 8, 8, 8)
    assert (sending.persona.available, sending.simulator.journal(path="/v1/send")) == (1_000, [])


def test_a_check_costs_its_own_price_and_no_text_arrives(sending: Sending, group: Group) -> None:
    campaign = checked(sending, group)
    assert states(campaign) == {"DELIVERED": 6, "UNDELIVERED": 2}
    assert sending.persona.available == 1_000 - 8
    assert [one["kind"] for one in sending.simulator.air() if one["kind"] != "hlr"] == []
    assert_all_hold()


def test_the_group_is_cleaned_and_the_contacts_stay(sending: Sending, group: Group) -> None:
    campaign = checked(sending, group)
    assert checks.clean(campaign=campaign, actor=sending.persona.user) == 2
    assert set(Contact.objects.filter(memberships__group=group).values_list("msisdn", flat=True)) == set(IN_USE)
    assert Contact.objects.count() == 8
    assert checks.clean(campaign=campaign, actor=sending.persona.user) == 0


def test_a_campaign_of_texts_never_cleans_a_group(sending: Sending, group: Group) -> None:
    campaign = sending.send([group])
    with clock.travel(seconds=30):
        doorbell.run_all_due()
    assert checks.clean(campaign=campaign, actor=sending.persona.user) == 0
    assert group.memberships.count() == 8


def test_without_a_price_of_its_own_a_check_is_refused(sending: Sending, group: Group) -> None:
    Price.objects.filter(kind=Kind.HLR).delete()
    plan = planning.make(checks.draft(group=group, actor=sending.persona.user).plan.pk)
    assert plan is not None
    assert plan.status == Plan.Status.REFUSED


def test_a_provider_that_cannot_check_is_no_way(sending: Sending, group: Group) -> None:
    open_route(sending.simulator.url("serwersms"), name="SerwerSMS")
    sending.connection.is_active = False
    sending.connection.save()
    plan = planning.make(checks.draft(group=group, actor=sending.persona.user).plan.pk)
    assert plan is not None
    assert plan.problems == ["No provider carries this variant at present. Choose another, or ask the operator."]


def test_an_owner_checks_and_cleans_on_the_pages(sending: Sending, group: Group, people: People) -> None:
    client = people.slave.client
    assert client.get(f"/groups/{group.pk}/check/").status_code == 200
    assert not Campaign.objects.exists()
    client.post(f"/groups/{group.pk}/check/")
    drafted = Campaign.objects.get()
    planning.make(drafted.plan.pk)
    assert "Number check: nothing arrives" in client.get(f"/campaigns/{drafted.pk}/plan/").text
    assert client.get(f"/campaigns/{drafted.pk}/edit/").status_code == 302
    campaign = checked(sending, group)
    page = client.get(f"/campaigns/{campaign.pk}/").text
    assert "Take 2 numbers that are not in use out of the group" in page
    assert "Not in use" in page
    client.post(f"/campaigns/{campaign.pk}/clean/")
    assert group.memberships.count() == 6


@pytest.mark.parametrize("who", ["stranger"])
def test_a_stranger_finds_no_such_group(sending: Sending, group: Group, people: People, who: str) -> None:
    campaign = checked(sending, group)
    client = getattr(people, who).client
    for address in (f"/groups/{group.pk}/check/", f"/campaigns/{campaign.pk}/clean/"):
        assert client.post(address).status_code == 404
    assert group.memberships.count() == 8
