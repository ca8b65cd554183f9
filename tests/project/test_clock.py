"""Moments are told in whole milliseconds, which have begun."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smspanel import clock

AT = datetime(2017, 12, 8, 9, 16, 35, tzinfo=UTC)


@pytest.mark.parametrize("microsecond, told", [(0, 0), (90_000, 90), (90_999, 90), (999_999, 999)])
def test_js_07_a_moment_is_told_in_milliseconds_that_have_begun(microsecond: int, told: int) -> None:
    assert clock.milliseconds(AT.replace(microsecond=microsecond)) == 1_512_724_595_000 + told
