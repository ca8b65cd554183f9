"""Points move at JustSend exactly as often as in the panel, whatever is lost on the way; the journal is the judge."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import points
from accounts.links import linking, running
from accounts.models import AccountLink, LinkOperation
from smspanel import clock, doorbell, failpoints
from tests.accounts.linked import Linked, die, dies, later
from tests.personas import Persona

State = LinkOperation.State
MOVE = "/api/rest/v2/payment/subaccount/*"


@pytest.fixture
def operation(linked_master: Linked, slave: Persona) -> LinkOperation:
    """A recorded move of 50 points to the slave."""
    linked_master.move(slave.account, 50)
    return LinkOperation.objects.get()


def again(operation: LinkOperation) -> LinkOperation:
    """Read the row as it is now."""
    return LinkOperation.objects.get(pk=operation.pk)


@pytest.mark.parametrize(("amount", "left"), [(50, 1_050), (-50, 950)])
def test_a_move_happens_on_both_sides(linked_master: Linked, slave: Persona, amount: int, left: int) -> None:
    linked_master.move(slave.account, amount)
    doorbell.run_all_due()
    assert (linked_master.moves(), slave.available) == ([amount], left)
    assert linked_master.there()["slave@example.com"]["points"] == left
    assert {link.state for link in AccountLink.objects.all()} == {"IN_STEP"}


def test_the_form_in_the_panel_moves_them_too(linked_master: Linked, slave: Persona) -> None:
    data = {"subaccount": slave.account.pk, "direction": "take", "points": 30, "key": "0" * 32}
    for _click in range(2):
        linked_master.master.client.post("/points/move/", data)
    doorbell.run_all_due()
    assert linked_master.moves() == [-30]


def test_a_move_whose_answer_was_lost_is_made_once(linked_master: Linked, operation: LinkOperation) -> None:
    linked_master.simulator.fault("take_then_drop", MOVE, front="justsend")
    doorbell.run_all_due()
    assert linked_master.moves() == [50]
    assert (again(operation).state, again(operation).attempt) == (State.DONE, 1)
    assert again(operation).evidence == "the subaccount had 1000 points and has 1050"


def test_a_move_that_never_arrived_is_made_again(linked_master: Linked, operation: LinkOperation) -> None:
    linked_master.simulator.fault("drop_before", MOVE, front="justsend")
    doorbell.run_all_due()
    assert (linked_master.moves(), again(operation).attempt) == ([50], 2)


def test_an_unclear_move_waits_its_grace_before_anybody_asks(linked_master: Linked, operation: LinkOperation) -> None:
    type(linked_master.connection).objects.update(grace_seconds=600)
    linked_master.simulator.fault("take_then_drop", MOVE, front="justsend")
    doorbell.run_all_due()
    assert again(operation).state == State.UNKNOWN
    later(300)
    assert again(operation).state == State.UNKNOWN
    later(601)
    assert (linked_master.moves(), again(operation).state) == ([50], State.DONE)


@pytest.mark.parametrize(
    ("place", "before_settling", "attempts"),
    [("link.claimed", State.RUNNING, 2), ("link.before_call", State.RUNNING, 2), ("link.after_call", State.RUNNING, 1)],
)
def test_a_process_that_dies_leaves_a_move_that_evidence_settles(
    linked_master: Linked, operation: LinkOperation, place: str, before_settling: str, attempts: int
) -> None:
    failpoints.arm(place, die)
    with dies():
        running.run(operation.link_id)
    failpoints.disarm()
    assert again(operation).state == before_settling
    doorbell.run_all_due()
    assert again(operation).state == State.RUNNING
    later(91)
    assert (linked_master.moves(), again(operation).state, again(operation).attempt) == ([50], State.DONE, attempts)


def test_a_process_that_wakes_up_too_late_does_not_call(linked_master: Linked, operation: LinkOperation) -> None:
    def sleep_through_the_lease() -> None:
        failpoints.disarm()
        later(91)

    failpoints.arm("link.claimed", sleep_through_the_lease)
    running.run(operation.link_id)
    assert (linked_master.moves(), again(operation).state) == ([50], State.DONE)


def spoil(linked_master: Linked) -> None:
    """Change the subaccount's points by hand, so that no balance proves anything."""
    remote = linked_master.there()["slave@example.com"]["subid"]
    linked_master.call("POST", f"payment/subaccount/{remote}/7")


