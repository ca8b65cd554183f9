"""What is done to a linked master's subaccounts in the panel happens at JustSend, too, and happens once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import keys, points, tenants
from accounts.links import comparing, linking, recording, running
from accounts.models import Account, AccountLink, ConnectionCall, LinkOperation
from smspanel import clock, doorbell, tick
from tests.accounts.linked import Linked
from tests.personas import Persona

State = AccountLink.State


def test_a_linked_tree_that_agrees_is_in_step(linked_master: Linked, slave: Persona) -> None:
    for account in (linked_master.master.account, slave.account):
        link = linked_master.link_of(account)
        assert (link.state, link.problem) == (State.IN_STEP, "")
    assert linked_master.link_of(slave.account).remote_points == 1_000


def test_a_new_subaccount_is_made_there_with_its_points(linked_master: Linked) -> None:
    account = linked_master.open_slave(opening=40, description="Branch")
    assert linked_master.link_of(account).state == State.PENDING
    doorbell.run_all_due()
    there = linked_master.there()["new@example.com"]
    assert (there["points"], there["description"], there["contactFirstname"]) == (40, "Branch", "New")
    assert linked_master.link_of(account).state == State.IN_STEP
    assert linked_master.link_of(linked_master.master.account).state == State.IN_STEP


def test_a_subaccount_of_an_account_that_is_not_linked_stays_here(linked_master: Linked, stranger: Persona) -> None:
    tenants.create_slave(master=stranger.account, actor=None, name="Other", email="other@example.com")
    doorbell.run_all_due()
    assert set(linked_master.there()) == {"slave@example.com"}
    assert not LinkOperation.objects.exists()


def test_what_is_rolled_back_here_never_happens_there(linked_master: Linked) -> None:
    with pytest.raises(points.NotEnoughPoints):
        linked_master.open_slave(opening=1_000_000)
    doorbell.run_all_due()
    assert set(linked_master.there()) == {"slave@example.com"}


def test_a_creation_whose_answer_was_lost_is_found_by_its_e_mail(linked_master: Linked) -> None:
    linked_master.simulator.fault("take_then_drop", "/api/rest/v2/accounts/create/subaccount")
    account = linked_master.open_slave(opening=40)
    doorbell.run_all_due()
    assert len(linked_master.calls("accounts/create/subaccount")) == 2  # one by hand, and this one
    assert linked_master.there()["new@example.com"]["points"] == 40
    operation = LinkOperation.objects.get(kind="CREATE")
    assert (operation.state, operation.attempt) == ("DONE", 1)
    assert operation.evidence.startswith("found by its e-mail")
    assert linked_master.link_of(account).state == State.IN_STEP


def test_a_creation_that_never_arrived_is_made_once_more(linked_master: Linked) -> None:
    linked_master.simulator.fault("drop_before", "/api/rest/v2/accounts/create/subaccount")
    linked_master.open_slave()
    doorbell.run_all_due()
    assert set(linked_master.there()) == {"slave@example.com", "new@example.com"}
    assert LinkOperation.objects.get(kind="CREATE").attempt == 2


def test_an_account_with_that_e_mail_is_adopted_instead_of_made_twice(linked_master: Linked) -> None:
    number = linked_master.make_there("new@example.com")
    account = linked_master.open_slave()
    doorbell.run_all_due()
    assert linked_master.link_of(account).remote_id == number
    assert len(linked_master.calls("accounts/create/subaccount")) == 2  # both by hand


def test_a_changed_name_and_description_are_changed_there(linked_master: Linked, slave: Persona) -> None:
    address = f"/accounts/account/{slave.account.pk}/change/"
    form = linked_master.master.client.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    linked_master.master.client.post(address, values | {"contact_first_name": "Ola", "description": "Shop"})
    doorbell.run_all_due()
    there = linked_master.there()["slave@example.com"]
    assert (there["contactFirstname"], there["description"]) == ("Ola", "Shop")


def test_a_change_of_what_justsend_does_not_keep_stays_here(linked_master: Linked, slave: Persona) -> None:
    recording.record_edit(account=slave.account, fields=["city", "email"], actor=None)
    assert not LinkOperation.objects.exists()


def test_switching_off_switches_off_there_but_never_the_master(linked_master: Linked, slave: Persona) -> None:
    tenants.deactivate(account=linked_master.master.account, actor=None)
    doorbell.run_all_due()
    assert linked_master.there()["slave@example.com"]["userStatus"] == "NOT_ACTIVE"
    assert LinkOperation.objects.get().state == "DONE"
    assert linked_master.call("GET", "payment/points") == 10_000


def test_switching_on_cannot_happen_there_and_is_shown_as_a_difference(linked_master: Linked, slave: Persona) -> None:
    tenants.deactivate(account=slave.account, actor=None)
    doorbell.run_all_due()
    tenants.activate(account=Account.objects.get(pk=slave.account.pk), actor=None)
    doorbell.run_all_due()
    link = linked_master.link_of(slave.account)
    assert (link.state, link.problem) == (State.DIFFERS, "It is off there and on here.")


@pytest.mark.parametrize(("fault", "attempts"), [("take_then_drop", 1), ("drop_before", 2), (None, 1)])
def test_a_reset_key_is_reset_there_once(
    linked_master: Linked, slave: Persona, fault: str | None, attempts: int
) -> None:
    before = linked_master.there()["slave@example.com"]["appKey"]
    if fault:
        linked_master.simulator.fault(fault, "/api/rest/v2/accounts/reset/*")
    keys.reset(account=slave.account, actor=None)
    doorbell.run_all_due()
    assert linked_master.there()["slave@example.com"]["appKey"] != before
    operation = LinkOperation.objects.get()
    assert (operation.state, operation.attempt) == ("DONE", attempts)


def test_no_key_of_a_subaccount_is_kept_anywhere(linked_master: Linked, slave: Persona) -> None:
    keys.reset(account=slave.account, actor=None)
    tenants.deactivate(account=slave.account, actor=None)
    doorbell.run_all_due()
    key = linked_master.there()["slave@example.com"]["appKey"]
    kept = [*ConnectionCall.objects.values_list("excerpt", "path"), *LinkOperation.objects.values_list("before")]
    assert kept
    assert key not in str(kept)


@pytest.fixture
def refused(linked_master: Linked) -> LinkOperation:
    """A creation that JustSend refuses, with a move that waits behind it."""
    linked_master.open_slave("not an e-mail", opening=40)
    doorbell.run_all_due()
    return LinkOperation.objects.get(kind="CREATE")


def test_a_refused_creation_is_shown_and_holds_up_what_needs_it(linked_master: Linked, refused: LinkOperation) -> None:
    link = linked_master.link_of(refused.link.account)
    assert (refused.state, link.state) == ("REFUSED", State.FAILED)
    assert "315" in link.problem
    assert (linked_master.moves(), LinkOperation.objects.get(kind="MOVE_POINTS").state) == ([], "QUEUED")
    with pytest.raises(linking.LinkError):
        linking.decide(operation=refused, verdict="leave", actor=None)


def test_a_refused_creation_goes_on_once_somebody_makes_the_account_there(
    linked_master: Linked, refused: LinkOperation
) -> None:
    Account.objects.filter(pk=refused.link.account_id).update(email="new@example.com")
    linked_master.make_there("new@example.com")
    comparing.want_all()
    doorbell.run_all_due()
    assert linked_master.moves() == [40]
    assert linked_master.link_of(refused.link.account).state == State.IN_STEP


def test_every_15_minutes_both_sides_are_compared(linked_master: Linked, slave: Persona) -> None:
    tick.run_periodic()
    doorbell.run_all_due()
    remote = linked_master.link_of(slave.account).remote_id
    linked_master.call("POST", f"payment/subaccount/{remote}/25")
    assert linked_master.link_of(slave.account).state == State.IN_STEP
    with clock.travel(minutes=15):
        assert "compare-links" in tick.run_periodic()
        doorbell.run_all_due()
    link = linked_master.link_of(slave.account)
    assert (link.state, link.problem) == (State.DIFFERS, "1000 points here, 1025 there.")


def test_what_happens_during_a_look_asks_for_another_one(
    linked_master: Linked, slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = comparing._look

    def look_and_then_something_happens(*args: Any) -> comparing.Seen | None:
        seen = looked(*args)
        monkeypatch.setattr(comparing, "_look", looked)
        linked_master.move(slave.account, 40)
        running.run(linked_master.link_of(slave.account).pk)
        return seen

    monkeypatch.setattr(comparing, "_look", look_and_then_something_happens)
    comparing.want_all()
    doorbell.run_all_due()
    seen = {(link.state, link.remote_points) for link in AccountLink.objects.all()}
    assert seen == {(State.IN_STEP, 9_960), (State.IN_STEP, 1_040)}
