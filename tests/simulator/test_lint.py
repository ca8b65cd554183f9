"""The lint list: careless requests are noticed, and answered all the same."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import BEARER, Caller

JSON = BEARER | {"Content-Type": "application/json"}
FORM = BEARER | {"Content-Type": "application/x-www-form-urlencoded"}
PASSWORD = '{"phone":"500100200","text":"x","username":"sim","password":"sim-password"}'


def codes(sim: Simulator) -> list[str]:
    return [line["code"] for line in sim.lint()]


@pytest.mark.parametrize(
    "action, headers, body, code",
    [
        ("send_sms", JSON, '{"phone":"500100200","text":"x","colour":1}', "unknown_field"),
        ("send_sms", JSON, '{"phone":500100200,"text":"x"}', "wrong_type"),
        ("send_sms", JSON, '{"phone":[500100200],"text":"x"}', "wrong_type"),
        ("send_sms", JSON, '{"phone":"500100200","text":"x","details":"yes"}', "wrong_type"),
        ("send_sms", JSON, '{"phone":"500100300","phone":"500100200","text":"x"}', "duplicate_json_key"),
        ("send_sms", JSON, '{"phone":"500100200","text":"ż"}', "missing_charset"),
        ("send_sms", JSON, PASSWORD, "two_credentials"),
        ("send_sms", JSON, '{"phone":"500100200","text":"x","utf":true}', "utf_without_sender"),
        ("send_sms", JSON, '{"phone":"500100200","text":"x","dlr_url":"http://localhost/"}', "dlr_url"),
        ("send_sms?token=abc", JSON, '{"phone":"500100200","text":"x"}', "credentials_in_url"),
        ("send_sms", FORM, "phone=500100200&text=x&flash=false", "false_in_form"),
        ("send_sms", FORM, "phone=+48500100200&text=x", "raw_plus_in_form"),
        ("send_sms", FORM, "phone=500100300&phone=500100200&text=x", "repeated_form_field"),
    ],
)
def test_a_careless_request_is_noted_and_answered(
    caller: Caller, sim: Simulator, action: str, headers: dict[str, str], body: str, code: str
) -> None:
    reply = caller.post(f"messages/{action}", data=body.encode(), headers=headers).json()
    assert reply["queued"] == 1
    assert codes(sim) == [code]


@pytest.mark.parametrize(
    "fields",
    [
        {"phone": ["+48500100200"], "text": "x", "sender": None, "details": True, "system": "test"},
        {"phone": "500100200", "text": "ż", "sender": "INFO", "utf": 1, "flash": False, "unique_id": ["abc"]},
    ],
)
def test_a_careful_request_leaves_no_lint(caller: Caller, sim: Simulator, fields: dict[str, Any]) -> None:
    caller.call("messages/send_sms", **fields)
    assert sim.lint() == []
