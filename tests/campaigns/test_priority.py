"""Whose turn it is: an alert before other campaigns, and the older of two that are alike."""

from __future__ import annotations

import pytest

from campaigns import jobs
from smspanel import doorbell
from tests.campaigns.sending import Sending, number

FIRST, SECOND = number(1), number(2)


def begin(sending: Sending, to: str, priority: int) -> None:
    """Confirm a campaign to one number and make its message."""
    campaign = sending.confirm([sending.group([to], to)], priority=priority)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)


@pytest.mark.parametrize("priority, order", [(1, [SECOND, FIRST]), (0, [FIRST, SECOND])], ids=["alert", "alike"])
def test_js_10_an_alert_goes_before_an_older_campaign(sending: Sending, priority: int, order: list[str]) -> None:
    begin(sending, FIRST, 0)
    begin(sending, SECOND, priority)
    doorbell.run_due("dispatch")
    assert [sms["number"].lstrip("+") for sms in sending.simulator.air()] == order
