"""What the simulated SerwerSMS keeps besides messages: what is refused, and how lists are filtered."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

PHONE = "+48500100200"


@pytest.mark.parametrize(
    "action, fields, code",
    [
        ("groups/add", {"name": " "}, 2000),
        ("groups/view", {"id": 7}, 1004),
        ("groups/edit", {"id": "x", "name": "a"}, 1006),
        ("groups/check", {"phone": "45616"}, 2001),
        ("contacts/add", {"group_id": 7, "phone": PHONE}, 1004),
        ("contacts/import", {"contact": []}, 2000),
        ("templates/add", {"name": "a"}, 2000),
        ("templates/edit", {"id": 7, "name": "a", "text": "b"}, 1004),
        ("subaccounts/add", {"subaccount_username": "a"}, 2000),
        ("subaccounts/add", {"subaccount_username": "a", "subaccount_password": "b", "subaccount_id": 7}, 1004),
        ("subaccounts/view", {}, 1004),
        ("payments/invoice", {"id": 2}, 1004),
        ("phones/check", {"phone": "45616"}, 2001),
        ("messages/received", {"date_from": "soon"}, 1006),
        ("messages/send_voice", {"phone": PHONE}, 3101),
        ("messages/send_voice", {"text": "Hello"}, 3104),
        ("messages/send_voice", {"phone": PHONE, "text": "Hello"}, 3007),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(caller: Caller, action: str, fields: dict[str, Any], code: int) -> None:
    assert caller.call(action, **fields)["error"]["code"] == code


def test_a_limit_of_an_unknown_type_is_refused(caller: Caller) -> None:
    key = caller.call("subaccounts/add", subaccount_username="a", subaccount_password="b")["id"]
    assert caller.call("subaccounts/limit", id=key, type="sms", value=5)["error"]["code"] == 1006


@pytest.mark.parametrize(
    "action", ["groups/delete", "contacts/delete", "templates/delete", "subaccounts/delete", "blacklist/delete"]
)
def test_nothing_is_deleted_twice(caller: Caller, action: str) -> None:
    assert caller.call(action, id=7, phone=PHONE) == {"success": False}


def test_a_deleted_group_takes_its_contacts_along(caller: Caller) -> None:
    kept, gone = (caller.call("groups/add", name=name)["id"] for name in ("kept", "gone"))
    for group in (kept, gone):
        caller.call("contacts/add", group_id=group, phone=PHONE)
    caller.call("groups/delete", id=gone)
    assert [one["group_name"] for one in caller.call("contacts/index")["items"]] == ["kept"]


def test_a_voice_limit_is_used_up(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", voice_allowed=True, voice_limit=1)
    pair = [{"phone": PHONE, "text": "a"}, {"phone": "+48500100201", "text": "b"}]
    assert caller.call("messages/send_personalized", messages=pair, voice=True)["error"]["code"] == 3006
    assert caller.call("messages/send_voice", phone=PHONE, text="Hello")["queued"] == 1
    values = {item["type"]: item["value"] for item in caller.call("account/limits")["items"]}
    assert values["voice"] == "0"


@pytest.mark.parametrize(
    "condition, texts",
    [
        ({}, ["STOP", "NIE", "TAK"]),
        ({"order": "asc"}, ["TAK", "NIE", "STOP"]),
        ({"type": "eco"}, ["TAK"]),
        ({"type": "ndi"}, ["STOP"]),
        ({"ndi": "4321"}, ["NIE"]),
        ({"phone": [PHONE]}, ["TAK"]),
        ({"date_from": "2026-07-01 12:30:00"}, ["STOP", "NIE"]),
        ({"date_to": "2026-07-01 12:30:00"}, ["TAK"]),
        ({"limit": 1, "page": 2}, ["NIE"]),
    ],
    ids=str,
)
def test_received_sms_are_filtered(caller: Caller, sim: Simulator, condition: dict[str, Any], texts: list[str]) -> None:
    sim.set_clock("2026-07-01T10:00:00+00:00")
    for number, text, to, answers in (
        (PHONE, "TAK", "", "32039da8e9"),
        ("48500100201", "NIE", "4321", ""),
        ("48500100201", "STOP", "500100300", ""),
    ):
        sim.reply("serwersms", number, text, to=to, answers=answers)
        sim.advance(3600)
    assert [item["text"] for item in caller.call("messages/received", **condition)["items"]] == texts
    assert sim.lint() == []
