"""Messages with a date: saved until their virtual time, and deletable till then."""

from __future__ import annotations

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

PHONE = "+48500100200"


def test_a_scheduled_message_waits_for_its_local_time_ss_20(caller: Caller, sim: Simulator) -> None:
    sim.set_clock("2026-07-01T09:59:00+00:00")
    caller.send(PHONE, date="2026-07-01 12:00:00")
    assert caller.statuses() == ["saved"]
    assert sim.air() == []
    sim.advance(75)
    assert caller.statuses() == ["delivered"]
    assert sim.air()[0]["air_at"] == "2026-07-01T10:00:00.000000+00:00"


def test_a_date_in_the_past_means_now(caller: Caller, sim: Simulator) -> None:
    caller.send(PHONE, date="2001-01-01 12:00:00")
    assert len(sim.air()) == 1


def test_a_saved_message_can_be_deleted_and_never_goes_out(caller: Caller, sim: Simulator) -> None:
    (item,) = caller.send(PHONE, date="2099-01-01 12:00:00")["items"]
    assert caller.call("messages/delete", id=[item["id"]]) == {"success": True, "correct": 1, "failed": 0}
    sim.set_clock("2099-01-02T00:00:00+00:00")
    assert sim.air() == []
    assert caller.statuses() == []


def test_a_sent_or_unknown_message_cannot_be_deleted(caller: Caller, sim: Simulator) -> None:
    (item,) = caller.send(PHONE)["items"]
    reply = caller.call("messages/delete", id=[item["id"], "ffffffffff"])
    assert reply == {"success": False, "correct": 0, "failed": 2}
    assert len(sim.air()) == 1


def test_deleting_twice_in_one_call_counts_once(caller: Caller) -> None:
    (item,) = caller.send(PHONE, unique_id="same1", date="2099-01-01 12:00:00")["items"]
    reply = caller.call("messages/delete", id=item["id"], unique_id="same1")
    assert reply == {"success": True, "correct": 1, "failed": 1}
