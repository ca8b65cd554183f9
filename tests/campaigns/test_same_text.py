"""The same text so often a day to one number: software and tests are limited, campaigns are not, nor is their size."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from campaigns import trials
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Plan
from tests.campaigns.sending import PRICE, Sending, number
from tests.personas import People

TEN = [number(index) for index in range(10)]


def test_a_test_to_oneself_counts_as_any_single_message(sending: Sending, settings: Settings) -> None:
    settings.SAME_TEXT_LIMIT = 2
    campaign = sending.draft([sending.group(TEN)])
    told: dict[str, Any] = {
        "campaign": campaign,
        "to": "500999100",
        "who": "",
        "points": PRICE,
        "actor": sending.persona.user,
    }
    for _ in range(2):
        trials.send(**told)
    with pytest.raises(CampaignRefused, match="2 times today") as caught:
        trials.send(**told)
    assert caught.value.rule == Rule.TEXT_REPEATED


def test_campaigns_with_the_same_text_are_all_sent(sending: Sending, settings: Settings) -> None:
    settings.SAME_TEXT_LIMIT = 1
    group = sending.group(TEN)
    for _ in range(2):
        sending.send([group])
    assert sending.air() == dict.fromkeys(TEN, 2)


def test_a_campaign_of_the_panel_may_be_larger_than_an_order(sending: Sending, settings: Settings) -> None:
    settings.ORDER_LIMIT = 5
    campaign = sending.draft([sending.group(TEN)])
    assert campaign.plan.status == Plan.Status.READY
    page = sending.persona.client.get(reverse("campaign-plan", args=[campaign.pk])).content.decode()
    assert "leave in several submissions" in page
    settings.ORDER_LIMIT = 10
    page = sending.persona.client.get(reverse("campaign-plan", args=[campaign.pk])).content.decode()
    assert "leave in several submissions" not in page


def test_staff_see_the_limits_of_the_installation(people: People, settings: Settings) -> None:
    settings.SAME_TEXT_LIMIT = 4321
    page = reverse("limits")
    assert "4,321" in people.staff.client.get(page).content.decode()
    assert people.master.client.get(page).status_code == 404
