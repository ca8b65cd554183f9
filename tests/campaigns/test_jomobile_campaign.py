"""Campaigns over JO Mobile: packages, parts, tokens and unclear answers; the simulator's journal is the judge."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import connections
from campaigns import inbox
from campaigns.models import Campaign, Message
from smspanel import clock, doorbell
from smspanel.providers.values import Outgoing, Submission
from smspanel.simulator import Simulator
from tests.campaigns.sending import PRICE, Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

LOGIN = {"username": "sim", "password": "sim-password"}
TWO_PARTS = "a" * 161
SEND = "/v1/send"


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection that signs in to the simulated JO Mobile."""
    connection = open_route(simulator.url("jomobile"), kind="jomobile", options={"sender": "INFO"})
    connections.set_credentials(connection=connection, credentials=LOGIN, actor=None)
    return Sending(simulator, slave, connection)


def packages(sending: Sending) -> list[list[dict[str, Any]]]:
    """Return the packages that reached the provider."""
    return [json.loads(entry["body"]) for entry in sending.simulator.journal(path=SEND)]


def sizes(sending: Sending) -> list[list[int]]:
    """Return how many numbers each object of each package held."""
    return [[len(part["number"]) for part in package] for package in packages(sending)]


def later(seconds: float) -> None:
    """Do what is due after so many seconds."""
    with clock.travel(seconds=seconds):
        doorbell.run_all_due()


def push(sending: Sending, *records: dict[str, Any]) -> Any:
    """Push reports as the provider does, apply them, and return the response."""
    address = reverse("inbox", kwargs={"token": sending.connection.inbox_token})
    response = Client(raise_request_exception=False).post(address, list(records), content_type="application/json")
    doorbell.run_all_due()
    return response


def record(message: Message, part: int, state: str) -> dict[str, Any]:
    """Return a pushed report about a part of a message."""
    ids = list(message.provider_ids.order_by("pk").values_list("provider_id", flat=True))
    return {
        "id_state": ids[part - 1],
        "phone": message.msisdn,
        "num_parts": len(ids),
        "part_no": part,
        "state": state,
        "time": clock.now().strftime("%Y-%m-%d %H:%M:%S"),
    }


def test_a_message_of_two_parts_is_delivered_when_both_are(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1)])], text=TWO_PARTS)
    message = Message.objects.get(campaign=campaign)
    assert (message.state, message.provider_parts, message.provider_ids.count()) == ("SENT", 2, 2)
    later(10)
    assert states(campaign) == {"DELIVERED": 1}
    assert sending.air() == {number(1): 1}
    assert sending.persona.available == 1_000 - 2 * PRICE
    assert_all_hold()


@pytest.mark.parametrize("state", ["undelivered", "expired", "rejected"])
@pytest.mark.parametrize("part", [1, 2])
def test_a_message_is_where_its_worst_part_is(sending: Sending, state: str, part: int) -> None:
    sending.simulator.settings("jomobile", failing_part=part, failing_state=state)
    campaign = sending.send([sending.group([number(1)])], text=TWO_PARTS)
    later(10)
    assert states(campaign) == {state.upper(): 1}
    assert_all_hold()


def test_jo_23_a_part_that_expires_after_another_was_delivered_makes_the_message_expired(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1)])], text=TWO_PARTS)
    message = Message.objects.get(campaign=campaign)
    push(sending, record(message, 2, "DELIVRD"))
    assert states(campaign) == {"SENT": 1}
    push(sending, record(message, 1, "EXPIRED"))
    assert states(campaign) == {"EXPIRED": 1}


def test_jo_22_what_cannot_be_stored_is_not_acknowledged(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = sending.send([sending.group([number(1)])], text=TWO_PARTS)
    message = Message.objects.get(campaign=campaign)
    reports = [record(message, part, "DELIVRD") for part in (1, 2)]
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "receive", None)
        assert push(sending, *reports).status_code == 500
    assert states(campaign) == {"SENT": 1}
    assert push(sending, *reports).status_code == 200
    assert states(campaign) == {"DELIVERED": 1}


def test_jo_10_101_recipients_are_packages_of_100_and_1(sending: Sending) -> None:
    numbers = [number(index) for index in range(101)]
    campaign = sending.send([sending.group(numbers)])
    assert sizes(sending) == [[100], [1]]
    assert campaign.state == Campaign.State.FINISHED
    assert sending.air() == dict.fromkeys(numbers, 1)


