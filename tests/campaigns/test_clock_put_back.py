"""What a clock that was ahead has written is not waited for once it is put back."""

from __future__ import annotations

import pytest

from campaigns import dispatch, jobs, settlement
from campaigns.models import Batch, Campaign
from smspanel import clock, doorbell, tick
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold

FOUR = [number(index) for index in range(10, 14)]
SUBMIT = "/messages/send_sms.json"


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to FOUR with its messages made."""
    sending.account.window_start = sending.account.window_end = None
    sending.account.save()
    confirmed = sending.confirm([sending.group(FOUR)])
    jobs.start(confirmed.pk)
    jobs.expand(confirmed.pk)
    return confirmed


def test_the_heartbeat_goes_on(db: None) -> None:
    with clock.travel(days=1):
        assert tick.acquire("tick", holder="killed")
    assert tick.acquire("tick", holder="another")
    assert not tick.acquire("tick", holder="a third")


def test_a_lease_of_somebody_who_looked_at_the_clock_a_moment_later_is_theirs(db: None) -> None:
    with clock.travel(seconds=5):
        assert tick.acquire("tick", holder="waited for the lock")
    assert not tick.acquire("tick", holder="looked earlier")


def test_a_submission_of_a_process_whose_clock_is_a_little_ahead_is_left_to_it(campaign: Campaign) -> None:
    with clock.travel(seconds=5):
        assert dispatch.claim(campaign.pk) is not None
    assert settlement.due_suspects() == []


def test_a_submission_whose_process_died_is_looked_up_and_sent(sending: Sending, campaign: Campaign) -> None:
    with clock.travel(days=1):
        assert dispatch.claim(campaign.pk) is not None
    doorbell.run_all_due()
    assert states(campaign) == {"SENT": 4}
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert_all_hold()


def test_a_submission_that_the_provider_put_off_is_made_again(sending: Sending, campaign: Campaign) -> None:
    sending.simulator.fault("status", SUBMIT, status=429, retry_after=5)
    with clock.travel(days=1):
        jobs.dispatch(campaign.pk)
    assert Batch.objects.get().state == Batch.State.READY
    doorbell.run_all_due()
    assert states(campaign) == {"SENT": 4}


def test_a_look_up_that_was_put_off_is_asked_for_again_by_a_restarted_process(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.simulator.fault("take_then_drop", SUBMIT)
    sending.simulator.fault("status", "/messages/reports.json", status=503)
    with clock.travel(days=1):
        doorbell.run_all_due()
    assert states(campaign) == {"UNKNOWN": 4}
    monkeypatch.setattr(settlement, "_patience", clock.Patience())
    doorbell.run_all_due()
    assert states(campaign) == {"SENT": 4}


def test_what_is_not_due_yet_waits_as_before(sending: Sending, campaign: Campaign) -> None:
    sending.simulator.fault("status", SUBMIT, status=429, retry_after=200)
    jobs.dispatch(campaign.pk)
    doorbell.run_all_due()
    assert states(campaign) == {"QUEUED": 4}
