"""The composer's fields about time: in the account's zone, over both nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.urls import reverse

from accounts import points
from campaigns.models import Campaign, Spread, Tolerance
from smspanel import clock
from tests.personas import Persona

NEW = {"name": "Sale", "variant": "ECO", "text": "Hello", "numbers": "500100200", "policy": "TRANSLITERATE"}


def write(persona: Persona, **fields: str) -> Any:
    """Save a draft with these fields, and return the answer."""
    return persona.client.post(reverse("campaign-new"), NEW | {"save": "draft"} | fields)


@pytest.mark.parametrize(
    ("written", "zone", "meant"),
    [
        ("2027-06-01T10:00", "Europe/Warsaw", "2027-06-01 08:00"),
        ("2027-06-01T10:00", "America/New_York", "2027-06-01 14:00"),
        ("2027-03-28T03:00", "Europe/Warsaw", "2027-03-28 01:00"),
        ("2027-10-31T02:30", "Europe/Warsaw", "2027-10-31 00:30"),
        ("2027-10-31T03:00", "Europe/Warsaw", "2027-10-31 02:00"),
    ],
)
def test_a_start_is_read_off_the_clocks_of_the_account(slave: Persona, written: str, zone: str, meant: str) -> None:
    slave.account.time_zone = zone
    slave.account.save()
    write(slave, start_at=written)
    assert Campaign.objects.get().start_at == datetime.fromisoformat(meant).replace(tzinfo=UTC)
    page = slave.client.get(reverse("campaign-edit", args=[Campaign.objects.get().pk])).content.decode()
    assert f"Times are those of {zone}" in page
    assert written in page


@pytest.mark.parametrize("written", ["2027-03-28T02:00", "2027-03-28T02:30"])
def test_a_start_that_clocks_leave_out_is_refused(slave: Persona, written: str) -> None:
    assert "this time does not come" in write(slave, start_at=written).content.decode()
    assert not Campaign.objects.exists()


def test_hours_speed_and_tolerance_are_kept_and_shown_again(slave: Persona) -> None:
    write(slave, window_start="09:00", window_end="17:00", spread_minutes="0", tolerance_minutes="15")
    campaign = Campaign.objects.get()
    assert (campaign.window_start, campaign.window_end) == (time(9), time(17))
    assert (campaign.spread_minutes, campaign.tolerance_minutes) == (Spread.WINDOW, Tolerance.QUARTER)
    page = slave.client.get(reverse("campaign-edit", args=[campaign.pk])).content.decode()
    assert '<details class="sp-picker" id="when" open>' in page


def test_what_is_left_alone_is_closed_and_as_it_always_was(slave: Persona) -> None:
    write(slave)
    campaign = Campaign.objects.get()
    assert (campaign.window_start, campaign.spread_minutes, campaign.tolerance_minutes) == (None, None, 120)
    page = slave.client.get(reverse("campaign-edit", args=[campaign.pk])).content.decode()
    assert '<details class="sp-picker" id="when">' in page


@pytest.mark.parametrize(("start", "end"), [("09:00", ""), ("", "09:00"), ("09:00", "09:00")])
def test_half_a_window_and_equal_ends_are_refused(slave: Persona, start: str, end: str) -> None:
    page = write(slave, window_start=start, window_end=end).content.decode()
    assert "Give two different hours" in page
    assert '<details class="sp-picker" id="when" open>' in page


def test_a_missed_campaign_says_what_became_of_it_and_can_be_copied(slave: Persona) -> None:
    points.hold(account=slave.account, points=1, key="any", subject="campaign:0")
    campaign = Campaign.objects.create(
        account=slave.account, name="Late", state=Campaign.State.MISSED, start_at=clock.now(), finished_at=clock.now()
    )
    page = slave.client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert "It could not start in time" in page
    assert reverse("campaign-copy", args=[campaign.pk]) in page
