"""The simulated HostedSMS: who may call, what it takes, and what it refuses."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.hostedsms import SMS, USER, Hosted, hosted

__all__ = ["hosted"]
BAD: dict[str, Any] = {"ErrorMessage": "Invalid Credentials"}
SIMPLE = {"UserEmail": USER[0], "Password": USER[1], "Phone": "48500100200", "Message": "Hello", "Sender": "INFO"}


def test_each_number_gets_an_id_in_its_order(hosted: Hosted, sim: Simulator) -> None:
    reply = hosted.send("48500100201", "48500100200")
    assert reply.keys() == {"MessageIds", "CurrentTime"}
    assert [one["provider_id"] for one in sim.air()] == reply["MessageIds"]
    assert [one["number"] for one in sim.air()] == ["48500100201", "48500100200"]
    assert {len(one) for one in reply["MessageIds"]} == {36}
    assert sim.lint() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"Phone": []},
        {"Phone": "48500100200"},
        {"Phone": ["+48500100200"]},
        {"Phone": ["48500"]},
        {"Phone": ["48500100200"] * 101},
        {"Phones": ["48500100200"]},
        {"Phone": None},
        {"Message": " "},
        {"Message": "a" * 4001},
        {"Sender": "NOBODY"},
        {"Sender": None},
        {"TransactionId": None},
        {"Priority": "4"},
        {"FlashSms": "yes"},
    ],
    ids=str,
)
def test_a_wrong_field_is_refused_with_a_text_and_status_200(
    hosted: Hosted, sim: Simulator, fields: dict[str, Any]
) -> None:
    assert list(hosted.send(**fields)) == ["ErrorMessage"]
    assert sim.journal()[-1]["status"] == 200
    assert sim.air() == []


def test_the_field_may_be_called_phones(hosted: Hosted) -> None:
    assert len(hosted.send(Phone=None, Phones=["48500100200"])["MessageIds"]) == 1


@pytest.mark.parametrize("centre, taken", [("MKT", True), ("HR", False)])
def test_a_cost_centre_must_be_set_up_where_there_are_any(
    hosted: Hosted, sim: Simulator, centre: str, taken: bool
) -> None:
    sim.settings("hostedsms", cost_centres="MKT, OPS")
    assert ("MessageIds" in hosted.send(CostCenter=centre)) is taken


@pytest.mark.parametrize("user, password", [("sim@example.com", "wrong"), ("x", "sim-password"), ("", "")])
def test_wrong_credentials_are_refused_in_the_switched_way(
    hosted: Hosted, sim: Simulator, user: str, password: str
) -> None:
    answer = hosted.call("POST", "FullApi/Smses", json=SMS, auth=(user, password))
    assert (answer.status_code, answer.json()) == (401, BAD)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    sim.settings("hostedsms", wrong_password="200")
    answer = hosted.call("POST", "FullApi/Smses", json=SMS, auth=(user, password))
    assert (answer.status_code, answer.json()) == (200, BAD)


def test_hs_02_the_password_is_read_in_utf_8_and_may_hold_a_colon(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", password="hasło:z")
    token = base64.b64encode("sim@example.com:hasło:z".encode()).decode()
    headers = {"Authorization": f"Basic {token}"}
    assert hosted.call("GET", "FullApi/ValidSenders", auth=None, headers=headers).status_code == 200
    latin = {"Authorization": "Basic ====" + token}
    assert hosted.call("GET", "FullApi/ValidSenders", auth=None, headers=latin).status_code == 401


def test_simple_api_lies_outside_full_api_and_reads_forms(hosted: Hosted, sim: Simulator) -> None:
    for body in ({"json": SIMPLE}, {"data": SIMPLE}, {"json": SIMPLE | {"Phone": ["48500100200"]}}):
        assert "MessageId" in hosted.call("POST", "SimpleApi", auth=None, **body).json()
    assert sim.counts()["numbers"] == {"48500100200": 3}
    wrong = hosted.call("POST", "SimpleApi", auth=None, json=SIMPLE | {"Password": "x"})
    assert (wrong.status_code, wrong.json()) == (200, BAD)
    assert hosted.call("POST", "FullApi/SimpleApi", json=SIMPLE).status_code == 404


@pytest.mark.parametrize("lenient, sent", [(False, 0), (True, 2)])
def test_simple_api_takes_several_numbers_only_leniently(
    hosted: Hosted, sim: Simulator, lenient: bool, sent: int
) -> None:
    sim.settings("hostedsms", lenient_simple=lenient)
    phones = ["48500100200", "48500100201"]
    hosted.call("POST", "SimpleApi", auth=None, json=SIMPLE | {"Phone": phones})
    assert len(sim.air()) == sent


def test_an_inactive_or_empty_account_sends_nothing(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", sms_left=1)
    assert hosted.send("48500100200", "48500100201") == {"ErrorMessage": "Insufficient funds"}
    assert "MessageIds" in hosted.send()
    assert hosted.call("GET", "FullApi/CustomerInfo").json()["SmsCounter"] == 0
    sim.settings("hostedsms", inactive=True)
    assert list(hosted.send()) == ["ErrorMessage"]


def test_careless_requests_are_noted(hosted: Hosted, sim: Simulator) -> None:
    hosted.send(Priority=1, FlashSms=False, Text="x")
    hosted.call("GET", "FullApi/ValidSenders", headers={"Accept": "*/*"})
    hosted.call("POST", "SimpleApi", json=SIMPLE)
    codes = [line["code"] for line in sim.lint()]
    assert codes == ["wrong_type", "wrong_type", "unknown_field", "accept", "two_credentials"]


def test_what_is_not_there_is_not_found(hosted: Hosted) -> None:
    assert hosted.call("GET", "FullApi/Nothing").status_code == 404
    assert hosted.call("GET", "FullApi/Smses").status_code == 405
