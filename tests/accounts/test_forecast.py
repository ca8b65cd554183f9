"""When a balance will be used up, by what was used lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.balances import forecast

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def readings(*values: str, hours: float = 24) -> list[tuple[datetime, Decimal]]:
    """Return one reading every so many hours."""
    return [(START + timedelta(hours=hours * index), Decimal(value)) for index, value in enumerate(values)]


@pytest.mark.parametrize(
    "values, days_after_the_last",
    [
        (("100", "90", "80"), 8),
        (("100", "100", "80"), 8),
        (("10.5", "7.0", "3.5"), 1),
        (("20", "10", "0"), 0),
        (("20", "10", "-5"), 0),
        (("30", "20", "120", "110"), 16.5),
    ],
    ids=["steadily", "at-once", "fractions", "used-up", "overdrawn", "topped-up-between"],
)
def test_what_is_left_is_divided_by_what_was_used(values: tuple[str, ...], days_after_the_last: float) -> None:
    given = readings(*values)
    assert forecast(given) == given[-1][0] + timedelta(days=days_after_the_last)


@pytest.mark.parametrize("values", [(), ("100",), ("100", "50"), ("100", "100", "100"), ("100", "110", "500")])
def test_nothing_is_foretold_without_a_decrease_or_from_two_readings(values: tuple[str, ...]) -> None:
    assert forecast(readings(*values)) is None


def test_less_than_a_day_foretells_nothing() -> None:
    assert forecast(readings("100", "90", "80", hours=11.9)) is None
    assert forecast(readings("100", "90", "80", hours=12)) is not None


def test_what_lasts_for_ages_is_not_foretold() -> None:
    assert forecast(readings("99999999999999", "99999999999999", "99999999999998.9999")) is None
