"""The operator's own client works with the simulator, and every call of it arrives as the provider knows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from serwersms import SerwerSMS  # type: ignore[import-untyped]

from smspanel.simulator import Simulator

GOOD, OTHER = "+48500100200", "+48500100201"


@pytest.fixture
def api(sim: Simulator) -> Any:
    """The client as its handbook sets it up, but for the address."""
    api = SerwerSMS("sim-token")
    api.api_url = sim.url("serwersms") + "/"
    return api


def read(answer: str) -> Any:
    """Return an answer that is no error."""
    reply = json.loads(answer)
    assert "error" not in reply
    return reply


def arrived(sim: Simulator, path: str) -> Any:
    """Return the body of the last call of a path, having seen that it was handled with nothing careless in it."""
    entry = sim.journal(path=path)[-1]
    assert (entry["status"], sim.lint()) == (200, [])
    assert dict(entry["headers"])["Authorization"] == "Bearer sim-token"
    body = json.loads(entry["body"])
    assert body.pop("system") == "client_python"
    return body


def test_it_signs_in_by_its_token(api: Any, sim: Simulator) -> None:
    assert read(api.account.limits({"show_type": True}))["account"] == {"type": "prepaid"}
    assert arrived(sim, "/account/limits.json") == {"show_type": True}
    api.token = "wrong"
    assert json.loads(api.account.limits({}))["error"]["code"] == 1001


def test_it_sends(api: Any, sim: Simulator) -> None:
    options = {"details": True, "utf": True, "unique_id": ["pk42r1", "pk42r2"]}
    reply = read(api.message.send_sms([GOOD, "45616"], "Zażółć", "INFORMACJA", options))
    assert (reply["success"], reply["queued"], reply["unsent"]) == (True, 1, 1)
    assert [item.get("error_code") for item in reply["items"]] == [None, 3103]
    body = arrived(sim, "/messages/send_sms.json")
    assert body == {"phone": [GOOD, "45616"], "text": "Zażółć", "sender": "INFORMACJA", **options}
    assert [one["text"] for one in sim.air()] == ["Zażółć"]


def test_ss_02_it_says_null_for_eco(api: Any, sim: Simulator) -> None:
    read(api.message.send_sms(GOOD, "Hello", None, {}))
    assert arrived(sim, "/messages/send_sms.json")["sender"] is None
    assert [one["kind"] for one in sim.air()] == ["eco"]


def test_ss_25_it_cuts_the_last_letter_of_the_last_message(api: Any, sim: Simulator) -> None:
    messages = [{"phone": GOOD, "text": "First message"}, {"phone": OTHER, "text": "Second message"}]
    read(api.message.send_personalized(messages, "INFORMACJA", {"details": True}))
    body = arrived(sim, "/messages/send_personalized.json")
    assert body["messages"] == f"{GOOD}:First message]|[{OTHER}:Second messag"
    assert [one["text"] for one in sim.air()] == ["First message", "Second messag"]


def test_it_reads_reports_by_id_and_by_its_own_reference(api: Any, sim: Simulator) -> None:
    reply = read(api.message.send_sms([GOOD], "Hello", "INFO", {"details": True, "unique_id": ["pk42r1"]}))
    sim.advance(10)
    own = reply["items"][0]["id"]
    for condition in ({"id": [own]}, {"unique_id": ["pk42r1"]}, {"phone": GOOD}, {"status": "delivered"}):
        (item,) = read(api.message.reports(dict(condition)))["items"]
        assert (item["id"], item["status"], item["network"]) == (own, "delivered", "Orange")
        assert arrived(sim, "/messages/reports.json") == condition
    assert read(api.message.view(own, {}))["id"] == own


def test_it_takes_a_scheduled_message_back(api: Any, sim: Simulator) -> None:
    read(api.message.send_sms(GOOD, "Hello", "INFO", {"unique_id": "pk42r1", "date": "2099-01-01 12:00:00"}))
    assert read(api.message.delete(None, "pk42r1")) == {"success": True, "correct": 1, "failed": 0}
    assert arrived(sim, "/messages/delete.json") == {"id": None, "unique_id": "pk42r1"}


def test_ss_27_it_reads_what_was_recived(api: Any, sim: Simulator) -> None:
    sim.reply("serwersms", GOOD, "TAK", to="4321")
    (item,) = read(api.message.recived("nd", {"read": True}))["items"]
    assert (item["phone"], item["text"], item["to_number"], item["blacklist"]) == (GOOD, "TAK", "4321", False)
    assert arrived(sim, "/messages/recived.json") == {"type": "nd", "read": True}
    newer = read(api.call("messages/received", {"type": "nd"}))
    assert newer["items"] == [item]


def test_it_sends_voice(api: Any, sim: Simulator) -> None:
    sim.settings("serwersms", voice_allowed=True)
    assert read(api.message.send_voice(GOOD, {"text": "Hello"}))["queued"] == 1
    assert arrived(sim, "/messages/send_voice.json") == {"phone": GOOD, "text": "Hello"}


def test_it_keeps_a_blacklist(api: Any, sim: Simulator) -> None:
    read(api.blacklist.add(GOOD))
    assert read(api.blacklist.check(GOOD)) == {"exists": True}
    (entry,) = read(api.blacklist.index(None, {"page": 1, "limit": 10}))["items"]
    assert entry.keys() == {"phone", "added"}
    assert arrived(sim, "/blacklist/index.json") == {"phone": None, "page": 1, "limit": 10}
    assert read(api.blacklist.delete(GOOD)) == {"success": True}


def test_it_keeps_groups_and_contacts(api: Any, sim: Simulator) -> None:
    group = read(api.group.add("Customers"))["id"]
    read(api.group.edit(group, "Good customers"))
    contact = read(api.contact.add(group, GOOD, {"first_name": "Ala"}))["id"]
    assert read(api.group.index("good", {"sort": "name"}))["items"] == [
        {"id": group, "name": "Good customers", "count": 1}
    ]
    assert read(api.group.view(group))["count"] == 1
    assert read(api.group.check(GOOD))["items"][0]["group_name"] == "Good customers"
    read(api.contact.edit(contact, group, OTHER, {"first_name": "Ola"}))
    assert read(api.contact.view(contact))["phone"] == OTHER
    assert [one["first_name"] for one in read(api.contact.index(group, None, {}))["items"]] == ["Ola"]
    assert arrived(sim, "/contacts/index.json") == {"group_id": group, "search": None}
    imported = read(api.contact.imports("New", [{"phone": GOOD}, {"phone": "1"}]))
    assert (imported["correct"], imported["failed"]) == (1, 1)
    assert read(api.contact.delete(contact)) == read(api.group.delete(group)) == {"success": True}


def test_it_keeps_templates(api: Any, sim: Simulator) -> None:
    key = read(api.template.add("Greeting", "Hello"))["id"]
    read(api.template.edit(key, "Greeting", "Hello again"))
    assert read(api.template.index({"order": "asc"}))["items"] == [
        {"id": key, "name": "Greeting", "text": "Hello again"}
    ]
    assert arrived(sim, "/templates/edit.json") == {"id": key, "name": "Greeting", "text": "Hello again"}
    assert read(api.template.delete(key)) == {"success": True}


def test_it_keeps_subaccounts(api: Any, sim: Simulator) -> None:
    key = read(api.subaccount.add("branch", "secret", None, {"name": "Branch"}))["id"]
    assert read(api.subaccount.index())["items"] == [{"id": key, "username": "branch"}]
    assert read(api.subaccount.view(key))["name"] == "Branch"
    assert read(api.subaccount.limit(key, "full", 500)) == {"success": True, "id": key}
    assert arrived(sim, "/subaccounts/limit.json") == {"id": key, "type": "full", "value": 500}
    assert read(api.subaccount.delete(key)) == {"success": True}


def test_it_reads_the_office(api: Any, sim: Simulator) -> None:
    read(api.sender.add("FIRMA"))
    assert "FIRMA" in [one["name"] for one in read(api.sender.index({"predefined": False}))["items"]]
    (payment,) = read(api.payment.index())["items"]
    assert read(api.payment.view(payment["id"])) == payment
    assert api.payment.invoice(payment["id"]).startswith(b"%PDF")
    assert read(api.stat.index({"type": "eco"}))["items"] == []
    assert read(api.phone.check(GOOD, None))["status"] == "active"
    assert read(api.phone.test("45616")) == {"correct": False}
    assert read(api.error.view(3103))["type"] == "SendError"
    assert sim.lint() == []
