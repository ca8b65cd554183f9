"""A scheduled campaign: the sweeper starts it at its time, and one that is too late is missed instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import points
from campaigns import jobs
from campaigns.models import Campaign
from smspanel import clock, tick
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
TOLERANCE = timedelta(hours=2)
RUNG = "smspanel.doorbell.ring_now"


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign that is to start in an hour."""
    return sending.confirm([sending.group(TEN)], start_at=clock.now() + timedelta(hours=1))


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the sweeper rings for; the queue server is not wanted here."""
    bells: list[tuple[object, ...]] = []

    def ring(*bell: object) -> bool:
        bells.append(bell)
        return True

    monkeypatch.setattr(RUNG, ring)
    return bells


@pytest.mark.parametrize(("minutes", "bells"), [(0, 0), (59.9, 0), (60.1, 1), (300, 1)])
def test_the_sweeper_rings_from_the_campaign_s_time_on(
    campaign: Campaign, rung: list[tuple[object, ...]], minutes: float, bells: int
) -> None:
    with clock.travel(minutes=minutes):
        tick.sweep()
    assert rung.count(("campaigns.jobs.start", campaign.pk)) == bells


def test_a_bell_before_its_time_starts_nothing(campaign: Campaign) -> None:
    with clock.travel(minutes=59):
        jobs.start(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.started_at) == (Campaign.State.TO_SEND, None)


@pytest.mark.parametrize(
    "late, state",
    [
        (timedelta(seconds=1), Campaign.State.EXPANDING),
        (TOLERANCE - timedelta(minutes=1), Campaign.State.EXPANDING),
        (TOLERANCE + timedelta(minutes=1), Campaign.State.MISSED),
    ],
)
def test_a_late_start_is_a_start_until_it_is_too_late(campaign: Campaign, late: timedelta, state: str) -> None:
    with clock.travel(hours=1, seconds=late.total_seconds()):
        jobs.start(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == state
    assert_all_hold()


@pytest.mark.parametrize(
    ("tolerance", "minutes", "state"),
    [
        (15, 14, "EXPANDING"),
        (15, 16, "MISSED"),
        (720, 719, "EXPANDING"),
        (720, 721, "MISSED"),
        (1440, 1439, "EXPANDING"),
    ],
)
def test_its_owner_chooses_how_late_is_too_late(sending: Sending, tolerance: int, minutes: float, state: str) -> None:
    start = clock.now() + timedelta(hours=1)
    campaign = sending.confirm([sending.group(TEN)], start_at=start, tolerance_minutes=tolerance)
    with clock.travel(minutes=60 + minutes):
        jobs.start(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == state


def test_a_missed_campaign_gives_every_point_back_and_stays_missed(sending: Sending, campaign: Campaign) -> None:
    with clock.travel(hours=4):
        jobs.start(campaign.pk)
        jobs.start(campaign.pk)
        assert (campaign.pk,) not in jobs.due_starts()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.finished_at is not None) == (Campaign.State.MISSED, True)
    assert points.balance(sending.account) == points.Balance(posted=1_000, held=0)


def test_a_second_bell_does_not_start_a_campaign_again(campaign: Campaign) -> None:
    with clock.travel(hours=1, seconds=1):
        jobs.start(campaign.pk)
    campaign.refresh_from_db()
    started = campaign.started_at
    with clock.travel(hours=5):
        jobs.start(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.started_at) == (Campaign.State.EXPANDING, started)


def test_the_points_are_held_from_the_confirmation_on(sending: Sending, campaign: Campaign) -> None:
    assert points.balance(sending.account) == points.Balance(posted=1_000, held=10 * PRICE)
