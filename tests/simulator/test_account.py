"""Limits, senders, the black list, explained errors and received SMS."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

PHONE = "+48500100200"


def test_limits_are_texts_ss_26(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", full_limit=40)
    reply = caller.call("account/limits", show_type=True)
    assert reply["account"] == {"type": "prepaid"}
    values = {item["type"]: item["value"] for item in reply["items"]}
    assert values == {"eco": "no_limit", "full": "40", "voice": "not_available"}


def test_a_forbidden_type_is_not_available(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", eco_allowed=False)
    reply = caller.call("account/limits")
    assert reply["items"][0]["value"] == "not_available"
    assert "account" not in reply


def test_a_new_sender_waits_for_approval(caller: Caller) -> None:
    assert caller.call("senders/add", name="FIRMA") == {"success": True}
    statuses = {item["name"]: item["status"] for item in caller.call("senders/index")["items"]}
    assert statuses == {
        "CZEKA": "pending_authorization",
        "FIRMA": "pending_authorization",
        "INFO": "authorized",
        "INFORMACJA": "authorized",
    }


@pytest.mark.parametrize("name, code", [("", 2000), ("TWELVELETTER", 1006), ("INFO", 1006)])
def test_a_wrong_sender_is_refused(caller: Caller, name: str, code: int) -> None:
    assert caller.call("senders/add", name=name)["error"]["code"] == code


def test_predefined_senders_can_be_listed_alone(caller: Caller) -> None:
    items = caller.call("senders/index", predefined=True, order="desc")["items"]
    assert items == [{"name": "INFORMACJA", "agreement": "not_required", "status": "authorized"}]


def test_a_number_is_put_on_the_black_list_and_taken_off(caller: Caller) -> None:
    assert caller.call("blacklist/check", phone=PHONE) == {"exists": False}
    added = caller.call("blacklist/add", phone="500100200")
    assert added == {"success": True, "id": 1} == caller.call("blacklist/add", phone=PHONE)
    assert caller.call("blacklist/check", phone=PHONE) == {"exists": True}
    assert [item["phone"] for item in caller.call("blacklist/index")["items"]] == [PHONE]
    assert caller.call("blacklist/delete", phone=PHONE) == {"success": True}
    assert caller.call("blacklist/delete", phone=PHONE) == {"success": False}
    assert caller.call("blacklist/add", phone="45616")["error"]["code"] == 2001


def test_an_error_code_is_explained(caller: Caller) -> None:
    assert caller.post("error/3103", json={}).json() == {
        "code": 3103,
        "type": "SendError",
        "message": "Incorrect number",
    }
    assert caller.call("error/9999")["error"]["code"] == 1004


@pytest.mark.parametrize("action", ["messages/recived", "messages/received"])
def test_both_spellings_of_received_answer_alike_ss_27(caller: Caller, action: str) -> None:
    reply: Any = caller.call(action, type="nd", read=False)
    assert reply == {"paging": {"page": 1, "count": 1}, "items": []}
