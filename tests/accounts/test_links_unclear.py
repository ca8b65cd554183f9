"""Changes of a subaccount whose answers were lost are settled by reading them back, and refusals are shown."""

from __future__ import annotations

import pytest

from accounts import tenants
from accounts.links import recording, running
from accounts.models import AccountLink, LinkOperation
from smspanel import doorbell, failpoints
from tests.accounts.linked import Linked, die, dies, later
from tests.personas import Persona

FAULTS = pytest.mark.parametrize(("fault", "attempts"), [("take_then_drop", 1), ("drop_before", 2), ("truncate", 1)])


def settled(kind: str) -> tuple[str, int]:
    """Return the state and the attempts of the only operation of a kind."""
    operation = LinkOperation.objects.get(kind=kind)
    return operation.state, operation.attempt


@FAULTS
def test_an_edit_whose_answer_was_lost_is_read_back(
    linked_master: Linked, slave: Persona, fault: str, attempts: int
) -> None:
    linked_master.simulator.fault(fault, "/api/rest/v2/accounts/edit/*", front="justsend")
    slave.account.description = "Shop"
    recording.record_edit(account=slave.account, fields=["description"], actor=None)
    doorbell.run_all_due()
    assert settled("EDIT") == ("DONE", attempts)
    assert linked_master.there()["slave@example.com"]["description"] == "Shop"


@FAULTS
def test_a_switching_off_whose_answer_was_lost_is_read_back(
    linked_master: Linked, slave: Persona, fault: str, attempts: int
) -> None:
    linked_master.simulator.fault(fault, "/api/rest/v2/accounts/deactivate", front="justsend")
    tenants.deactivate(account=slave.account, actor=None)
    doorbell.run_all_due()
    assert settled("DEACTIVATE") == ("DONE", attempts)
    assert linked_master.there()["slave@example.com"]["userStatus"] == "NOT_ACTIVE"


@pytest.mark.parametrize(("place", "attempts"), [("link.claimed", 2), ("link.before_call", 2), ("link.after_call", 1)])
def test_a_process_that_dies_makes_no_second_subaccount(linked_master: Linked, place: str, attempts: int) -> None:
    account = linked_master.open_slave()
    failpoints.arm(place, die)
    with dies():
        running.run(linked_master.link_of(account).pk)
    failpoints.disarm()
    later(91)
    assert settled("CREATE") == ("DONE", attempts)
    assert sorted(linked_master.there()) == ["new@example.com", "slave@example.com"]
    rows = linked_master.call("GET", "accounts/subaccounts/list")
    assert len(rows) == 2


def test_an_account_that_vanished_there_is_shown_and_nothing_is_made_up(linked_master: Linked, slave: Persona) -> None:
    AccountLink.objects.filter(account=slave.account).update(remote_id=999_999)
    recording.record_edit(account=slave.account, fields=["description"], actor=None)
    doorbell.run_all_due()
    link = linked_master.link_of(slave.account)
    assert (settled("EDIT"), link.state) == (("REFUSED", 1), AccountLink.State.FAILED)
    assert "105" in link.problem
    assert list(linked_master.there()) == ["slave@example.com"]