@pytest.mark.parametrize(("verdict", "moved"), [("happened", [50, 7]), ("again", [50, 7, 50])])
def test_what_no_balance_proves_is_decided_by_a_person(
    linked_master: Linked, operation: LinkOperation, staff: Persona, verdict: str, moved: list[int]
) -> None:
    linked_master.simulator.fault("take_then_drop", MOVE, front="justsend")
    type(linked_master.connection).objects.update(grace_seconds=60)
    doorbell.run_all_due()
    spoil(linked_master)
    later(61)
    later(3600)
    assert again(operation).state == State.UNKNOWN
    assert "something else changed them, too" in again(operation).problem
    linking.decide(operation=operation, verdict=verdict, actor=staff.user)
    later(3700)
    assert (linked_master.moves(), again(operation).state) == (moved, State.DONE)


def test_operations_of_one_link_wait_for_each_other(linked_master: Linked, operation: LinkOperation) -> None:
    type(linked_master.connection).objects.update(grace_seconds=600)
    linked_master.simulator.fault("take_then_drop", MOVE, front="justsend")
    linked_master.move(operation.link.account, -20)
    doorbell.run_all_due()
    states = LinkOperation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.UNKNOWN, State.QUEUED]
    later(601)
    assert linked_master.moves() == [50, -20]


def test_a_refused_move_is_shown_and_can_be_tried_again(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    linked_master.simulator.settings("justsend", points=10)
    linked_master.move(slave.account, 50)
    doorbell.run_all_due()
    operation = LinkOperation.objects.get()
    link = linked_master.link_of(slave.account)
    assert (operation.state, link.state) == (State.REFUSED, AccountLink.State.FAILED)
    assert "not enough points at JustSend" in link.problem
    linked_master.simulator.settings("justsend", points=10_000)
    linking.decide(operation=operation, verdict="again", actor=staff.user)
    doorbell.run_all_due()
    assert (linked_master.moves(), linked_master.link_of(slave.account).state) == ([50], AccountLink.State.IN_STEP)


def test_a_refused_move_can_be_left_and_then_differs(linked_master: Linked, slave: Persona, staff: Persona) -> None:
    linked_master.simulator.settings("justsend", points=10)
    linked_master.move(slave.account, 50)
    doorbell.run_all_due()
    linking.decide(operation=LinkOperation.objects.get(), verdict="leave", actor=staff.user)
    doorbell.run_all_due()
    link = linked_master.link_of(slave.account)
    assert (link.state, link.problem) == (AccountLink.State.DIFFERS, "1050 points here, 1000 there.")


@pytest.mark.parametrize("change", [{"is_active": False}, {"base_url": "http://127.0.0.1:9/api/rest/v2"}])
def test_nothing_is_lost_while_the_connection_cannot_be_used(
    linked_master: Linked, operation: LinkOperation, change: dict[str, Any]
) -> None:
    connections = type(linked_master.connection).objects
    before = {name: getattr(linked_master.connection, name) for name in change}
    connections.update(**change)
    doorbell.run_all_due()
    assert (again(operation).state, linked_master.moves()) == (State.QUEUED, [])
    connections.update(**before)
    with clock.travel(minutes=6):
        doorbell.run_all_due()
    assert (again(operation).state, linked_master.moves()) == (State.DONE, [50])


def test_the_move_here_stands_whatever_happens_there(linked_master: Linked, slave: Persona) -> None:
    linked_master.simulator.settings("justsend", inactive=True)
    linked_master.move(slave.account, 50)
    doorbell.run_all_due()
    assert points.balance(slave.account).available == 1_050
    assert linked_master.link_of(slave.account).state == AccountLink.State.PENDING
    assert "Check the credentials" in linked_master.link_of(slave.account).problem
