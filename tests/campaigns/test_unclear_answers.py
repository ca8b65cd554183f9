"""An answer that is lost or unclear: nobody is written to twice, nobody is forgotten, everybody is paid for once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts import connections
from campaigns import dispatch, jobs, settlement
from campaigns.models import Batch, Campaign, Message
from smspanel import clock, doorbell
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.values import Outgoing, Submission
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]
SUBMIT, LOOK_UP = "/messages/send_sms.json", "/messages/reports.json"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """No time passes but by `travel`, however long the steps of a test take."""
    with clock.stop():
        yield


def submissions(sending: Sending) -> int:
    """Return how many submissions reached the provider."""
    return len(sending.simulator.journal(path=SUBMIT))


def look_ups(sending: Sending) -> int:
    """Return how often the provider was asked what it has."""
    return len(sending.simulator.journal(path=LOOK_UP))


def wait_before_asking(sending: Sending, seconds: int = 30) -> None:
    """Let an unclear answer rest that long before the provider is asked."""
    sending.connection.grace_seconds = seconds
    sending.connection.save()


def assert_everybody_once(sending: Sending, campaign: Campaign) -> None:
    """Check the air, the messages, the points and every invariant after a whole campaign to TEN."""
    campaign.refresh_from_db()
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert (campaign.state, states(campaign)) == (Campaign.State.FINISHED, {"SENT": 10})
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


@pytest.mark.parametrize("action", ["take_then_drop", "truncate", "html", "garbage", "empty", "null"])
def test_messages_whose_answer_was_lost_are_found_and_not_sent_again(sending: Sending, action: str) -> None:
    sending.simulator.fault(action, SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    assert (submissions(sending), look_ups(sending)) == (1, 1)
    assert_everybody_once(sending, campaign)


@pytest.mark.parametrize(
    ("action", "details"),
    [
        ("drop_before", {}),
        ("html", {"take": False}),
        ("empty", {"take": False}),
        ("status", {"status": 500}),
        ("status", {"status": 302}),
    ],
)
def test_messages_that_the_provider_does_not_have_are_sent_again(
    sending: Sending, action: str, details: dict[str, Any]
) -> None:
    sending.simulator.fault(action, SUBMIT, **details)
    campaign = sending.send([sending.group(TEN)])
    assert (submissions(sending), look_ups(sending)) == (2, 1)
    assert_everybody_once(sending, campaign)


def test_a_provider_that_answers_too_late_is_asked_what_it_took(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SerwerSmsClient, "deadline_seconds", 1.5)
    sending.simulator.fault("delay", SUBMIT, seconds=30)
    campaign = sending.send([sending.group(TEN)])
    assert submissions(sending) == 1
    assert_everybody_once(sending, campaign)


def test_the_provider_is_not_asked_before_the_grace_is_over(sending: Sending) -> None:
    wait_before_asking(sending, 30)
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    with clock.travel(seconds=29):
        doorbell.run_all_due()
    assert (states(campaign), look_ups(sending)) == ({"UNKNOWN": 10}, 0)
    assert sending.persona.available == 1_000 - 10 * PRICE
    with clock.travel(seconds=31):
        doorbell.run_all_due()
    assert_everybody_once(sending, campaign)


def test_nothing_is_charged_while_nobody_knows(sending: Sending) -> None:
    wait_before_asking(sending)
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    assert campaign.hold is not None
    assert not campaign.hold.resolutions.exists()
    assert campaign.state == Campaign.State.SENDING
    assert_all_hold()


def test_only_the_part_that_the_provider_does_not_have_is_sent_again(sending: Sending) -> None:
    wait_before_asking(sending)
    sending.simulator.fault("drop_before", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    messages = Message.objects.filter(campaign=campaign, msisdn__in=TEN[:4]).select_related("campaign")
    outgoing = tuple(Outgoing(message.ref, message.msisdn, "Hello") for message in messages)
    connections.client_for(sending.connection).submit(Submission("half", outgoing))
    doorbell.run_all_due()
    with clock.travel(seconds=31):
        doorbell.run_all_due()
    assert sorted(Batch.objects.values_list("state", "size")) == [("ACCEPTED", 4), ("ACCEPTED", 6)]
    assert_everybody_once(sending, campaign)


def test_a_look_up_that_fails_is_repeated_later(sending: Sending) -> None:
    sending.simulator.fault("take_then_drop", SUBMIT)
    sending.simulator.fault("status", LOOK_UP, status=500)
    campaign = sending.send([sending.group(TEN)])
    assert (states(campaign), look_ups(sending)) == ({"UNKNOWN": 10}, 1)
    with clock.travel(seconds=14):
        doorbell.run_all_due()
    assert look_ups(sending) == 1
    with clock.travel(seconds=16):
        doorbell.run_all_due()
    assert_everybody_once(sending, campaign)


def test_a_look_up_that_cannot_tell_is_repeated_later(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    sending.simulator.fault("take_then_drop", SUBMIT)
    with monkeypatch.context() as blurred:
        blurred.setattr("smspanel.providers.serwersms.wire._TAKEN", frozenset[str]())
        campaign = sending.send([sending.group(TEN)])
    assert [*Batch.objects.values_list("state", "size")] == [("UNKNOWN", 10)]
    with clock.travel(seconds=16):
        doorbell.run_all_due()
    assert_everybody_once(sending, campaign)


def test_an_answer_that_names_nobody_is_unclear(sending: Sending) -> None:
    sending.simulator.settings("serwersms", omit_items=True)
    campaign = sending.send([sending.group(TEN)])
    assert look_ups(sending) == 1
    assert_everybody_once(sending, campaign)


def test_a_number_that_the_answer_leaves_out_is_looked_up_by_itself(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    items_of = "smspanel.providers.serwersms.wire.items_of"
    with monkeypatch.context() as forgetful:
        forgetful.setattr(items_of, lambda payload: payload["items"][:-1])
        campaign = sending.confirm([sending.group(TEN)])
        jobs.start(campaign.pk)
        jobs.expand(campaign.pk)
        jobs.dispatch(campaign.pk)
    assert states(campaign) == {"SENT": 9, "UNKNOWN": 1}
    doorbell.run_all_due()
    assert submissions(sending) == 1
    assert_everybody_once(sending, campaign)


def test_a_bell_of_an_earlier_attempt_does_nothing(sending: Sending) -> None:
    wait_before_asking(sending)
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    batch = Batch.objects.get(campaign=campaign)
    settlement.settle(batch.pk, batch.attempt - 1)
    settlement.settle(batch.pk, batch.attempt + 1)
    assert (states(campaign), look_ups(sending)) == ({"UNKNOWN": 10}, 0)


def test_a_submission_is_not_suspected_while_its_lease_runs(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    with clock.travel(seconds=59):
        doorbell.run_all_due()
    assert states(campaign) == {"SUBMITTING": 10}
    with clock.travel(seconds=61):
        doorbell.run_all_due()
    assert_everybody_once(sending, campaign)


def test_a_second_loss_is_settled_like_the_first(sending: Sending) -> None:
    sending.simulator.fault("drop_before", SUBMIT, times=2)
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    assert (submissions(sending), Batch.objects.get(campaign=campaign).attempt) == (3, 3)
    assert_everybody_once(sending, campaign)
