"""The sending hours of an account: at scheduling, at dispatch, in any zone, and on the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from campaigns import jobs, lifecycle, windows
from campaigns.models import Campaign
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
WARSAW = "Europe/Warsaw"


def account(zone: str = WARSAW, start: int | None = 8, end: int | None = 22) -> Account:
    """Return an account with these hours."""
    hours = [None if hour is None else time(hour) for hour in (start, end)]
    return Account(time_zone=zone, window_start=hours[0], window_end=hours[1])


def utc(text: str) -> datetime:
    """Read a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = WARSAW) -> datetime:
    """Read a time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    "at, expected",
    [("07:59:59", False), ("08:00", True), ("21:59:59", True), ("22:00", False), ("00:00", False)],
)
def test_the_hours_begin_with_the_first_and_end_before_the_last_moment(at: str, expected: bool) -> None:
    assert windows.is_open(account(), local(f"2026-06-01 {at}")) is expected


@pytest.mark.parametrize(
    "zone, opens",
    [
        (WARSAW, "2026-06-02 06:00"),
        ("UTC", "2026-06-02 08:00"),
        ("America/New_York", "2026-06-02 12:00"),
        ("Asia/Kolkata", "2026-06-02 02:30"),
        ("Pacific/Auckland", "2026-06-01 20:00"),
    ],
)
def test_the_hours_are_those_of_the_account_s_own_zone(zone: str, opens: str) -> None:
    night = local("2026-06-02 03:00", zone)
    assert windows.next_opening(account(zone), night) == utc(opens)


@pytest.mark.parametrize(
    "night, opens, hours_later",
    [
        ("2026-03-28 22:00", "2026-03-29 06:00", 9),
        ("2026-03-29 01:59", "2026-03-29 06:00", 5 + 1 / 60),
        ("2026-03-29 03:00", "2026-03-29 06:00", 5),
        ("2026-10-24 22:00", "2026-10-25 07:00", 11),
        ("2026-10-25 02:30", "2026-10-25 07:00", 6.5),
        ("2026-10-25 07:59", "2026-10-25 07:00", 1 / 60),
    ],
)
def test_the_hours_open_at_eight_after_both_nights_in_which_clocks_change(
    night: str, opens: str, hours_later: float
) -> None:
    opening = windows.next_opening(account(), local(night))
    assert opening == utc(opens)
    assert (opening - local(night).astimezone(UTC)) / timedelta(hours=1) == pytest.approx(hours_later)


@pytest.mark.parametrize(("day", "closes"), [("2026-03-29", "20:00"), ("2026-10-25", "21:00"), ("2026-10-24", "20:00")])
def test_the_hours_close_at_ten_on_the_days_after_them(day: str, closes: str) -> None:
    assert windows.closing(account(), local(f"{day} 12:00")) == utc(f"{day} {closes}")


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_work_that_rests_over_such_a_night_takes_as_long_as_any_other(night: str) -> None:
    start, morning = local(f"{night} 21:00"), local(f"{night} 09:00") + timedelta(days=1)
    assert windows.finish(account(), start, timedelta(hours=2)) == morning


def test_a_window_over_midnight_is_open_at_night() -> None:
    late = account(start=20, end=2)
    opened = [hour for hour in range(24) if windows.is_open(late, local(f"2026-06-01 {hour:02}:00"))]
    assert opened == [0, 1, 20, 21, 22, 23]
    assert windows.closing(late, local("2026-06-01 23:00")) == local("2026-06-02 02:00")


def test_without_hours_it_is_always_open() -> None:
    always, at = account(start=None, end=None), local("2026-06-01 03:00")
    assert windows.next_opening(always, at) == at
    assert windows.closing(always, at) is None
    assert windows.finish(always, at, timedelta(days=3)) == at + timedelta(days=3)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    minutes=st.integers(0, 5_000),
    zone=st.sampled_from([WARSAW, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    hours=st.tuples(st.integers(4, 23), st.integers(4, 23)).filter(lambda pair: pair[0] != pair[1]),
)
def test_the_next_opening_is_open_and_nothing_ends_outside_the_hours(
    at: datetime, minutes: int, zone: str, hours: tuple[int, int]
) -> None:
    of, length = account(zone, *hours), timedelta(minutes=minutes)
    opening, end = windows.next_opening(of, at), windows.finish(of, at, length)
    assert at <= opening <= at + timedelta(hours=25)
    assert windows.is_open(of, opening)
    assert end >= opening + length
    assert windows.is_open(of, end) or windows.is_open(of, end - timedelta(microseconds=1))


def set_hours(sending: Sending, begin: timedelta, end: timedelta) -> None:
    """Let the account send only between these times from now, whatever the hour of the test."""
    now = clock.now().astimezone(sending.account.zone)
    hours = [(now + offset).time().replace(microsecond=0) for offset in (begin, end)]
    Account.objects.filter(pk=sending.account.pk).update(window_start=hours[0], window_end=hours[1])
    sending.account.refresh_from_db()


def test_a_start_outside_the_hours_is_refused_by_the_plan(sending: Sending) -> None:
    set_hours(sending, timedelta(hours=-1), timedelta(hours=1))
    campaign = sending.draft([sending.group(TEN)], start_at=clock.now() + timedelta(hours=3))
    assert campaign.plan.problems == [
        "The start lies outside the sending hours of your account. Choose an hour within them."
    ]


def test_a_start_at_once_outside_the_hours_is_planned_for_the_morning(sending: Sending) -> None:
    set_hours(sending, timedelta(hours=3), timedelta(hours=5))
    plan = sending.draft([sending.group(TEN)]).plan
    assert plan.starts_at is not None
    assert abs(plan.starts_at - clock.now() - timedelta(hours=3)) < timedelta(minutes=1)


def test_nothing_leaves_outside_the_hours_and_everything_in_the_morning(sending: Sending) -> None:
    set_hours(sending, timedelta(hours=3), timedelta(hours=5))
    campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, campaign.hold_reason, sending.air()) == ("HOLD", Campaign.HoldReason.WINDOW, {})
    assert campaign.resume_at is not None
    with clock.travel(hours=2, minutes=59):
        doorbell.run_all_due()
    assert states(campaign) == {"QUEUED": 10}
    with clock.travel(hours=3, seconds=5):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FINISHED
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_a_person_who_resumes_at_night_only_has_it_wait_again(sending: Sending) -> None:
    set_hours(sending, timedelta(hours=3), timedelta(hours=5))
    campaign = sending.send([sending.group(TEN)])
    lifecycle.resume(campaign=campaign, actor=None)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hold_reason, sending.air()) == ("HOLD", Campaign.HoldReason.WINDOW, {})
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


def test_what_a_person_paused_does_not_go_on_in_the_morning(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    lifecycle.pause(campaign=campaign, actor=None)
    Campaign.objects.update(resume_at=clock.now())
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, sending.air()) == (Campaign.State.HOLD, {})


@pytest.mark.parametrize("nights", [0, 1, 3])
def test_every_rest_between_start_and_finish_is_named(nights: int) -> None:
    start = local("2026-06-01 21:00")
    finish = windows.finish(account(), start, timedelta(hours=0.5 + 14 * nights))
    found = list(windows.rests(account(), start, finish))
    assert len(found) == nights
    for closed, opened in found:
        assert closed.astimezone(ZoneInfo(WARSAW)).hour == 22
        assert opened - closed == timedelta(hours=10)


def test_what_never_closes_never_rests() -> None:
    start = local("2026-06-01 21:00")
    assert list(windows.rests(account(start=None, end=None), start, start + timedelta(days=9))) == []
