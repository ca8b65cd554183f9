"""R24: a clock that is put while the panel runs has scheduled campaigns wait a minute; none starts before its time."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from campaigns import jobs
from campaigns.models import Campaign
from smspanel import clock, clock_steps, doorbell, tick
from smspanel.models import ClockStep
from tests.campaigns.sending import Sending, number

HOUR = 3_600


@pytest.fixture
def watch(db: None) -> clock_steps.Watch:
    """What a tick looks at before every sweep."""
    return clock_steps.Watch()


def scheduled(sending: Sending, **ahead: float) -> Campaign:
    """Confirm a campaign that is to start then, at any hour."""
    sending.account.window_start = sending.account.window_end = None
    sending.account.save()
    return sending.confirm([sending.group([number(10)])], start_at=clock.now() + timedelta(**ahead))


def has_begun(campaign: Campaign) -> bool:
    """Do what is due, and say whether the campaign has started."""
    doorbell.run_all_due()
    return Campaign.objects.get(pk=campaign.pk).started_at is not None


def test_a_start_that_a_step_makes_due_waits_a_minute(sending: Sending, watch: clock_steps.Watch) -> None:
    campaign = scheduled(sending, minutes=30)
    with clock.put(seconds=HOUR):
        watch.look()
        assert not has_begun(campaign)
        with clock.travel(seconds=59):
            watch.look()
            assert not has_begun(campaign)
        with clock.travel(seconds=61):
            assert has_begun(campaign)


def test_a_clock_that_is_set_right_within_the_minute_starts_nothing_too_soon(
    sending: Sending, watch: clock_steps.Watch
) -> None:
    campaign = scheduled(sending, minutes=30)
    with clock.put(seconds=HOUR):
        watch.look()
        assert not has_begun(campaign)
    watch.look()
    for minutes in (0, 2, 29):
        with clock.travel(minutes=minutes):
            assert not has_begun(campaign)
    with clock.travel(minutes=31):
        assert has_begun(campaign)


def test_a_clock_that_is_put_back_delays_starts_and_no_longer_than_a_minute(
    sending: Sending, watch: clock_steps.Watch
) -> None:
    campaign = scheduled(sending, minutes=-1, hours=2)
    with clock.travel(hours=3), clock.put(seconds=-HOUR):
        watch.look()
        assert not has_begun(campaign)
        with clock.travel(seconds=61):
            assert has_begun(campaign)


def test_what_is_sent_at_once_does_not_wait(sending: Sending, watch: clock_steps.Watch) -> None:
    with clock.put(seconds=HOUR):
        watch.look()
        sending.account.window_start = sending.account.window_end = None
        sending.account.save()
        assert has_begun(sending.confirm([sending.group([number(10)])]))


def test_a_step_that_a_clock_far_ahead_has_noticed_is_not_waited_for(sending: Sending) -> None:
    campaign = scheduled(sending, minutes=5)
    ClockStep.objects.create(noticed_at=clock.now() + timedelta(days=1), seconds=86_400)
    with clock.travel(minutes=6):
        assert has_begun(campaign)


@pytest.mark.parametrize(("seconds", "steps"), [(29, 0), (-29, 0), (31, 1), (-31, 1)])
def test_a_step_of_more_than_half_a_minute_is_logged_once(
    watch: clock_steps.Watch, caplog: pytest.LogCaptureFixture, seconds: int, steps: int
) -> None:
    with clock.put(seconds=seconds), caplog.at_level(logging.WARNING, "smspanel.clock_steps"):
        for _ in range(2):
            watch.look()
    assert (ClockStep.objects.count(), len(caplog.records)) == (steps, steps)


def test_time_that_passes_is_no_step(watch: clock_steps.Watch) -> None:
    with clock.travel(days=3):
        watch.look()
    assert not ClockStep.objects.exists()


def test_a_campaign_of_priority_waits_too(sending: Sending, watch: clock_steps.Watch) -> None:
    campaign = scheduled(sending, minutes=30)
    Campaign.objects.update(priority=1)
    with clock.put(seconds=HOUR):
        watch.look()
        jobs.urge(campaign.pk)
        assert Campaign.objects.get(pk=campaign.pk).started_at is None


def test_steps_of_long_ago_are_forgotten(watch: clock_steps.Watch) -> None:
    ClockStep.objects.create(noticed_at=clock.now() - timedelta(days=8), seconds=60)
    tick.forget_slots()
    assert not ClockStep.objects.exists()
