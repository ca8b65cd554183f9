"""Pausing: nothing more leaves until somebody resumes, and then everybody gets their message once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts import points
from accounts.models import AuditEntry
from campaigns import dispatch, jobs, lifecycle, outcomes
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign
from smspanel import clock, doorbell
from smspanel.providers import errors
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to TEN of which the first four were sent."""
    sending.connection.batch_size = 4
    sending.connection.save()
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    dispatch.submit(batch)
    return campaign


def pause(campaign: Campaign) -> None:
    """Pause."""
    lifecycle.pause(campaign=campaign, actor=None)
    campaign.refresh_from_db()


def resume(campaign: Campaign) -> None:
    """Resume, and send."""
    lifecycle.resume(campaign=campaign, actor=None)
    doorbell.run_all_due()
    campaign.refresh_from_db()


def test_a_paused_campaign_sends_nothing_however_long_it_waits(sending: Sending, campaign: Campaign) -> None:
    pause(campaign)
    with clock.travel(days=2):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.PERSON)
    assert sum(sending.air().values()) == 4
    assert points.balance(sending.account) == points.Balance(posted=1_000 - 4 * PRICE, held=6 * PRICE)


def test_a_resumed_campaign_reaches_the_others_once(sending: Sending, campaign: Campaign) -> None:
    pause(campaign)
    resume(campaign)
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.FINISHED, "")
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


def test_a_submission_under_way_is_still_written(sending: Sending, campaign: Campaign) -> None:
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    pause(campaign)
    dispatch.submit(batch)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == (Campaign.State.HOLD, {"SENT": 8, "QUEUED": 2})


def test_a_batch_that_waits_for_its_next_attempt_waits_no_longer_after_a_pause(
    sending: Sending, campaign: Campaign
) -> None:
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    outcomes.record_failure(batch, errors.Throttled(retry_after=250))
    pause(campaign)
    resume(campaign)
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_a_paused_campaign_whose_last_message_was_settled_ends(sending: Sending, campaign: Campaign) -> None:
    sending.connection.batch_size = 6
    sending.connection.save()
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    pause(campaign)
    dispatch.submit(batch)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FINISHED
    assert_all_hold()


def test_both_are_written_into_the_audit_trail(sending: Sending, campaign: Campaign) -> None:
    pause(campaign)
    resume(campaign)
    actions = AuditEntry.objects.filter(subject=f"campaigns.Campaign:{campaign.pk}").order_by("pk")
    assert [entry.action for entry in actions] == ["campaign.confirm", "campaign.pause", "campaign.resume"]


def _again(campaign: Campaign) -> None:
    pause(campaign)
    pause(campaign)


def _ended(campaign: Campaign) -> None:
    doorbell.run_all_due()
    pause(campaign)


@pytest.mark.parametrize("what", [_again, _ended])
def test_only_what_is_being_sent_is_paused(campaign: Campaign, what: Callable[[Campaign], None]) -> None:
    with pytest.raises(NotPossibleNow, match="is being sent"):
        what(campaign)


def test_only_what_is_paused_is_resumed(campaign: Campaign) -> None:
    with pytest.raises(NotPossibleNow, match="Only a paused campaign"):
        resume(campaign)
