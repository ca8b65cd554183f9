"""A referee written by hand from the examples of JustSend's own document: no client of it can be installed.

It knows neither the panel's client nor the front: requests are the examples letter by letter, and a reply must have
every key of the example, with a value of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from smspanel.simulator import Simulator

JSON = {"App-Key": "sim-app-key", "Content-Type": "application/json; charset=utf-8"}
BULK = {
    "name": "Test 1",
    "to": ["48500501501", "48500501502", "48500501503"],
    "message": "Wiadomość testowa",
    "bulkVariant": "PRO",
    "sendDate": "2014-08-01T09:10:10+00:00",
    "doubleEncode": False,
    "from": "JUSTSEND",
}
SINGLE = {
    "message": "wiadomosc testowa",
    "from": "test",
    "bulkVariant": "PRO",
    "doubleEncode": False,
    "to": "48500505500",
}
BULK_REPLY = {
    "name": "nazwa_wysylki_2014-07-01-16-56-47",
    "from": "konkurs",
    "message": "Tekst wiadomosci",
    "sendDate": "2014-07-01T17:00:00+02:00",
    "bulkVariant": "PRO",
    "id": 12583,
    "estimatedEndDate": "2014-07-01T17:00:20+02:00",
    "costInPoints": 7,
    "shortName": "nazwa_wysylki",
    "bulkStatus": "FINISHED",
    "bulkSize": 1,
}
REPORT = {
    "bulkId": 12583,
    "bulkName": "Testowa wysyłka",
    "bulkStatus": "FINISHED",
    "from": "konkurs",
    "message": "Testowa wiadomosc",
    "dayPriceInPoints": 7,
    "bulkCostInPoints": 7,
    "estimatedEndDate": "2014-07-01T17:00:20+02:00",
    "bulkSize": 1,
    "sent": 1,
    "delivered": 1,
    "notDelivered": 0,
    "notSent": 0,
    "sentByOperator": {"POLAND_ORANGE": 1},
    "deliveredByOperator": {"POLAND_ORANGE": 0},
    "notSentByOperator": {"POLAND_ORANGE": 0},
    "duration": 0,
}
NEW_ACCOUNT = {
    "points": 0,
    "email": "user@example.com",
    "firstname": "NAME",
    "surname": "NAME",
    "description": "asdasd",
}
ACCOUNT = {
    "subid": 3369,
    "email": "user@example.com",
    "password": "",
    "appKey": "",
    "description": "asdasd",
    "contactFirstname": "NAME",
    "contactSurname": "eeee",
    "accountType": "SLAVE",
    "userStatus": "ACTIVE",
    "masterId": 3351,
}


class Referee:
    """Calls the way the document shows, and compares replies with its examples."""

    def __init__(self, simulator: Simulator) -> None:
        self.base = simulator.url("justsend") + "/api/rest/v2"
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        """Return the data of a reply that has the documented envelope of a success."""
        reply = self.session.request(method, f"{self.base}/{path}", json=body, headers=JSON, timeout=60)
        assert (reply.status_code, reply.headers["Content-Type"][:16]) == (200, "application/json")
        envelope = reply.json()
        data = envelope.pop("data")
        assert envelope == {"responseCode": "OK", "errorId": 0, "message": "Successful"}
        return data


@pytest.fixture
def referee(sim: Simulator) -> Iterator[Referee]:
    sim.set_clock("2026-07-01T10:00:00+00:00")
    sim.settings("justsend", night_window=False)
    referee = Referee(sim)
    yield referee
    referee.session.close()


def assert_like(found: Any, example: Any) -> None:
    """Compare kinds of values, key by key."""
    if isinstance(example, dict):
        assert set(example) <= set(found)
        for key, value in example.items():
            assert_like(found[key], value)
    else:
        assert type(found) is type(example)


def test_3_1_to_3_5_a_bulk_its_details_its_numbers_and_its_end(referee: Referee, sim: Simulator) -> None:
    bulk = referee("POST", "bulk/send", BULK)
    assert_like(bulk, BULK_REPLY)
    assert_like(referee("GET", f"bulk/{bulk['id']}"), BULK_REPLY)
    sim.advance(60)
    # By the last digits of the numbers in the document's example.
    assert referee("GET", f"bulk/recipient/DELIVERED/{bulk['id']}") == ["48500501501"]
    assert referee("GET", f"bulk/recipient/NOT_DELIVERED/{bulk['id']}") == ["48500501502", "48500501503"]
    later = referee("POST", "bulk/send", BULK | {"sendDate": "2026-07-02T09:10:10+00:00"})
    assert referee("PUT", f"bulk/cancel/{later['id']}")["bulkStatus"] == "CANCELED"


def test_3_2_senders_have_a_name_and_an_id(referee: Referee) -> None:
    senders = referee("GET", "bulk/sender/list")
    assert {"INFO", "INFORMACJA", "SMS"} <= {sender["name"] for sender in senders}
    assert_like(senders[0], {"id": 2, "name": "INFO"})


def test_3_6_a_single_message_by_post_and_by_get(referee: Referee) -> None:
    assert_like(referee("POST", "message/send", SINGLE), 1127)
    assert_like(referee("GET", "message/send/48500505500/test/wiadomosc%20testowa/PRO?doubleEncode=false"), 1127)
    assert_like(referee("GET", "message/send/48500505500/inna%20wiadomosc"), 1127)


def test_3_8_voice(referee: Referee) -> None:
    body = {"to": "692116713", "from": "VOICE", "message": "test", "bulkVariant": "VOICE", "languageMessage": "POLISH"}
    assert_like(referee("POST", "message/sendVoice", body | {"doubleEncode": False}), 1127)


def test_4_groups(referee: Referee) -> None:
    body = {"name": "grupa", "members": ["48505505505", "48505505502"]}
    assert referee("POST", "group/add", body).startswith("Created group id: ")
    (group,) = referee("GET", "group/list")
    change = {"groupId": group["id"], "members": ["48505505501", "48505505500"]}
    assert referee("PUT", "group/add/numbers", change) == "Added: 2 numbers"
    assert referee("PUT", "group/remove/numbers", change) == "Removed: 2 numbers"
    assert_like(referee("GET", f"group/{group['id']}"), {"groupId": 595, "name": "grupa", "members": []})
    assert referee("DELETE", f"group/remove/{group['id']}") == f"Removed group id: {group['id']}"
    assert_like(referee("GET", "payment/points"), 1000)


def test_5_reports_of_a_bulk_and_of_days(referee: Referee) -> None:
    bulk = referee("POST", "bulk/send", BULK)["id"]
    assert_like(referee("GET", f"report/{bulk}"), REPORT)
    assert_like(referee("GET", "report/2026-07-01/2026-07-01")[0], REPORT)


def test_6_accounts(referee: Referee) -> None:
    made = referee("POST", "accounts/create/subaccount", NEW_ACCOUNT | {"password": "pw"})
    assert_like(made, ACCOUNT)
    assert_like(referee("GET", "accounts/subaccounts/list")[0], ACCOUNT)
    sentence = f"Balance points for SubAccount with id {made['subid']} and his Master with id 3351 was changed"
    assert referee("POST", f"payment/subaccount/{made['subid']}/5") == sentence
    assert referee("POST", f"report/subaccount/{made['subid']}") == []
    assert_like(referee("GET", "accounts/account"), {"appKey": "", "registerDate": 1, "accountType": "MASTER"})


def test_7_the_black_list(referee: Referee) -> None:
    numbers = [48504212111, 48504212222, 48504212333]
    assert referee("PUT", "blacklist/add/numbers", numbers) == "Added: 3 numbers"
    assert referee("GET", "blacklist") == [str(number) for number in numbers]
    assert referee("PUT", "blacklist/removed/numbers", numbers) == "Removed: 3 numbers"


def test_2_3_an_error_has_the_documented_shape(referee: Referee) -> None:
    reply = referee.session.get(f"{referee.base}/bulk/1", headers=JSON, timeout=60)
    assert reply.json() == {"responseCode": "NOT_FOUND", "errorId": 103, "message": "Not found", "data": None}