def test_jo_11_two_texts_share_packages_of_at_most_100_numbers(sending: Sending) -> None:
    numbers = [number(index) for index in range(120)]
    group = sending.group(numbers)
    group.members.filter(msisdn__in=numbers[:60]).update(first_name="Ola")
    sending.send([group], text="Hi #first_name#!")
    assert Counter(map(sum, sizes(sending))) == {100: 1, 20: 1}
    assert all(len(package) <= 2 for package in packages(sending))
    texts = {sms["number"]: sms["text"] for sms in sending.simulator.air()}
    assert texts == {one: "Hi Ola!" if one in numbers[:60] else "Hi !" for one in numbers}


def test_jo_12_two_texts_to_one_number_are_two_packages(sending: Sending) -> None:
    group = sending.group([number(1)])
    for text in ("One", "Two"):
        sending.send([group], text=text)
    assert [[part["text"] for part in package] for package in packages(sending)] == [["One"], ["Two"]]
    later(10)
    assert set(Message.objects.values_list("state", flat=True)) == {"DELIVERED"}


def test_jo_06_a_token_that_died_between_two_packages_is_replaced_and_nobody_is_written_to_twice(
    sending: Sending,
) -> None:
    sending.send([sending.group([number(1)])])
    sending.simulator.settings("jomobile", token_seconds=600)
    sending.simulator.advance(2_592_001)
    sending.send([sending.group([number(2)], "Others")])
    statuses = [entry["status"] for entry in sending.simulator.journal(path=SEND)]
    assert statuses == [200, 401, 200]
    assert sending.air() == {number(1): 1, number(2): 1}


def test_a_token_is_kept_from_one_package_to_the_next(sending: Sending) -> None:
    sending.send([sending.group([number(index) for index in range(101)])])
    assert len(sending.simulator.journal(path="/v1/authorize")) == 1


def test_jo_18_a_number_that_the_reply_lacks_is_unclear_and_not_sent_again(sending: Sending) -> None:
    sending.connection.grace_seconds = 60
    sending.connection.save()
    sending.simulator.settings("jomobile", omitted=1)
    campaign = sending.send([sending.group([number(1), number(2)])])
    assert states(campaign) == {"UNKNOWN": 1, "SENT": 1}
    later(61)
    assert states(campaign) == {"SENT": 1, "DELIVERED": 1}
    assert sending.air() == {number(1): 1, number(2): 1}


def test_jo_25_a_package_whose_answer_was_dropped_is_sent_once(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SEND)
    campaign = sending.send([sending.group([number(1)])])
    assert (states(campaign), len(packages(sending))) == ({"SENT": 1}, 1)
    assert sending.air() == {number(1): 1}
    assert_all_hold()


def test_jo_25_what_leaves_no_evidence_is_assumed_sent_and_not_sent_again(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SEND)
    sending.simulator.fault("status", "/v1/sms-full-data", status=503, times=None)
    campaign = sending.send([sending.group([number(1)])])
    assert (states(campaign), len(packages(sending))) == ({"ASSUMED_SENT": 1}, 1)
    assert_all_hold()


def test_jo_25_the_ids_of_what_was_taken_are_found_by_number_and_time(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SEND)
    began = clock.now()
    campaign = sending.send([sending.group([number(1)])], text=TWO_PARTS)
    message = Message.objects.get(campaign=campaign)
    asked = Submission("batch", (Outgoing(message.ref, message.msisdn, TWO_PARTS),), tried_at=began)
    (receipt,) = connections.client_for(sending.connection).look_up(asked).values()
    assert (receipt.provider_id, receipt.parts) == (sending.simulator.air()[0]["provider_id"], 2)
    assert len(packages(sending)) == 1


@pytest.mark.parametrize(
    ("switches", "state"),
    [({"closed_prefixes": "48"}, "FAILED"), ({"errors_with_200": True, "balance": 0.0}, "QUEUED")],
)
def test_jo_05_nobody_of_a_refused_package_counts_as_sent(
    sending: Sending, switches: dict[str, Any], state: str
) -> None:
    sending.simulator.settings("jomobile", **switches)
    campaign = sending.send([sending.group([number(1)])])
    assert (states(campaign), sending.air()) == ({state: 1}, {})
