"""Errors that refuse a whole call: their codes, their order, and that nothing was queued."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import BEARER, Caller

PHONE = "+48500100200"
FULL = {"phone": PHONE, "text": "x", "sender": "INFORMACJA"}


def code(reply: Any) -> object:
    return reply["error"]["code"]


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"phone": PHONE}, 3101),
        ({"phone": PHONE, "text": " "}, 3101),
        ({"text": "x"}, 3104),
        ({}, 3101),
        ({"text": "x", "group_id": "1"}, 1004),
        (FULL | {"unique_id": ["abc", "abd"]}, 1006),
        (FULL | {"unique_id": "ab"}, 1006),
        (FULL | {"unique_id": "0f3c-0d2e"}, 1006),
        (FULL | {"phone": [PHONE, "+48500100300"], "unique_id": ["abc", "abc"]}, 1006),
        (FULL | {"sender": "NIEZNANY"}, 3009),
        (FULL | {"sender": "CZEKA"}, 3009),
        (FULL | {"date": "tomorrow"}, 1006),
        (FULL | {"text": "a" * 919}, 3102),
        (FULL | {"text": "ą" * 403, "utf": True}, 3102),
    ],
)
def test_a_wrong_call_is_refused_as_a_whole_ss_10(
    caller: Caller, sim: Simulator, fields: dict[str, Any], expected: int
) -> None:
    response = caller.post("messages/send_sms.json", json=fields)
    assert response.status_code == 200
    assert code(response.json()) == expected
    assert sim.air() == []


def test_the_error_has_the_documented_shape(caller: Caller) -> None:
    reply = caller.call("messages/send_sms", phone=PHONE)
    assert reply == {"error": {"code": 3101, "type": "SendError", "message": "The message is empty"}}


@pytest.mark.parametrize(
    "switch, fields, expected",
    [
        ({"full_allowed": False}, FULL, 3003),
        ({"eco_allowed": False}, {"phone": PHONE, "text": "x"}, 3001),
        ({"flash_allowed": False}, FULL | {"flash": True}, 3008),
        ({"full_limit": 0}, FULL, 3002),
        ({"eco_limit": 1}, {"phone": [PHONE, "+48500100300"], "text": "x"}, 3000),
        ({"eco_utf": "refuse"}, {"phone": PHONE, "text": "x", "utf": True}, 1006),
        ({"inactive": True}, FULL, 1007),
        ({"ip_check": True}, FULL, 1003),
        ({"token": "other"}, FULL, 1001),
        ({"token": "other", "error_code_as_string": True}, FULL, "1001"),
    ],
)
def test_a_switch_makes_the_account_refuse(
    caller: Caller, sim: Simulator, switch: dict[str, Any], fields: dict[str, Any], expected: object
) -> None:
    sim.settings("serwersms", **switch)
    assert code(caller.call("messages/send_sms", **fields)) == expected
    assert sim.air() == []


def test_an_unapproved_sender_passes_when_approval_is_off_or_given(caller: Caller, sim: Simulator) -> None:
    sim.sender("serwersms", "CZEKA", "authorized")
    assert caller.send(PHONE, sender="CZEKA")["queued"] == 1
    sim.settings("serwersms", sender_approval=False)
    assert caller.send(PHONE, sender="NIEZNANY")["queued"] == 1


def test_the_limit_falls_by_the_parts_that_were_sent(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", full_limit=3)
    assert caller.send([PHONE, "45616"], "a" * 161)["queued"] == 1
    assert code(caller.send(PHONE, "a" * 161)) == 3002
    assert sim.settings()["serwersms"]["full_limit"] == 1


@pytest.mark.parametrize(
    "headers, fields, right",
    [
        (BEARER, {}, True),
        ({}, {"username": "sim", "password": "sim-password"}, True),
        ({}, {"username": "sim", "password": "wrong"}, False),
        ({}, {}, False),
        ({"Authorization": "Bearer wrong"}, {"username": "sim", "password": "sim-password"}, False),
    ],
)
def test_a_token_or_a_password_is_needed(
    caller: Caller, headers: dict[str, str], fields: dict[str, str], right: bool
) -> None:
    reply = caller.post("account/limits.json", json=fields, headers=headers).json()
    assert ("items" in reply) == right
    assert right or code(reply) == 1001


@pytest.mark.parametrize("body", ["{", "null", "[1]", '"text"', "[" * 100_000, "\udc80", r'{"text":"\ud83d"}'])
def test_a_body_that_is_no_json_object_is_malformed(caller: Caller, body: str) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    data = body.encode(errors="surrogateescape")
    assert code(caller.post("messages/send_sms", data=data, headers=headers).json()) == 1006


@pytest.mark.parametrize("action", ["files/index", "nonsense", "messages/send_sms.txt", ""])
def test_an_action_that_is_not_simulated_says_so(caller: Caller, action: str) -> None:
    assert code(caller.post(action, json={}).json()) == 1000


def test_reading_by_get_is_refused(caller: Caller, sim: Simulator) -> None:
    reply = caller.session.get(sim.url("serwersms") + "/account/limits.json", headers=BEARER).json()
    assert code(reply) == 1000


def test_xml_is_not_simulated(caller: Caller) -> None:
    assert caller.post("account/limits.xml", json={}).status_code == 501
