"""Campaigns over HostedSMS: what a lost answer becomes with and without trust, and ids without numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts import connections
from campaigns.models import Batch, Campaign, Message, ProviderId
from contacts.models import Contact
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import PRICE, Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

SIGN_IN = {"user": "sim@example.com", "password": "sim-password"}
SUBMIT = "/FullApi/Smses"
TEN = [number(index) for index in range(10, 20)]


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated HostedSMS."""
    connection = open_route(simulator.url("hostedsms"), kind="hostedsms", options={"sender": "INFO"})
    connections.set_credentials(connection=connection, credentials=SIGN_IN, actor=None)
    return Sending(simulator, slave, connection)


@pytest.fixture
def trust(sending: Sending) -> None:
    """Let the panel believe that a repeated call is dropped."""
    sending.connection.options = sending.connection.options | {"trust_transaction_id": True}
    sending.connection.save()


def calls(sending: Sending) -> list[dict[str, Any]]:
    """Return the bodies of the submissions that arrived."""
    return [json.loads(entry["body"]) for entry in sending.simulator.journal(path=SUBMIT)]


def later(seconds: float) -> None:
    """Do what is due after so many seconds."""
    with clock.travel(seconds=seconds):
        doorbell.run_all_due()


def test_a_campaign_goes_out_under_the_reference_of_its_batch_and_is_reported(sending: Sending) -> None:
    campaign = sending.send([sending.group([*TEN[:8], number(20, "02"), number(21, "03")])])
    (body,) = calls(sending)
    assert body["TransactionId"] == Batch.objects.get(campaign=campaign).public_id.hex
    later(30)
    assert states(campaign) == {"DELIVERED": 8, "UNDELIVERED": 1, "EXPIRED": 1}
    assert sending.simulator.lint() == []
    assert_all_hold()


def test_hs_15_without_trust_a_lost_answer_ends_as_assumed_sent(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    later(120)
    assert len(calls(sending)) == 1
    assert (states(campaign), sending.persona.available) == ({"ASSUMED_SENT": 10}, 1_000 - 10 * PRICE)
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert_all_hold()


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize("fault", ["take_then_drop", "truncate", "html", "drop_before"])
def test_hs_14_with_trust_the_call_is_made_again_and_nobody_gets_it_twice(sending: Sending, fault: str) -> None:
    sending.simulator.fault(fault, SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    later(120)
    first, second = calls(sending)
    assert first == second
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert sending.persona.available == 1_000 - 10 * PRICE
    later(240)
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == (Campaign.State.FINISHED, {"DELIVERED": 10})
    assert_all_hold()


def test_hs_14_a_provider_that_sends_again_shows_why_trust_is_off(sending: Sending) -> None:
    sending.simulator.settings("hostedsms", transactions="send_again")
    sending.simulator.fault("take_then_drop", SUBMIT)
    sending.send([sending.group(TEN)])
    later(120)
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_hs_09_hs_21_reports_tell_which_id_belongs_to_which_number(sending: Sending) -> None:
    sending.simulator.settings("hostedsms", drop_unsendable=True)
    campaign = sending.send([sending.group([*TEN[:2], number(30, "08")])])
    assert ProviderId.objects.filter(message__isnull=True).count() == 2
    assert_all_hold()
    later(30)
    assert states(campaign) == {"DELIVERED": 2, "SENT": 1}
    named = Message.objects.filter(campaign=campaign).exclude(provider_id="")
    assert set(named.values_list("msisdn", flat=True)) == set(TEN[:2])
    assert_all_hold()


def test_a_refused_batch_costs_nothing(sending: Sending) -> None:
    sending.simulator.sender("hostedsms", "INFO", "deleted")
    campaign = sending.send([sending.group(TEN)])
    assert (states(campaign), sending.persona.available) == ({"FAILED": 10}, 1_000)
    assert_all_hold()


def test_personal_texts_go_out_one_text_a_call(sending: Sending) -> None:
    group = sending.group(TEN[:4])
    Contact.objects.filter(msisdn=TEN[0]).update(first_name="Ala")
    sending.send([group], text="Hello #first_name#")
    assert sorted((body["Message"], len(body["Phone"])) for body in calls(sending)) == [("Hello ", 3), ("Hello Ala", 1)]
    assert sending.air() == dict.fromkeys(TEN[:4], 1)


@pytest.mark.usefixtures("trust")
def test_hs_16_a_repetition_that_is_refused_as_known_was_taken_the_first_time(sending: Sending) -> None:
    sending.simulator.settings("hostedsms", transactions="refuse")
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    later(120)
    assert (states(campaign), sending.persona.available) == ({"SENT": 10}, 1_000 - 10 * PRICE)
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert_all_hold()


def test_hs_26_over_simple_api_each_message_is_a_batch_and_one_lost_answer_is_one_assumption(sending: Sending) -> None:
    sending.connection.options = sending.connection.options | {"use_simple_api": True, "trust_transaction_id": True}
    sending.connection.save()
    sending.simulator.fault("take_then_drop", "/SimpleApi")
    campaign = sending.send([sending.group(TEN)])
    later(120)
    assert len(sending.simulator.journal(path="/SimpleApi")) == 10
    assert states(campaign) == {"DELIVERED": 9, "ASSUMED_SENT": 1}
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert_all_hold()


def test_hs_18_a_campaign_goes_over_the_second_host_when_the_first_is_down(sending: Sending) -> None:
    sending.connection.options = sending.connection.options | {"second_url": f"{sending.connection.base_url}/api2"}
    sending.connection.base_url = "http://127.0.0.1:9"
    sending.connection.save()
    campaign = sending.send([sending.group(TEN)])
    assert states(campaign) == {"SENT": 10}
    assert [entry["path"] for entry in sending.simulator.journal(path=SUBMIT)] == [f"/api2{SUBMIT}"]
    assert_all_hold()


@pytest.mark.parametrize("times", ["local", "zulu", "date"])
def test_odd_spellings_of_an_answer_are_understood(sending: Sending, times: str) -> None:
    odd = {"times": times, "ids_as_string": True, "status_as_string": True}
    sending.simulator.settings("hostedsms", **odd)
    sending.simulator.fault("bom", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    later(30)
    assert states(campaign) == {"DELIVERED": 10}
    told = Message.objects.filter(campaign=campaign).values_list("reported_at", flat=True)
    assert all(at is not None and abs((at - clock.now()).total_seconds()) < 60 for at in told)
    assert_all_hold()
