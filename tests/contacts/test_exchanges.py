"""Lists of a linked account come from JustSend and go there; nothing is deleted, doubled or sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.links import linking
from accounts.models import Account, AccountLink
from campaigns.models import Message
from contacts import exchanges
from contacts.models import BlacklistEntry, Contact, Exchange, Group, Membership
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.accounts.linked import Linked, linked
from tests.campaigns.sending import make_group
from tests.personas import People, Persona

OURS, THEIRS = ["48500100201", "48500100202"], ["48500100202", "48500100203"]
PUSH, PULL, What = Exchange.Direction.PUSH, Exchange.Direction.PULL, Exchange.What


@pytest.fixture
def linked_master(tmp_path: Path, people: People) -> Iterator[Linked]:
    """The master and its slave, in step with the simulated JustSend."""
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        yield linked(simulator, people.master)


def key_of(linked_master: Linked, persona: Persona) -> str:
    """Return the key of somebody's counterpart."""
    if persona.account.is_master:
        return "sim-app-key"
    return str(linked_master.there()[persona.account.email]["appKey"])


def groups_there(linked_master: Linked, key: str) -> dict[str, list[str]]:
    """Return the groups that an account really has there, with their members."""
    rows = linked_master.call("GET", "group/list", key=key)
    return {row["name"]: linked_master.call("GET", f"group/{row['id']}", key=key)["members"] for row in rows}


def exchange(linked_master: Linked, account: Account, direction: Exchange.Direction, *kinds: Exchange.What) -> None:
    """Exchange these lists."""
    for what in kinds:
        exchanges.ask(link=linked_master.link_of(account), direction=direction, what=what, actor=None)
    doorbell.run_all_due()


@pytest.mark.parametrize("who", ["master", "slave"])
def test_groups_and_blacklist_come_into_the_account(linked_master: Linked, people: People, who: str) -> None:
    persona: Persona = getattr(people, who)
    key = key_of(linked_master, persona)
    linked_master.call("POST", "group/add", {"name": "Customers", "members": THEIRS}, key=key)
    linked_master.call("POST", "group/add", {"name": "Staff", "members": []}, key=key)
    linked_master.call("PUT", "blacklist/add/numbers", [48500100299], key=key)
    make_group(persona.account, OURS, first_name="Ola")
    for _time in range(2):
        exchange(linked_master, persona.account, PULL, What.GROUPS, What.BLACKLIST)
    members = Group.objects.get(account=persona.account, name="Customers").members.values_list("msisdn", flat=True)
    assert sorted(members) == sorted({*OURS, *THEIRS})
    assert Contact.objects.get(msisdn=OURS[1]).first_name == "Ola"
    assert Group.objects.filter(account=persona.account).count() == 2
    assert BlacklistEntry.objects.get(account=persona.account).msisdn == "48500100299"


@pytest.mark.parametrize("who", ["master", "slave"])
def test_groups_and_blacklist_go_to_the_counterpart(linked_master: Linked, people: People, who: str) -> None:
    persona: Persona = getattr(people, who)
    key = key_of(linked_master, persona)
    linked_master.call("POST", "group/add", {"name": "Customers", "members": THEIRS}, key=key)
    make_group(persona.account, OURS)
    make_group(persona.account, OURS[:1], name="New")
    BlacklistEntry.objects.create(account=persona.account, msisdn="48500100299")
    for _time in range(2):
        exchange(linked_master, persona.account, PUSH, What.GROUPS, What.BLACKLIST)
    assert groups_there(linked_master, key) == {"Customers": [*THEIRS, OURS[0]], "New": OURS[:1]}
    assert linked_master.call("GET", "blacklist", key=key) == ["48500100299"]
    assert {row.status for row in Exchange.objects.all()} == {"DONE"}


@pytest.mark.parametrize("fault", ["take_then_drop", "drop_before"])
def test_a_group_whose_making_was_unclear_is_made_once(linked_master: Linked, slave: Persona, fault: str) -> None:
    make_group(slave.account, OURS)
    linked_master.simulator.fault(fault, "/api/rest/v2/group/add", front="justsend")
    exchange(linked_master, slave.account, PUSH, What.GROUPS)
    assert Exchange.objects.get().status == "QUEUED"
    with clock.travel(seconds=61):
        doorbell.run_all_due()
    key = key_of(linked_master, slave)
    assert groups_there(linked_master, key) == {"Customers": OURS}
    assert len(linked_master.call("GET", "group/list", key=key)) == 1


