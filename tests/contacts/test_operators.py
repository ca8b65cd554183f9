"""The range of a Polish number tells to which operator it was first given (contract E3)."""

from __future__ import annotations

import pytest

from contacts.numbers import Operator, guess_operator


@pytest.mark.parametrize(
    "msisdn, operator",
    [
        ("48500100200", Operator.POLAND_ORANGE),
        ("48600100200", Operator.POLAND_ERA),
        ("48601100200", Operator.POLAND_PLUS),
        ("48730100200", Operator.POLAND_PLAY),
        ("48738100200", Operator.POLAND_OTHER),
        ("48666100200", Operator.POLAND_ERA),
        ("48666600200", Operator.POLAND_PLAY),
        ("48699570200", Operator.POLAND_OTHER),
        ("48221234567", Operator.UNKNOWN),
        ("4915123456789", Operator.UNKNOWN),
        ("", Operator.UNKNOWN),
    ],
)
def test_the_longest_range_decides(msisdn: str, operator: Operator) -> None:
    assert guess_operator(msisdn) is operator
