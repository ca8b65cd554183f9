"""The page about a linked master: both sides, why they differ, and what staff can do; nobody else has it."""

from __future__ import annotations

import re
from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import grants, points
from accounts.links import comparing, explaining, linking
from accounts.models import Account, AccountLink, AuditEntry, GrantRequest, LinkOperation, Transfer
from smspanel import doorbell
from smspanel.simulator import Simulator
from tests.accounts.linked import Linked, open_connection
from tests.personas import People, Persona

State = AccountLink.State


ACTS = ("make", "check", "remove", "create", "correct", "pull", "push")
NAMES = ("link", *(f"link-{act}" for act in ACTS))


def page_of(account: Account, persona: Persona) -> str:
    """Return the page as somebody sees it."""
    response = persona.client.get(reverse("link", args=[account.pk]))
    assert response.status_code == 200
    return response.content.decode()


def post(persona: Persona, name: str, *args: int, **data: object) -> HttpResponse:
    """Press a button of the page."""
    return cast("HttpResponse", persona.client.post(reverse(name, args=args), data))


def parts(account: Account) -> dict[str, int]:
    """Return the parts of the difference by the beginning of their labels."""
    found = explaining.reconciliation(AccountLink.objects.select_related("account").get(account=account)).parts
    return {str(part.label).split(":")[0]: part.points for part in found}


def compare_all() -> None:
    """Look at everything again, as every 15 minutes."""
    comparing.want_all()
    doorbell.run_all_due()


def correction(page: str, account: Account) -> dict[str, str]:
    """Return the fields of the form that corrects an account."""
    row = page.partition(f'id="account-{account.pk}"')[2].partition("</tr>")[0]
    fields = re.findall(r'<input type="(?:hidden|text)" name="(\w+)" value="([^"]*)"', row)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("who", ["master", "slave", "stranger", "anonymous"])
def test_only_staff_have_the_page_and_its_buttons(linked_master: Linked, people: People, who: str) -> None:
    client = Client() if who == "anonymous" else getattr(people, who).client
    root = linked_master.link_of(people.master.account)
    for account in (people.master.account, people.slave.account):
        for name in NAMES:
            for response in (
                client.get(reverse(name, args=[account.pk])),
                client.post(reverse(name, args=[account.pk])),
            ):
                assert response.status_code in ({302} if who == "anonymous" else {404, 405})
    assert AccountLink.objects.filter(pk=root.pk).exists()


def test_a_master_is_linked_on_the_page(simulator: Simulator, people: People) -> None:
    connection = open_connection(simulator)
    assert "Link this master account" in page_of(people.slave.account, people.staff)
    post(people.staff, "link-make", people.master.account.pk, connection=connection.pk)
    doorbell.run_all_due()
    page = page_of(people.slave.account, people.staff)
    assert "JustSend has no subaccount with the e-mail slave@example.com." in page
    assert AuditEntry.objects.filter(action="link.create", actor=people.staff.user).exists()


def test_a_connection_is_linked_to_one_master_only(linked_master: Linked, people: People) -> None:
    response = post(people.staff, "link-make", people.stranger.account.pk, connection=linked_master.connection.pk)
    assert "Select a valid choice" in response.content.decode()
    with pytest.raises(linking.LinkError):
        linking.link(account=people.stranger.account, connection=linked_master.connection, actor=None)


def test_a_slave_that_has_no_counterpart_gets_one_with_a_click(simulator: Simulator, people: People) -> None:
    connection = open_connection(simulator)
    root = linking.link(account=people.master.account, connection=connection, actor=None)
    doorbell.run_all_due()
    assert "Create it there" in page_of(people.master.account, people.staff)
    post(people.staff, "link-create", people.slave.account.pk)
    doorbell.run_all_due()
    found = Linked(simulator, people.master, connection)
    assert set(found.there()) == {"slave@example.com"}
    assert found.link_of(people.slave.account).parent_id == root.pk
    assert parts(people.slave.account) == {"Difference when both were first compared": 1_000}


UNCLEAR = "Moves of which it is unclear whether JustSend made them"


@pytest.fixture
def differing(linked_master: Linked, slave: Persona, staff: Persona) -> Account:
    """The slave after everything that can part its points from those of its counterpart."""
    grants.request_grant(account=slave.account, amount=300, memo="m", key="g", actor=staff.user)
    hold = points.hold(account=slave.account, points=90, key="h", subject="campaign:1")
    points.post(hold=hold, points=90, key="p")
    remote = linked_master.link_of(slave.account).remote_id
    linked_master.call("POST", f"payment/subaccount/{remote}/25")
    linked_master.simulator.fault("drop_before", "/api/rest/v2/payment/subaccount/*", front="justsend")
    type(linked_master.connection).objects.update(grace_seconds=600)
    linked_master.move(slave.account, 40)
    compare_all()
    return slave.account


