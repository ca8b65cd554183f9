"""The caller's own ids: finding by them, and what a repeated one does."""

from __future__ import annotations

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

PHONE, OTHER = "+48500100200", "+48500100300"


def test_a_repeated_id_is_sent_again_when_nobody_controls_it(caller: Caller, sim: Simulator) -> None:
    caller.send(PHONE, unique_id="pk42r1")
    caller.send(PHONE, unique_id="pk42r1")
    assert sim.counts()["repeated"] == 1


def test_a_repeated_id_is_unsent_under_control(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", unique_id_control=True)
    caller.send(PHONE, unique_id="pk42r1")
    reply = caller.send([PHONE, OTHER], unique_id=["pk42r1", "pk42r2"])
    assert [item["status"] for item in reply["items"]] == ["unsent", "queued"]
    assert sim.counts()["numbers"] == {"48500100200": 1, "48500100300": 1}


def test_deleting_a_scheduled_message_frees_its_id(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", unique_id_control=True)
    caller.send(PHONE, unique_id="pk42r1", date="2099-01-01 12:00:00")
    caller.call("messages/delete", unique_id="pk42r1")
    assert caller.send(PHONE, unique_id="pk42r1")["queued"] == 1


def test_the_first_of_two_equal_numbers_keeps_its_id(caller: Caller, sim: Simulator) -> None:
    caller.send([PHONE, "500100200"], unique_id=["first1", "second2"])
    assert [sms["unique_id"] for sms in sim.air()] == ["first1"]


def test_after_a_lost_answer_the_reports_tell_what_was_taken_ss_16(caller: Caller, sim: Simulator) -> None:
    caller.send(PHONE, unique_id="pk42r1")
    reply = caller.call("messages/reports", unique_id=["pk42r1", "pk42r2"])
    assert [item["phone"] for item in reply["items"]] == [PHONE]
    assert sim.air(unique_id="pk42r1")[0]["number"] == "48500100200"
