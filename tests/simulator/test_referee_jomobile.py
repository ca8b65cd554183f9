"""The platform's own client works with the simulator, and every call of it arrives as the provider knows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gatum_rest_py import GatumRESTAPI  # type: ignore[import-untyped]

from smspanel.simulator import Simulator

GOOD = "48500100200"


@pytest.fixture
def api(sim: Simulator) -> Any:
    return GatumRESTAPI(base_url=sim.url("jomobile"))


@pytest.fixture
def token(api: Any) -> str:
    return str(api.access_token(username="sim", password="sim-password").json()["data"]["access_token"])


def data_of(response: Any) -> Any:
    """Return the data of a success."""
    assert response.status_code == 200
    assert response.json()["status"] is True
    return response.json()["data"]


def arrived(sim: Simulator, path: str) -> Any:
    """Return the body of the last call of a path, having seen that it was handled with nothing careless in it."""
    entry = sim.journal(path=path)[-1]
    assert (entry["status"], sim.lint()) == (200, [])
    return json.loads(entry["body"] or "null")


def test_it_signs_in(api: Any, sim: Simulator) -> None:
    reply = data_of(api.access_token(username="sim", password="sim-password"))
    assert set(reply) == {"access_token", "expires_at"}
    assert arrived(sim, "/v1/authorize") == {"username": "sim", "password": "sim-password"}
    assert list(arrived(sim, "/v1/accesstoken")) == ["authorization_code"]


def test_it_signs_in_with_the_slash_of_its_own_handbook(sim: Simulator) -> None:
    api = GatumRESTAPI(base_url=sim.url("jomobile") + "/")
    assert data_of(api.access_token(username="sim", password="sim-password"))["access_token"]


def test_it_reads_a_wrong_password(api: Any) -> None:
    response = api.access_token(username="sim", password="wrong")
    assert (response.status_code, response.json()["error_code"]) == (400, 400)


def test_it_sends(api: Any, token: str, sim: Simulator) -> None:
    reply = data_of(api.send_sms(token, [GOOD], "Verify", "Zażółć", lifetime=3600))
    assert list(reply) == [GOOD]
    (element,) = arrived(sim, "/v1/send")
    assert element == {
        "number": [GOOD],
        "senderID": "Verify",
        "text": "Zażółć",
        "type": "sms",
        "delivery": True,
        "lifetime": 3600,
    }
    assert [(sms["text"], sms["sender"]) for sms in sim.air()] == [("Zażółć", "Verify")]


def test_it_sends_later(api: Any, token: str, sim: Simulator) -> None:
    sim.set_clock("2026-06-30T10:00:00+00:00")
    data_of(api.send_sms(token, [GOOD], "INFO", "Hi", begin_date="2026-06-30", begin_time="22:30:00"))
    assert arrived(sim, "/v1/send")[0]["beginTime"] == "22:30:00"
    assert sim.air() == []


def test_it_reads_reports(api: Any, token: str, sim: Simulator) -> None:
    (part,) = data_of(api.send_sms(token, [GOOD], "INFO", "Hi"))[GOOD]
    sim.advance(60)
    (record,) = data_of(api.sms_full_data(token, phone=[GOOD], sender_id="INFO", type_sms="sms", limit=10))
    assert (record["id_state"], record["state"]) == (part["id_state"], "DELIVRD")
    assert arrived(sim, "/v1/sms-full-data") == {"phone": [GOOD], "sender": "INFO", "type_sms": "sms", "limit": 10}


def test_it_works_with_groups(api: Any, token: str, sim: Simulator) -> None:
    group = data_of(api.create_group(token, "Customers"))["id_group"]
    assert arrived(sim, "/v1/group-create")["text_birth"] is False
    data_of(api.group_number_add(token, group, [{"number": int(GOOD), "name": "Ola", "note_1": "x"}]))
    assert [row["name"] for row in data_of(api.group_number_search(token, group, [int(GOOD), 1]))] == ["Ola"]
    assert [one["id_group"] for one in data_of(api.list_group(token))] == [group]
    assert arrived(sim, "/v1/group") == {"limit": 10, "offset": 0}
    data_of(api.group_number_delete(token, group, [int(GOOD)]))
    data_of(api.delete_group(token, [group]))
    assert data_of(api.list_group(token, id_group=group)) == []


def test_it_sends_to_groups(api: Any, token: str, sim: Simulator) -> None:
    group = data_of(api.create_group(token, "Customers"))["id_group"]
    data_of(api.group_number_add(token, group, [{"number": int(GOOD), "name": "Ola"}]))
    data_of(api.send_bulk(token, "INFO", "Hi #first_name#", [group]))
    assert arrived(sim, "/v1/send-bulk") == {"senderID": "INFO", "text": "Hi #first_name#", "id_group": [group]}
    assert [sms["text"] for sms in sim.air()] == ["Hi Ola"]


def test_it_works_with_the_black_list(api: Any, token: str, sim: Simulator) -> None:
    data_of(api.black_list_add(token, [int(GOOD)]))
    assert arrived(sim, "/v1/black-list-add") == {"numbers": [int(GOOD)]}
    assert data_of(api.black_list_search(token, [int(GOOD), 1])) == [int(GOOD)]
    data_of(api.black_list_delete(token, [int(GOOD)]))
    assert data_of(api.black_list_search(token, [int(GOOD)])) == []


def test_it_describes_the_account_and_logs_out(api: Any, token: str, sim: Simulator) -> None:
    assert data_of(api.account_info(token))["currency"] == "EUR"
    data_of(api.logout(token))
    assert (api.account_info(token).status_code, sim.journal(path="/v1/logout")[0]["method"]) == (401, "GET")
