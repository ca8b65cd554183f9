"""The envelope, the key, and every refusal that is not about what was asked (JS-01 to JS-07)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import api_calls, keys, tenants
from campaigns import orders
from smspanel import clock, doorbell
from smspanel.api import codes
from tests.api.calling import BASE, Software, bulk, message
from tests.campaigns.sending import Sending
from tests.personas import Persona

NO_KEY = (101, "NO_AUTHENTICATION")


def test_js_01_the_calls_are_where_justsend_has_them(software: Software, sending: Sending) -> None:
    assert software.get("bulk/sender/list")


def test_js_02_a_switched_off_account_cannot_call(software: Software, slave: Persona) -> None:
    tenants.deactivate(account=slave.account, actor=None)
    assert software.error("GET", "bulk/sender/list") == NO_KEY


def test_js_03_only_the_header_tells_the_key(software: Software) -> None:
    value = software.headers["App-Key"]
    software.headers = {}
    assert software.error("GET", "bulk/sender/list") == NO_KEY
    assert software.error("GET", f"bulk/sender/list?App-Key={value}") == NO_KEY
    software.headers = {"app-key": value}
    assert software.get("bulk/sender/list") == []


def test_js_03_a_wrong_or_revoked_key_is_refused(software: Software) -> None:
    keys.revoke(key=software.key, actor=None)
    assert software.error("GET", "bulk/sender/list") == NO_KEY
    software.headers = {"App-Key": "sp_wrong"}
    assert software.error("GET", "bulk/sender/list") == NO_KEY


def test_js_03_a_key_may_be_bound_to_addresses(software: Software) -> None:
    software.key.networks = ["203.0.113.0/24"]
    software.key.save()
    assert software.error("GET", "bulk/sender/list") == NO_KEY
    software.key.networks = ["203.0.113.0/24", "127.0.0.1/32"]
    software.key.save()
    assert software.get("bulk/sender/list") == []


def test_js_04_a_key_in_the_address_is_never_accepted(software: Software) -> None:
    value = software.headers.pop("App-Key")
    assert software.error("POST", f"message/send/{value}/", message())[0] in {101, 103}
    response = Client().get(f"/api/rest/payment/points/{value}/")
    assert response.json()["errorId"] == 103


def test_js_05_addresses_bodies_and_files_are_all_answered_in_json(software: Software) -> None:
    group = software.post("group/add", {"name": "Customers", "members": ["48500100200"]})
    own = group.removeprefix("Created group id: ")
    assert software.put("group/add/numbers", {"groupId": int(own), "members": ["48500100201"]}) == "Added: 1 numbers"
    assert software.upload(f"group/addMsisdns/{own}", b"48500100202")["data"] == "Successful"
    doorbell.run_all_due()
    assert software.get(f"group/getMembersOnPage/{own}/1") == ["48500100200", "48500100201", "48500100202"]
    assert software.call("DELETE", f"group/remove/{own}")["data"] == f"Removed group id: {own}"
    assert software.error("GET", "group/add")[0] == 103


def test_js_07_a_date_is_iso_with_an_offset_or_a_day_or_milliseconds(
    software: Software, masters: Software, sending: Sending
) -> None:
    noon = (clock.now() + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
    told = software.post("bulk/send", bulk(sendDate=noon.isoformat()))["sendDate"]
    assert (datetime.fromisoformat(told), told) == (noon, noon.astimezone(sending.account.zone).isoformat())
    day = told[:10]
    assert len(software.get(f"report/{day}/{day}")) == 1
    assert software.error("GET", f"report/{day[8:]}.{day[5:7]}.{day[:4]}/{day}")[0] == 400
    assert software.error("POST", "bulk/send", bulk(sendDate=f"{day}T10:00:00"))[0] == 322
    registered = masters.get("accounts/account")["registerDate"]
    assert registered == int(masters.account.created_at.timestamp() * 1000)


@pytest.mark.parametrize(
    "verb, path, body, code",
    [
        ("GET", "nothing/here", None, codes.NOT_FOUND),
        ("POST", "nothing/here", {}, codes.NOT_FOUND),
        ("DELETE", "bulk/send", None, codes.NOT_FOUND),
        ("PUT", "bulk/send", {}, codes.NOT_FOUND),
        ("GET", "bulk/0", None, codes.NOT_FOUND),
        ("GET", "bulk/99999999999999999999999", None, codes.NOT_FOUND),
        ("GET", "bulk/recipient/SOMETHING/1", None, codes.SEND_DATE),
        ("POST", "bulk/send", [], codes.SEND_DATE),
        ("POST", "bulk/send", {"name": "x"}, codes.SEND_DATE),
        ("POST", "bulk/send", bulk(name="a\0b"), codes.SEND_DATE),
        ("POST", "bulk/send", bulk(bulkVariant="GOLD"), codes.SEND_DATE),
        ("POST", "bulk/send", bulk(message="x" * 5_300_000), codes.TOO_MANY),
    ],
)
def test_js_06_every_refusal_is_an_envelope(
    software: Software, sending: Sending, verb: str, path: str, body: Any, code: codes.Code
) -> None:
    assert software.error(verb, path, body) == (code.id, code.word)


def test_js_06_malformed_json_is_refused_in_the_envelope(software: Software) -> None:
    response = Client(headers=software.headers).post(f"{BASE}/bulk/send", "{broken", content_type="application/json")
    assert (response.status_code, response.json()["errorId"]) == (200, 321)


def test_100_an_error_of_ours_is_told_by_a_number_and_nothing_else(
    software: Software, sending: Sending, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(**_given: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(orders, "place", explode)
    told = software.call("POST", "bulk/send", bulk())
    incident = told["message"].split("incident ")[1].split(".")[0]
    assert (told["errorId"], "secret" in told["message"]) == (100, False)
    assert incident in caplog.text


def test_an_installation_may_answer_errors_with_statuses(software: Software, settings: Any) -> None:
    settings.API_ERROR_STATUSES = True
    client = Client(headers=software.headers)
    assert client.get(f"{BASE}/bulk/1").status_code == 404
    assert Client().get(f"{BASE}/bulk/1").status_code == 401


@pytest.mark.usefixtures("valkey")
def test_calls_are_logged_without_their_values(software: Software, sending: Sending) -> None:
    software.post("message/send", message())
    software.error("GET", "bulk/recipient/DELIVERED/77")
    calls = [(call.method, call.path, call.status, call.error_id) for call in api_calls.newest(software.account)]
    assert calls == [("GET", "bulk/recipient/<status>/<int:bulk_id>", 200, 103), ("POST", "message/send", 200, 0)]
    assert all(
        call.key == software.key.prefix and call.word and call.address for call in api_calls.newest(software.account)
    )


@pytest.mark.usefixtures("valkey")
def test_a_key_that_calls_too_often_is_told_when_to_come_back(software: Software, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    for _time in range(3):
        software.get("bulk/sender/list")
    response = Client(headers=software.headers).get(f"{BASE}/bulk/sender/list")
    assert (response.status_code, response.json()["errorId"]) == (429, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    with clock.travel(seconds=int(response.headers["Retry-After"])):
        assert software.get("bulk/sender/list") == []


def test_without_the_queue_server_calls_are_neither_counted_nor_logged(software: Software) -> None:
    assert software.get("bulk/sender/list") == []
    assert api_calls.newest(software.account) == []
