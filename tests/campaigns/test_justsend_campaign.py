"""Campaigns over JustSend: bulks found by name, dropped numbers, approval, post back; the journal is the judge."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import connections, points
from campaigns import lifecycle
from campaigns.compose_forms import ComposeForm
from campaigns.models import Batch, Campaign, InboxItem, Message
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import PRICE, Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

FOUR = [number(index) for index in range(10, 14)]
SUBMIT, DAY = "/api/rest/v2/bulk/send", "/api/rest/v2/report/"


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated JustSend, which takes bulks at any hour."""
    simulator.settings("justsend", night_window=False)
    connection = open_route(simulator.url("justsend") + "/api/rest/v2", kind="justsend")
    connections.set_credentials(connection=connection, credentials={"app_key": "sim-app-key"}, actor=None)
    return Sending(simulator, slave, connection)


def bulks(sending: Sending) -> list[dict[str, Any]]:
    """Return the bulks that reached the provider."""
    return [json.loads(entry["body"]) for entry in sending.simulator.journal(path=SUBMIT)]


def later(seconds: float) -> None:
    """Do what is due after so many seconds."""
    with clock.travel(seconds=seconds):
        doorbell.run_all_due()


def push(sending: Sending, **body: object) -> int:
    """Push as the provider does, apply it, and return the status of the answer."""
    address = reverse("inbox", kwargs={"token": sending.connection.inbox_token})
    status = Client().post(address, body, content_type="application/json").status_code
    doorbell.run_all_due()
    return status


def test_a_campaign_arrives_and_is_reported(sending: Sending) -> None:
    undelivered = number(20, "02")
    campaign = sending.send([sending.group([*FOUR, undelivered])])
    assert (campaign.state, states(campaign)) == (Campaign.State.FINISHED, {"SENT": 5})
    later(10)
    assert states(campaign) == {"DELIVERED": 4, "UNDELIVERED": 1}
    assert sending.air() == dict.fromkeys([*FOUR, undelivered], 1)
    assert sending.simulator.lint() == []
    assert_all_hold()


def test_js_14_a_bulk_whose_answer_was_lost_is_found_by_name_and_sent_once(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(FOUR)])
    asked = [call["path"] for call in sending.simulator.journal(path=DAY)]
    # Within an hour of midnight the report of the other day is asked for, too.
    assert (len(bulks(sending)), len(asked)) == (1, len(set(asked)))
    assert 1 <= len(asked) <= 2
    assert states(campaign) == {"SENT": 4}
    later(10)
    assert states(campaign) == {"DELIVERED": 4}
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert sending.persona.available == 1_000 - 4 * PRICE
    assert_all_hold()


def test_a_bulk_that_the_report_of_the_day_does_not_have_is_sent_again_under_its_name(sending: Sending) -> None:
    sending.simulator.fault("drop_before", SUBMIT)
    campaign = sending.send([sending.group(FOUR)])
    first, second = bulks(sending)
    assert (first["name"], states(campaign)) == (second["name"], {"SENT": 4})
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert_all_hold()


def test_js_13_a_dropped_number_ends_as_rejected_and_is_paid_back(sending: Sending) -> None:
    blocked = number(20, "08")
    campaign = sending.send([sending.group([*FOUR, blocked])])
    assert (states(campaign), sending.persona.available) == ({"SENT": 5}, 1_000 - 5 * PRICE)
    later(10)
    lost = Message.objects.get(campaign=campaign, msisdn=blocked)
    assert (lost.state, lost.reason) == ("REJECTED", "JustSend did not send this message.")
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert points.balance(sending.account).available == 1_000 - 4 * PRICE
    assert_all_hold()


def test_js_12_batches_are_bulks_with_names_of_their_own(sending: Sending) -> None:
    sending.connection.batch_size = 3
    sending.connection.save()
    sending.send([sending.group(FOUR)])
    assert [len(bulk["to"]) for bulk in bulks(sending)] == [3, 1]
    assert len({bulk["name"] for bulk in bulks(sending)}) == 2


def test_personal_texts_are_bulks_of_one_text_each(sending: Sending) -> None:
    group = sending.group(FOUR)
    group.members.filter(msisdn=FOUR[0]).update(first_name="Ola")
    sending.send([group], text="Hi #first_name#!")
    assert {bulk["message"]: len(bulk["to"]) for bulk in bulks(sending)} == {"Hi Ola!": 1, "Hi !": 3}


def test_a_bulk_that_must_be_approved_stops_the_campaign_and_is_not_repeated_by_itself(sending: Sending) -> None:
    sending.simulator.settings("justsend", approval="refuse")
    campaign = sending.send([sending.group(FOUR)])
    later(3600)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.PROVIDER)
    assert "must approve" in campaign.problem
    assert (len(bulks(sending)), Batch.objects.get().state) == (1, Batch.State.READY)
    sending.simulator.settings("justsend", approval="none")
    lifecycle.resume(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert_all_hold()


def test_a_bulk_that_waits_for_approval_is_on_its_way_until_it_is_given(sending: Sending) -> None:
    sending.simulator.settings("justsend", approval="to_pay")
    campaign = sending.send([sending.group(FOUR)])
    later(10)
    assert (states(campaign), sending.air()) == ({"SENT": 4}, {})
    sending.simulator.settings("justsend", approval="none")
    later(60)
    later(120)
    assert states(campaign) == {"DELIVERED": 4}


def test_js_17_a_report_pushed_three_times_is_stored_once(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1, "05")])])
    body = {"ackId": 10000003074072725, "msisdn": number(1, "05"), "deliveryStatus": "MESSAGE_DELIVERED", "id": 111}
    assert [push(sending, **body) for _time in range(3)] == [200, 200, 200]
    assert (states(campaign), InboxItem.objects.filter(kind="PUSH").count()) == ({"DELIVERED": 1}, 1)


def test_js_16_reports_whose_ids_differ_beyond_a_double_are_two(sending: Sending) -> None:
    sending.send([sending.group([number(1, "05")])])
    for ack_id in (10000003074072725, 10000003074072724):
        push(sending, ackId=ack_id, msisdn=number(1, "05"), deliveryStatus="UNDEFINED", id=111)
    stored = [json.loads(item.body)["ackId"] for item in InboxItem.objects.filter(kind="PUSH").order_by("pk")]
    assert stored == [10000003074072725, 10000003074072724]


def test_js_19_an_undefined_report_does_not_undo_a_delivery(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1, "05")])])
    for word in ("MESSAGE_DELIVERED", "UNDEFINED"):
        push(sending, ackId=1, msisdn=number(1, "05"), deliveryStatus=word, deliveryTime=1512724595090)
    assert states(campaign) == {"DELIVERED": 1}


def test_js_20_the_notice_of_a_bulk_touches_no_recipient(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1, "05")])])
    assert push(sending, bulkStatus="ERROR", importedCount=1, name="k-42", id=12583) == 200
    assert (states(campaign), InboxItem.objects.get(kind="PUSH").state) == ({"SENT": 1}, InboxItem.State.APPLIED)


def test_js_04_an_hour_that_spring_skips_is_refused_before_any_request() -> None:
    field = ComposeForm.base_fields["start_at"]
    with timezone.override("Europe/Warsaw"):
        assert field.clean("2026-03-29T01:30")
        with pytest.raises(ValidationError, match="this time does not come"):
            field.clean("2026-03-29T02:30")
