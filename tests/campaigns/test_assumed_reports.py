"""Reports about messages that were assumed sent: their ids are news, so the number tells, where no other is meant."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts import connections
from campaigns.models import Campaign
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

LOGIN = {"username": "sim", "password": "sim-password"}
SEND, DATA = "/v1/send", "/v1/sms-full-data"


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to a provider that shows nothing of what it took."""
    connection = open_route(simulator.url("jomobile"), kind="jomobile", options={"sender": "INFO"})
    connections.set_credentials(connection=connection, credentials=LOGIN, actor=None)
    simulator.fault("status", DATA, status=503, times=None)
    return Sending(simulator, slave, connection)


def assumed(sending: Sending, fault: str = "take_then_drop", **fields: str) -> Campaign:
    """Return a campaign to one number whose answer was lost."""
    sending.simulator.fault(fault, SEND)
    campaign = sending.send([sending.group([number(1)])], **fields)
    assert states(campaign) == {"ASSUMED_SENT": 1}
    return campaign


def report(sending: Sending, provider_id: str, state: str = "DELIVRD", parts: int = 1) -> None:
    """Push a report about a part, and apply it."""
    moment = clock.now().strftime("%Y-%m-%d %H:%M:%S")
    record = {"id_state": provider_id, "phone": number(1), "num_parts": parts, "state": state, "time": moment}
    address = reverse("inbox", kwargs={"token": sending.connection.inbox_token})
    Client().post(address, [record], content_type="application/json")
    doorbell.run_all_due()


def test_a_report_with_an_unknown_id_shows_that_what_was_assumed_was_sent(sending: Sending) -> None:
    campaign = assumed(sending)
    report(sending, sending.simulator.air()[0]["provider_id"])
    assert states(campaign) == {"DELIVERED": 1}
    assert_all_hold()


def test_a_message_of_two_parts_is_delivered_when_both_are_told_of(sending: Sending) -> None:
    campaign = assumed(sending, text="a" * 161)
    report(sending, "one", parts=2)
    assert states(campaign) == {"ASSUMED_SENT": 1}
    report(sending, "two", parts=2)
    assert states(campaign) == {"DELIVERED": 1}
    assert_all_hold()


def test_a_part_that_failed_makes_the_message_fail(sending: Sending) -> None:
    campaign = assumed(sending, text="a" * 161)
    report(sending, "one", parts=2)
    report(sending, "two", "UNDELIV", parts=2)
    assert states(campaign) == {"UNDELIVERED": 1}


def test_one_report_about_one_of_two_assumed_messages_is_proof_of_neither(sending: Sending) -> None:
    campaigns = [assumed(sending, "drop_before", text="One"), assumed(sending, text="Two")]
    report(sending, sending.simulator.air()[0]["provider_id"])
    assert [states(campaign) for campaign in campaigns] == [{"ASSUMED_SENT": 1}, {"ASSUMED_SENT": 1}]


def test_a_report_that_may_be_about_one_under_way_is_no_proof_about_another(sending: Sending) -> None:
    campaign = assumed(sending, "drop_before", text="One")
    sending.connection.grace_seconds = 60
    sending.connection.save()
    sending.simulator.fault("take_then_drop", SEND)
    unclear = sending.send([sending.group([number(1)])], text="Two")
    report(sending, sending.simulator.air()[0]["provider_id"])
    assert (states(campaign), states(unclear)) == ({"ASSUMED_SENT": 1}, {"UNKNOWN": 1})


def test_a_later_report_finds_the_message_by_the_id_that_was_learned(sending: Sending) -> None:
    campaign = assumed(sending)
    report(sending, "one", "ENROUTE")
    assert states(campaign) == {"ASSUMED_SENT": 1}
    again = assumed(sending, "drop_before", text="Again")
    report(sending, "one")
    assert (states(campaign), states(again)) == ({"DELIVERED": 1}, {"ASSUMED_SENT": 1})