def test_a_push_goes_on_where_it_was_stopped(
    linked_master: Linked, slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanges, "CHUNK", 3)
    numbers = [f"485001002{index:02}" for index in range(10)]
    make_group(slave.account, numbers)
    linked_master.simulator.fault("drop_before", "/api/rest/v2/group/add/numbers", front="justsend")
    exchange(linked_master, slave.account, PUSH, What.GROUPS)
    with clock.travel(seconds=61):
        doorbell.run_all_due()
    assert groups_there(linked_master, key_of(linked_master, slave)) == {"Customers": numbers}
    assert (Exchange.objects.get().status, Exchange.objects.get().moved) == ("DONE", 10)


def test_an_exchange_whose_process_died_is_taken_up_again(linked_master: Linked, slave: Persona) -> None:
    make_group(slave.account, OURS)
    exchanges.ask(link=linked_master.link_of(slave.account), direction=PUSH, what=What.GROUPS, actor=None)
    Exchange.objects.update(status="RUNNING", lease_until=clock.now() + exchanges.LEASE)
    doorbell.run_all_due()
    assert Exchange.objects.get().status == "RUNNING"
    with clock.travel(minutes=4):
        doorbell.run_all_due()
    assert Exchange.objects.get().status == "DONE"


def test_missing_subaccounts_come_with_their_state_and_without_points(linked_master: Linked, staff: Persona) -> None:
    linked_master.make_there("ann@example.com", 70)
    staff.client.post(reverse("link-pull", args=[linked_master.master.account.pk]))
    doorbell.run_all_due()
    account = Account.objects.get(email="ann@example.com")
    link = linked_master.link_of(account)
    assert (account.name, account.master, link.state) == ("Ann By hand", linked_master.master.account, "DIFFERS")
    assert link.problem == "0 points here, 70 there."
    assert not account.users.exists()
    assert not Message.objects.exists()
    assert Account.objects.filter(master=linked_master.master.account).count() == 2


def test_a_lost_key_ends_an_exchange_with_a_sentence(linked_master: Linked, slave: Persona) -> None:
    linked_master.simulator.settings("justsend", inactive=True)
    exchange(linked_master, slave.account, PUSH, What.BLACKLIST)
    assert Exchange.objects.get().status == "FAILED"
    assert "Check the credentials" in Exchange.objects.get().problem


@pytest.mark.parametrize("what", [What.GROUPS, What.BLACKLIST])
def test_owners_push_their_own_lists_after_a_question(linked_master: Linked, slave: Persona, what: str) -> None:
    make_group(slave.account, OURS)
    BlacklistEntry.objects.create(account=slave.account, msisdn=OURS[0])
    listed = slave.client.get(reverse("admin:contacts_group_changelist")).content.decode()
    assert "Push to JustSend" in listed
    address = reverse("justsend-push", args=[what])
    assert slave.client.get(address).status_code == 200
    assert not Exchange.objects.exists()
    slave.client.post(address)
    doorbell.run_all_due()
    done = Exchange.objects.get()
    assert (done.what, done.status, done.asked_by, done.link.account) == (what, "DONE", slave.user, slave.account)


def test_who_is_not_linked_has_no_such_button(linked_master: Linked, stranger: Persona, staff: Persona) -> None:
    for persona in (stranger, staff):
        assert persona.client.post(reverse("justsend-push", args=["GROUPS"])).status_code == 404
        listed = persona.client.get(reverse("admin:contacts_group_changelist")).content.decode()
        assert "Push to JustSend" not in listed
    assert stranger.client.post(reverse("justsend-push", args=["SUBACCOUNTS"])).status_code == 404


def test_an_ended_link_takes_its_exchanges_along_and_leaves_the_lists(linked_master: Linked, slave: Persona) -> None:
    make_group(slave.account, OURS)
    exchange(linked_master, slave.account, PUSH, What.GROUPS)
    linking.unlink(root=AccountLink.objects.get(parent__isnull=True), actor=None)
    assert not Exchange.objects.exists()
    assert Membership.objects.count() == 2
