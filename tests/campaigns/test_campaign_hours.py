"""A campaign's own hours, narrower than its account's: in the plan, at dispatch, and over the nights clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from campaigns import windows
from campaigns.models import Campaign, Plan, Spread
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
WARSAW = ZoneInfo("Europe/Warsaw")


def hours(text: str) -> dict[str, Any]:
    """Read hours such as 22-2; nothing for none."""
    start, end = (time(int(hour)) for hour in text.split("-")) if text else (None, None)
    return {"window_start": start, "window_end": end}


def campaign(own: str, account: str = "8-22", **fields: int) -> Campaign:
    """Return a campaign with these hours of an account with those."""
    return Campaign(account=Account(time_zone="Europe/Warsaw", **hours(account)), **hours(own), **fields)


def local(text: str) -> datetime:
    """Read a time in Warsaw."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("own", "account", "fits"),
    [
        ("9-17", "8-22", True),
        ("8-22", "8-22", True),
        ("7-17", "8-22", False),
        ("9-23", "8-22", False),
        ("21-9", "8-22", False),
        ("21-1", "20-2", True),
        ("0-1", "20-2", True),
        ("19-1", "20-2", False),
        ("20-3", "20-2", False),
        ("22-4", "", True),
        ("", "8-22", True),
    ],
)
def test_they_lie_within_the_hours_of_the_account(own: str, account: str, fits: bool) -> None:
    assert windows.fits(campaign(own, account)) is fits


def test_both_hold_where_the_account_s_were_narrowed_since() -> None:
    late = campaign("9-17", "12-22")
    opened = [hour for hour in range(24) if windows.is_open(late, local(f"2026-06-01 {hour:02}:00"))]
    assert opened == [12, 13, 14, 15, 16]
    assert windows.next_opening(late, local("2026-06-01 17:00")) == local("2026-06-02 12:00")


def test_hours_with_nothing_in_common_are_looked_at_again_a_day_later() -> None:
    never, at = campaign("9-11", "12-22"), local("2026-06-01 10:00")
    assert windows.next_opening(never, at) == at + timedelta(days=1)


@pytest.mark.parametrize(
    ("own", "night", "opens", "length"),
    [
        ("2-4", "2026-03-29", "01:00", 1),
        ("2-4", "2026-10-25", "00:00", 3),
        ("1-2", "2026-03-29", "00:00", 1),
        ("1-3", "2026-10-25", "23:00", 3),
        ("3-4", "2026-10-25", "02:00", 1),
    ],
)
def test_a_night_in_which_clocks_change_is_as_long_as_it_is(own: str, night: str, opens: str, length: int) -> None:
    night_owl = campaign(own, "")
    evening = local(f"{night} 00:00").astimezone(UTC) - timedelta(minutes=1)
    opening = windows.next_opening(night_owl, evening)
    assert f"{opening:%H:%M}" == opens
    assert windows.open_time(night_owl, evening, evening + timedelta(hours=12)) == timedelta(hours=length)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe"]),
    edges=st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1]),
)
def test_openings_and_closings_are_where_the_hours_change(at: datetime, zone: str, edges: tuple[int, int]) -> None:
    start, end = (time(minute // 60, minute % 60) for minute in edges)
    own = Campaign(account=Account(time_zone=zone, window_start=None, window_end=None))
    own.window_start, own.window_end = start, end
    opens, moment = windows.next_opening(own, at), timedelta(microseconds=1)
    assert windows.is_open(own, opens)
    assert opens == at or not windows.is_open(own, opens - moment)
    closes = windows.closing(own, opens)
    assert closes is not None
    assert windows.is_open(own, closes - moment)
    assert not windows.is_open(own, closes)
    assert windows.opening(own, closes - moment) in {opens, windows.opening(own, opens)}


def test_a_campaign_rests_outside_its_hours_and_goes_on_by_itself(sending: Sending) -> None:
    now = clock.now().astimezone(WARSAW)
    start = (now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    own = {"window_start": start, "window_end": (now + timedelta(hours=4)).time().replace(second=0, microsecond=0)}
    resting = sending.send([sending.group(TEN)], **own)
    assert (resting.state, resting.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.WINDOW)
    assert resting.resume_at is not None
    assert resting.resume_at.astimezone(WARSAW).time() == start
    with clock.travel(hours=2, minutes=1):
        doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert_all_hold()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (hours("6-12"), "beyond those of your account, which are 08:00 to 22:00"),
        (hours("9-12") | {"start_at": "15:00"}, "outside the hours that you chose for this campaign"),
        (hours("9-12") | {"start_at": "23:00"}, "outside the sending hours of your account"),
    ],
)
def test_the_plan_says_what_is_wrong_with_them(sending: Sending, fields: dict[str, Any], sentence: str) -> None:
    Account.objects.filter(pk=sending.account.pk).update(**hours("8-22"))
    sending.account.refresh_from_db()
    if "start_at" in fields:
        fields = fields | {"start_at": local(f"{clock.now().date() + timedelta(days=2)} {fields['start_at']}")}
    plan = sending.draft([sending.group(TEN)], **fields).plan
    assert (plan.status, len(plan.problems)) == (Plan.Status.REFUSED, 1)
    assert sentence in plan.problems[0]


def test_the_plan_starts_and_ends_within_them(sending: Sending) -> None:
    day = clock.now().astimezone(WARSAW).date() + timedelta(days=2)
    start = local(f"{day} 10:00")
    fields = hours("9-11") | {"start_at": start, "spread_minutes": Spread.TWO_HOURS}
    plan = sending.draft([sending.group(TEN)], **fields).plan
    assert (plan.starts_at, plan.finishes_at) == (start, local(f"{day + timedelta(days=1)} 10:00"))


@pytest.mark.parametrize("window", [{"window_start": time(9)}, {"window_start": time(9), "window_end": time(9)}])
def test_the_database_takes_neither_half_nor_equal_ends(sending: Sending, window: dict[str, time]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(account=sending.account, name="Half", **window)
