"""A connection begins no more submissions in a second than its provider allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Connection
from campaigns import dispatch, jobs
from campaigns.models import Batch, Campaign
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold

SIX = [number(index) for index in range(10, 16)]


def expand(sending: Sending, numbers: list[str], name: str = "Customers") -> Campaign:
    """Confirm a campaign to these numbers and make its messages."""
    campaign = sending.confirm([sending.group(numbers, name)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign


@clock.stop()
def test_submissions_are_spread_over_the_second(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=2, max_parallel=9, batch_size=1)
    campaign = expand(sending, SIX)
    claimed = []
    for seconds in (0, 0.1, 0.4, 0.6, 0.7, 1.2):
        with clock.travel(seconds=seconds):
            claimed.append(dispatch.claim(campaign.pk) is not None)
    assert claimed == [True, False, False, True, False, True]
    assert states(campaign) == {"SUBMITTING": 3, "QUEUED": 3}


def test_the_pace_is_the_connection_s_and_not_the_campaign_s(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=1, max_parallel=9)
    first, second = expand(sending, SIX[:3], "First"), expand(sending, SIX[3:], "Second")
    assert dispatch.claim(first.pk) is not None
    assert dispatch.claim(second.pk) is None
    with clock.travel(seconds=1.1):
        assert dispatch.claim(second.pk) is not None


def test_without_a_limit_nothing_waits(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=0, max_parallel=9, batch_size=1)
    campaign = expand(sending, SIX)
    assert all(dispatch.claim(campaign.pk) for _ in SIX)
    assert Connection.objects.get().next_call_at is None


def test_a_claim_that_has_no_room_does_not_use_up_the_pace(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=1, max_parallel=1, batch_size=1)
    campaign = expand(sending, SIX)
    assert dispatch.claim(campaign.pk) is not None
    with clock.travel(seconds=1.1):
        assert dispatch.claim(campaign.pk) is None
        Batch.objects.update(state=Batch.State.ACCEPTED)
        assert dispatch.claim(campaign.pk) is not None


def test_a_clock_that_was_put_back_stops_nobody(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=1, next_call_at=clock.now() + timedelta(hours=1))
    assert dispatch.claim(expand(sending, SIX).pk) is not None


@pytest.mark.parametrize("calls, seconds", [(1, 1.0), (2, 0.5), (10, 0.1)])
def test_the_pause_is_what_is_left_of_the_interval(calls: int, seconds: float) -> None:
    now = clock.now()
    made = Connection(calls_per_second=calls, next_call_at=now + timedelta(seconds=seconds))
    assert made.pause(now) == timedelta(seconds=seconds)
    assert made.pause(now + timedelta(seconds=seconds)) == timedelta()


def test_a_paced_campaign_reaches_everybody_once(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=20, batch_size=1)
    campaign = expand(sending, SIX)
    while states(campaign)["QUEUED"]:
        doorbell.run_due("dispatch")
    assert sending.air() == dict.fromkeys(SIX, 1)
    assert_all_hold()


def test_a_turn_of_a_worker_goes_on_at_the_pace_instead_of_ending(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=5, batch_size=2)
    campaign = expand(sending, SIX)
    began = clock.monotonic()
    dispatch.dispatch(campaign.pk)
    assert states(campaign)["QUEUED"] == 0
    assert 0.4 <= clock.monotonic() - began < dispatch.SECONDS
    assert sending.air() == dict.fromkeys(SIX, 1)


def test_a_turn_ends_at_once_where_something_else_than_the_pace_is_in_the_way(sending: Sending) -> None:
    Connection.objects.update(calls_per_second=1, max_parallel=1, batch_size=1)
    campaign = expand(sending, SIX)
    assert dispatch.claim(campaign.pk) is not None
    began = clock.monotonic()
    dispatch.dispatch(campaign.pk)
    assert clock.monotonic() - began < dispatch.SECONDS / 2
    assert states(campaign) == {"SUBMITTING": 1, "QUEUED": 5}


def test_a_paced_turn_ends_in_time_for_others(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "SECONDS", 0.3)
    Connection.objects.update(calls_per_second=1, batch_size=1)
    campaign = expand(sending, SIX)
    began = clock.monotonic()
    dispatch.dispatch(campaign.pk)
    assert clock.monotonic() - began < len(SIX)
    assert states(campaign)["QUEUED"] == 5
