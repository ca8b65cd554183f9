"""messages/send_sms: what is queued, what is not, and what really goes to the air."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

GOOD, OTHER = "+48500100200", "+48500100300"


def test_two_right_and_two_wrong_numbers_give_four_items_in_order_ss_07(caller: Caller) -> None:
    reply = caller.send([GOOD, OTHER, "45616", "7799123"])
    assert (reply["success"], reply["queued"], reply["unsent"]) == (True, 2, 2)
    assert [item["status"] for item in reply["items"]] == ["queued", "queued", "unsent", "unsent"]
    assert len({item["id"] for item in reply["items"]}) == 4


def test_success_is_true_although_nothing_was_queued_ss_06(caller: Caller, sim: Simulator) -> None:
    reply = caller.send(["45616"])
    assert (reply["success"], reply["queued"], reply["unsent"]) == (True, 0, 1)
    assert reply["items"][0]["error_code"] == 3103
    assert "parts" not in reply["items"][0]
    assert sim.air() == []


@pytest.mark.parametrize(
    "sent, echoed",
    [
        ("500100200", GOOD),
        ("48500100200", GOOD),
        ("0048 500-100-200", GOOD),
        ("45616", "45616"),
        ("+4850010020", "+4850010020"),
    ],
)
def test_right_numbers_come_back_corrected_and_wrong_ones_as_sent_ss_08_ss_09(
    caller: Caller, sent: str, echoed: str
) -> None:
    assert caller.send(sent)["items"][0]["phone"] == echoed


def test_a_number_twice_in_one_call_is_sent_once_ss_15(caller: Caller, sim: Simulator) -> None:
    reply = caller.send([GOOD, "500100200", GOOD])
    assert len(reply["items"]) == 1
    assert sim.counts()["numbers"] == {"48500100200": 1}


def test_the_same_call_twice_is_sent_twice(caller: Caller, sim: Simulator) -> None:
    caller.send(GOOD)
    caller.send(GOOD)
    assert sim.counts() == {"total": 2, "repeated": 1, "numbers": {"48500100200": 2}}


@pytest.mark.parametrize("fields", [{}, {"sender": None}, {"sender": ""}])
def test_no_null_or_empty_sender_is_eco_ss_02(caller: Caller, sim: Simulator, fields: dict[str, Any]) -> None:
    caller.call("messages/send_sms", phone=GOOD, text="Zażółć", utf=True, **fields)
    (sms,) = sim.air()
    assert (sms["kind"], sms["sender"], sms["text"]) == ("eco", "", "Zazolc")


def test_without_details_there_are_no_items(caller: Caller) -> None:
    assert caller.send(GOOD, details=None) == {"success": True, "queued": 1, "unsent": 0}


def test_a_test_leaves_no_trace(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", full_limit=5)
    assert caller.send(GOOD, test=True)["items"][0]["status"] == "queued"
    assert sim.air() == []
    assert caller.statuses() == []
    assert sim.settings()["serwersms"]["full_limit"] == 5


@pytest.mark.parametrize("utf, text, parts", [(True, "ą" * 71, 2), (None, "a" * 71, 1)])
def test_utf_keeps_the_letters_and_costs_more_parts(
    caller: Caller, sim: Simulator, utf: bool | None, text: str, parts: int
) -> None:
    caller.send(GOOD, "ą" * 71, utf=utf)
    (sms,) = sim.air()
    assert (sms["text"], sms["parts"]) == (text, parts)


def test_a_two_way_sender_becomes_a_nine_digit_number(caller: Caller, sim: Simulator) -> None:
    caller.send(GOOD, sender="2waySMS")
    sender = sim.air()[0]["sender"]
    assert len(sender) == 9
    assert sender.isdigit()


def test_a_black_listed_number_is_unsent(caller: Caller, sim: Simulator) -> None:
    caller.call("blacklist/add", phone=GOOD)
    items = caller.send([GOOD, OTHER, "+48500100208"])["items"]
    assert [item["status"] for item in items] == ["unsent", "queued", "unsent"]
    assert list(sim.counts()["numbers"]) == ["48500100300"]


def test_the_air_tells_all_about_an_sms(caller: Caller, sim: Simulator) -> None:
    (item,) = caller.send(GOOD, unique_id="pk42r1")["items"]
    caller.send(OTHER)
    (sms,) = sim.air(number="+48 500100200")
    assert (sms["number"], sms["text"], sms["sender"]) == ("48500100200", "Hello", "INFORMACJA")
    assert (sms["provider_id"], sms["unique_id"]) == (item["id"], "pk42r1")
    assert (sms["parts"], sms["state"], sms["request_id"]) == (1, "sent", 1)