def test_every_part_of_a_difference_is_named(linked_master: Linked, differing: Account, staff: Persona) -> None:
    assert parts(differing) == {
        "Issued or corrected here": 300,
        "Spent on campaigns here, less refunds": -90,
        UNCLEAR: 40,
        "Changed at JustSend alone": -25,
    }
    found = explaining.reconciliation(linked_master.link_of(differing))
    assert (found.ours, found.theirs, found.difference) == (1_250, 1_025, 225)
    assert sum(part.points for part in found.parts) == found.difference
    assert parts(linked_master.master.account)[UNCLEAR] == -40
    page = page_of(differing, staff)
    assert "It did not happen: do it again" in page
    assert not any(correction(page, account) for account in (differing, linked_master.master.account))


def test_agreement_begins_a_new_baseline(linked_master: Linked, slave: Persona) -> None:
    linked_master.move(slave.account, 40)
    doorbell.run_all_due()
    last = Transfer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    link = linked_master.link_of(slave.account)
    assert (link.baseline_difference, link.baseline_transfer) == (0, last)


def test_ours_are_made_equal_with_one_click(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    remote = linked_master.link_of(slave.account).remote_id
    linked_master.call("POST", f"payment/subaccount/{remote}/25")
    compare_all()
    assert linked_master.link_of(slave.account).state == State.DIFFERS
    data = correction(page_of(slave.account, staff), slave.account)
    assert data["amount"] == "25"
    for _click in range(2):
        post(staff, "link-correct", slave.account.pk, **data)
    doorbell.run_all_due()
    assert (slave.available, linked_master.link_of(slave.account).state) == (1_025, State.IN_STEP)


def test_a_large_correction_waits_for_a_second_person_once(
    linked_master: Linked, slave: Persona, staff: Persona, settings: Settings
) -> None:
    settings.GRANT_LIMIT = 20
    linked_master.call("POST", f"payment/subaccount/{linked_master.link_of(slave.account).remote_id}/25")
    compare_all()
    data = correction(page_of(slave.account, staff), slave.account)
    for _click in range(2):
        post(staff, "link-correct", slave.account.pk, **data)
        doorbell.run_all_due()
    assert (slave.available, GrantRequest.objects.get().points) == (1_000, 25)


def test_figures_that_have_changed_are_not_corrected(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    linked_master.call("POST", f"payment/subaccount/{linked_master.link_of(slave.account).remote_id}/25")
    compare_all()
    data = correction(page_of(slave.account, staff), slave.account)
    points.hold(account=slave.account, points=1, key="h", subject="campaign:1")
    points.grant(account=slave.account, points=5, key="g", memo="m")
    post(staff, "link-correct", slave.account.pk, **data)
    assert slave.available == 1_004
    post(staff, "link-correct", slave.account.pk, **data | {"memo": ""})
    assert slave.available == 1_004


def test_staff_decide_on_the_page(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    linked_master.simulator.settings("justsend", points=10)
    linked_master.move(slave.account, 50)
    doorbell.run_all_due()
    operation = LinkOperation.objects.get()
    assert "not enough points at JustSend" in page_of(slave.account, staff)
    post(staff, "link-decide", slave.account.pk, operation.pk, verdict="happened")
    assert LinkOperation.objects.get().state == "REFUSED"
    post(staff, "link-decide", slave.account.pk, operation.pk, verdict="leave")
    assert LinkOperation.objects.get().left
    assert AuditEntry.objects.filter(action="link.leave", actor=staff.user).exists()
    wrong = post(staff, "link-decide", linked_master.master.account.pk, operation.pk, verdict="again")
    assert wrong.status_code == 404


def test_a_link_ends_without_changing_either_side(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    before = linked_master.there()
    asked = staff.client.get(reverse("link-remove", args=[linked_master.master.account.pk]))
    assert "End the link?" in asked.content.decode()
    assert AccountLink.objects.count() == 2
    post(staff, "link-remove", linked_master.master.account.pk)
    assert not AccountLink.objects.exists()
    assert linked_master.there() == before
    linked_master.move(slave.account, 50)
    assert not LinkOperation.objects.exists()


def test_a_link_does_not_end_while_something_is_unclear(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    type(linked_master.connection).objects.update(grace_seconds=600)
    linked_master.simulator.fault("take_then_drop", "/api/rest/v2/payment/subaccount/*", front="justsend")
    linked_master.move(slave.account, 50)
    doorbell.run_all_due()
    post(staff, "link-remove", linked_master.master.account.pk)
    assert LinkOperation.objects.get().state == "UNKNOWN"


@pytest.mark.parametrize("who", ["staff", "master"])
def test_the_list_and_the_account_page_show_the_state(linked_master: Linked, people: People, who: str) -> None:
    client = getattr(people, who).client
    listed = client.get(reverse("admin:accounts_account_changelist")).content.decode()
    assert listed.count("In step") == 2
    address = reverse("admin:accounts_account_change", args=[people.slave.account.pk])
    shown = client.get(address).content.decode()
    assert "In step" in shown
    button = reverse("admin:accounts_account_at_justsend", args=[people.slave.account.pk])
    assert (button in shown) is (who == "staff")


def test_the_button_of_the_account_page_leads_there(linked_master: Linked, people: People) -> None:
    address = reverse("admin:accounts_account_at_justsend", args=[people.slave.account.pk])
    assert people.staff.client.get(address)["Location"] == reverse("link", args=[people.slave.account.pk])
    assert people.master.client.get(address).status_code == 403
    assert people.stranger.client.get(address).status_code in {403, 404}
