"""A provider that says no, or cannot be reached: nothing is charged, and people read why and what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import points
from accounts.models import Connection
from campaigns import dispatch, jobs, lifecycle, queueing
from campaigns.models import Batch, Campaign, Message
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]
SUBMIT = "/messages/send_sms.json"
NOBODY_LISTENS = "http://127.0.0.1:9"


def submissions(sending: Sending) -> int:
    """Return how many submissions reached the provider."""
    return len(sending.simulator.journal(path=SUBMIT))


def waits(batch: Batch) -> float:
    """Return in how many seconds the batch is tried again."""
    batch.refresh_from_db()
    assert batch.next_attempt_at is not None
    return (batch.next_attempt_at - clock.now()).total_seconds()


def test_a_provider_that_cannot_be_reached_is_tried_again_at_growing_intervals(sending: Sending) -> None:
    Connection.objects.update(base_url=NOBODY_LISTENS)
    campaign = sending.send([sending.group(TEN)])
    batch, seen, ahead = Batch.objects.get(campaign=campaign), [], 0.0
    for _attempt in range(10):
        seen.append(round(waits(batch) - ahead))
        ahead += seen[-1] + 1
        with clock.travel(seconds=ahead):
            doorbell.run_all_due()
    assert seen == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert (batch.state, states(campaign)) == (Batch.State.READY, {"QUEUED": 10})


def test_a_provider_that_comes_back_gets_everything_once(sending: Sending) -> None:
    Connection.objects.update(base_url=NOBODY_LISTENS)
    campaign = sending.send([sending.group(TEN)])
    assert "cannot be reached" in Batch.objects.get(campaign=campaign).problem
    Connection.objects.update(base_url=sending.simulator.url("serwersms"))
    with clock.travel(seconds=3):
        doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


def test_trouble_is_shown_on_the_connection(sending: Sending) -> None:
    Connection.objects.update(base_url=NOBODY_LISTENS)
    sending.send([sending.group(TEN)])
    sending.connection.refresh_from_db()
    assert "nothing was sent" in sending.connection.last_error
    assert sending.connection.last_error_at is not None


def test_a_provider_that_asks_for_patience_is_given_it(sending: Sending) -> None:
    sending.simulator.fault("status", SUBMIT, status=429, retry_after=90)
    campaign = sending.send([sending.group(TEN)])
    with clock.travel(seconds=89):
        doorbell.run_all_due()
    assert (submissions(sending), states(campaign)) == (1, {"QUEUED": 10})
    with clock.travel(seconds=91):
        doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_nobody_waits_longer_than_five_minutes(sending: Sending) -> None:
    sending.simulator.fault("status", SUBMIT, status=429, retry_after=9_000)
    campaign = sending.send([sending.group(TEN)])
    assert waits(Batch.objects.get(campaign=campaign)) == pytest.approx(300, abs=5)


def used_up_after_four(sending: Sending) -> Campaign:
    """Send to TEN in batches of four through a provider account that holds only four."""
    sending.connection.batch_size = 4
    sending.connection.save()
    sending.simulator.settings("serwersms", eco_limit=4)
    return sending.send([sending.group(TEN)])


def test_a_used_up_provider_account_pauses_the_campaign_with_a_sentence(sending: Sending) -> None:
    campaign = used_up_after_four(sending)
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.PROVIDER)
    assert "Top it up there, then resume the campaign." in campaign.problem
    assert "3000" in campaign.provider_answer
    assert submissions(sending) == 2


def test_only_what_left_before_the_pause_is_charged(sending: Sending) -> None:
    campaign = used_up_after_four(sending)
    assert points.balance(sending.account) == points.Balance(posted=1_000 - 4 * PRICE, held=6 * PRICE)
    assert states(campaign) == {"SENT": 4, "QUEUED": 6}
    assert_all_hold()


def test_a_paused_campaign_goes_on_where_it_stopped(sending: Sending) -> None:
    campaign = used_up_after_four(sending)
    sending.simulator.settings("serwersms", eco_limit=None)
    doorbell.run_all_due()
    assert sum(sending.air().values()) == 4
    lifecycle.resume(campaign=campaign, actor=sending.persona.user)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert (campaign.state, campaign.problem, campaign.provider_answer) == (Campaign.State.FINISHED, "", "")
    assert_all_hold()


@pytest.mark.parametrize("switch", [{"token": "another"}, {"inactive": True}, {"eco_allowed": False}])
def test_a_refused_sign_in_pauses_the_campaign(sending: Sending, switch: dict[str, object]) -> None:
    sending.simulator.settings("serwersms", **switch)
    campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.PROVIDER)
    assert "Check the credentials." in campaign.problem
    assert points.balance(sending.account) == points.Balance(posted=1_000, held=10 * PRICE)


def test_credentials_that_cannot_be_opened_pause_the_campaign(sending: Sending) -> None:
    Connection.objects.update(sealed_credentials="gAAAA-not-ours")
    campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, sending.air()) == (Campaign.State.HOLD, {})
    assert "not set up completely" in campaign.problem


def test_a_request_that_is_refused_as_a_whole_fails_and_costs_nothing(sending: Sending) -> None:
    campaign = sending.send([sending.group(TEN)], text="a" * 153 * 7)
    assert campaign.state == Campaign.State.FINISHED_INCOMPLETE
    assert (states(campaign), sending.persona.available) == ({"FAILED": 10}, 1_000)
    assert Message.objects.filter(reason="The provider refused these messages.").count() == 10
    assert_all_hold()


def test_a_refusal_of_one_submission_does_not_stop_the_others(sending: Sending) -> None:
    sending.connection.batch_size = 4
    sending.connection.save()
    sending.simulator.fault("status", SUBMIT, status=422)
    campaign = sending.send([sending.group(TEN)])
    assert states(campaign) == {"FAILED": 4, "SENT": 6}
    assert sending.persona.available == 1_000 - 6 * PRICE


def test_a_connection_that_is_switched_off_pauses_the_campaign(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    Connection.objects.update(is_active=False)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, submissions(sending)) == (Campaign.State.HOLD, 0)
    assert "switched off" in campaign.problem


def test_a_connection_carries_no_more_calls_at_once_than_it_may(sending: Sending) -> None:
    Connection.objects.update(max_parallel=2, batch_size=3)
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    claimed = [dispatch.claim(campaign.pk) for _ in range(3)]
    assert [batch is not None for batch in claimed] == [True, True, False]
    assert dispatch.due_dispatches() == []


def test_a_submission_whose_process_died_frees_its_place(sending: Sending) -> None:
    Connection.objects.update(max_parallel=1)
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    assert dispatch.claim(campaign.pk) is not None
    with clock.travel(seconds=queueing.LEASE / timedelta(seconds=1) + 1):
        doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)
