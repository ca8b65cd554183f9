"""On which days and at which moments a campaign is sent again: months that are short, clocks that change, ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from campaigns.models import Repetition


def times(rhythm: str, after: str, most: int = 3, at: str = "10:00", **fields: Any) -> list[str]:
    """Return the next moments after one, in UTC."""
    account = Account(time_zone="Europe/Warsaw")
    row = Repetition(
        account=account, rhythm=rhythm, at=time.fromisoformat(at), **{"starts_on": date(2026, 1, 1)} | fields
    )
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    return [f"{one:%Y-%m-%d %H:%M}" for one in row.upcoming(moment, most)]


def test_every_day_from_the_next_moment_on() -> None:
    assert times("DAILY", "2026-06-01 07:59") == ["2026-06-01 08:00", "2026-06-02 08:00", "2026-06-03 08:00"]
    assert times("DAILY", "2026-06-01 08:00", 1) == ["2026-06-02 08:00"]


def test_on_some_days_of_the_week() -> None:
    found = times("WEEKLY", "2026-06-01 12:00", weekdays="15")
    assert found == ["2026-06-05 08:00", "2026-06-08 08:00", "2026-06-12 08:00"]


def test_on_the_last_day_where_the_month_is_shorter() -> None:
    found = times("MONTHLY", "2028-01-30 12:00", 4, day=31)
    assert [one[:10] for one in found] == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


@pytest.mark.parametrize(
    ("at", "after", "expected"),
    [
        ("02:30", "2026-03-27 12:00", ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]),
        ("02:30", "2026-10-23 12:00", ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]),
        ("10:00", "2026-10-24 12:00", ["2026-10-25 09:00", "2026-10-26 09:00", "2026-10-27 09:00"]),
    ],
)
def test_once_a_day_over_both_nights_in_which_clocks_change(at: str, after: str, expected: list[str]) -> None:
    assert times("DAILY", after, at=at) == expected


def test_not_before_its_start_nor_after_its_end_nor_more_often_than_wanted() -> None:
    fields: dict[str, Any] = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 2)}
    assert times("DAILY", "2026-06-01 00:00", **fields) == ["2026-07-01 08:00", "2026-07-02 08:00"]
    account = Account(time_zone="Europe/Warsaw")
    twice = Repetition(account=account, rhythm="DAILY", at=time(10), starts_on=date(2026, 7, 1), most=2)
    assert len(twice.upcoming(datetime(2026, 7, 1, tzinfo=UTC))) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"rhythm": "WEEKLY"}, "at least one day"),
        ({"rhythm": "MONTHLY"}, "which day of the month"),
        ({"rhythm": "DAILY", "ends_on": date(2025, 1, 1)}, "before the start"),
    ],
)
def test_a_rhythm_without_its_days_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Repetition(starts_on=date(2026, 1, 1), **fields).clean()
