"""Cancelling: nothing new leaves, what is under way ends first, and the money comes back to the point."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import points
from accounts.models import AuditEntry, Transfer
from campaigns import dispatch, expansion, jobs, lifecycle, outcomes
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign
from smspanel import clock, doorbell
from smspanel.providers import errors
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]
COST = 10 * PRICE


def cancel(campaign: Campaign) -> None:
    """Cancel, and let the workers do what follows."""
    lifecycle.cancel(campaign=campaign, actor=None)
    doorbell.run_all_due()
    campaign.refresh_from_db()


def assert_paid_back(sending: Sending, campaign: Campaign, *, spent: int) -> None:
    """Check that the campaign is over and that exactly so many points are gone."""
    assert campaign.state == Campaign.State.CANCELED
    assert campaign.finished_at is not None
    assert points.balance(sending.account) == points.Balance(posted=1_000 - spent, held=0)
    assert_all_hold()


def begun(sending: Sending, batch_size: int = 4) -> Campaign:
    """Confirm a campaign to TEN and make its messages."""
    sending.connection.batch_size = batch_size
    sending.connection.save()
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign


def test_a_plan_can_be_dropped_before_anything_is_held(sending: Sending) -> None:
    campaign = sending.draft([sending.group(TEN)])
    cancel(campaign)
    assert_paid_back(sending, campaign, spent=0)
    assert not Transfer.objects.filter(kind=Transfer.Kind.VOID).exists()


def test_before_the_start_everything_comes_back(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)], start_at=clock.now() + timedelta(hours=1))
    cancel(campaign)
    assert_paid_back(sending, campaign, spent=0)
    with clock.travel(hours=1, seconds=1):
        doorbell.run_all_due()
    assert (sending.air(), states(campaign)) == ({}, {})


def test_while_messages_are_being_made_everything_comes_back(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "CHUNK", 4)
    monkeypatch.setattr(expansion, "PERSONAL_CHUNK", 4)
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    assert expansion.expand_chunk(campaign.pk)
    assert expansion.expand_chunk(campaign.pk)
    cancel(campaign)
    assert states(campaign) == {"CANCELED": 4}
    assert_paid_back(sending, campaign, spent=0)


def test_while_sending_what_has_left_is_paid_and_the_rest_comes_back(sending: Sending) -> None:
    campaign = begun(sending)
    first = dispatch.claim(campaign.pk)
    assert first is not None
    dispatch.submit(first)
    cancel(campaign)
    assert (sum(sending.air().values()), states(campaign)) == (4, {"SENT": 4, "CANCELED": 6})
    assert Transfer.objects.get(kind=Transfer.Kind.VOID).amount == 6 * PRICE
    assert_paid_back(sending, campaign, spent=4 * PRICE)


def test_a_submission_under_way_ends_before_the_campaign_does(sending: Sending) -> None:
    campaign = begun(sending)
    under_way = dispatch.claim(campaign.pk)
    assert under_way is not None
    cancel(campaign)
    assert (campaign.state, states(campaign)) == ("CANCELING", {"SUBMITTING": 4, "QUEUED": 6})
    assert points.balance(sending.account).held == COST
    dispatch.submit(under_way)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert states(campaign) == {"SENT": 4, "CANCELED": 6}
    assert_paid_back(sending, campaign, spent=4 * PRICE)


def test_a_submission_that_comes_back_after_the_cancellation_is_not_repeated(sending: Sending) -> None:
    campaign = begun(sending, batch_size=10)
    under_way = dispatch.claim(campaign.pk)
    assert under_way is not None
    cancel(campaign)
    outcomes.record_failure(under_way, errors.Unreachable())
    with clock.travel(minutes=10):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (sending.air(), states(campaign)) == ({}, {"CANCELED": 10})
    assert Batch.objects.get(campaign=campaign).state == Batch.State.REFUSED
    assert_paid_back(sending, campaign, spent=0)


def test_an_unclear_submission_is_settled_first_and_then_paid(sending: Sending) -> None:
    sending.connection.grace_seconds = 30
    sending.connection.save()
    sending.simulator.fault("take_then_drop", "/messages/send_sms.json")
    campaign = sending.send([sending.group(TEN)])
    cancel(campaign)
    assert (campaign.state, states(campaign)) == ("CANCELING", {"UNKNOWN": 10})
    with clock.travel(seconds=31):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    assert states(campaign) == {"SENT": 10}
    assert_paid_back(sending, campaign, spent=COST)


def test_a_paused_campaign_can_be_cancelled(sending: Sending) -> None:
    campaign = begun(sending)
    lifecycle.pause(campaign=campaign, actor=None)
    cancel(campaign)
    assert_paid_back(sending, campaign, spent=0)


def test_cancelling_twice_is_cancelling_once(sending: Sending) -> None:
    campaign = begun(sending)
    lifecycle.cancel(campaign=campaign, actor=None)
    lifecycle.cancel(campaign=campaign, actor=None)
    cancel(campaign)
    cancel(campaign)
    assert AuditEntry.objects.filter(action="campaign.cancel").count() == 1
    assert_paid_back(sending, campaign, spent=0)


def test_a_campaign_that_is_over_is_not_cancelled(sending: Sending) -> None:
    campaign = sending.send([sending.group(TEN)])
    with pytest.raises(NotPossibleNow, match="has ended"):
        lifecycle.cancel(campaign=campaign, actor=None)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FINISHED
    assert sending.persona.available == 1_000 - COST


@pytest.mark.parametrize("verb", [lifecycle.pause, lifecycle.resume])
def test_a_cancelled_campaign_neither_pauses_nor_goes_on(sending: Sending, verb: Callable[..., None]) -> None:
    campaign = begun(sending)
    cancel(campaign)
    with pytest.raises(NotPossibleNow):
        verb(campaign=campaign, actor=None)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    jobs.dispatch(campaign.pk)
    assert sending.air() == {}
