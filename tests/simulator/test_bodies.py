"""JSON and form bodies that mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import BEARER, Caller

FORM = BEARER | {"Content-Type": "application/x-www-form-urlencoded"}
REST = "&text=Za%C5%BC%C3%B3%C5%82%C4%87&sender=INFO&utf=true&details=true"


@pytest.mark.parametrize(
    "phones, numbers",
    [
        ("phone%5B%5D=%2B48500100200", ["48500100200"]),
        ("phone[]=500100200&phone[]=500100300", ["48500100200", "48500100300"]),
        ("phone[0]=500100200&phone[1]=500100300", ["48500100200", "48500100300"]),
        ("phone=%2B48500100200", ["48500100200"]),
        ("phone=500100300&phone=500100200", ["48500100200"]),
    ],
)
def test_a_form_with_php_arrays_is_read_ss_05(caller: Caller, sim: Simulator, phones: str, numbers: list[str]) -> None:
    reply = caller.post("messages/send_sms", data=phones + REST, headers=FORM).json()
    assert reply["queued"] == len(numbers)
    assert [sms["number"] for sms in sim.air()] == numbers
    assert {sms["text"] for sms in sim.air()} == {"Zażółć"}


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_escapes_and_utf8_bytes_give_the_same_text(caller: Caller, sim: Simulator, ensure_ascii: bool) -> None:
    text = r"\u017c \ud83d\ude00" if ensure_ascii else "ż 😀"
    body = f'{{"phone":"500100200","text":"{text}","sender":"INFO","utf":true}}'
    headers = BEARER | {"Content-Type": "application/json; charset=utf-8"}
    caller.post("messages/send_sms", data=body.encode(), headers=headers)
    assert sim.air()[0]["text"] == "ż 😀"
    assert sim.lint() == []


@pytest.mark.parametrize(
    "value, flash", [(True, True), ("true", True), (1, True), ("1", True), (None, False), ("none", False)]
)
def test_booleans_come_in_many_forms(caller: Caller, value: Any, flash: bool) -> None:
    caller.send("500100200", flash=value)
    (item,) = caller.call("messages/reports")["items"]
    assert item["flash"] is flash


def test_the_word_false_in_a_form_counts_as_true(caller: Caller) -> None:
    caller.post("messages/send_sms", data="phone=500100200&flash=false" + REST, headers=FORM)
    assert caller.call("messages/reports")["items"][0]["flash"] is True


def test_a_body_of_another_type_is_not_understood(caller: Caller) -> None:
    headers = BEARER | {"Content-Type": "text/plain"}
    assert caller.post("account/limits", data="x", headers=headers).json()["error"]["code"] == 1006
