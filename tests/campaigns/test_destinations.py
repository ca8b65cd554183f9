"""Prices by country and network: the longest match wins, each message keeps its own, and unknown is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account
from campaigns import confirming, jobs, offers, prices
from campaigns.errors import CampaignRefused
from campaigns.models import Message, Plan, Price, Route, Variant
from contacts.destinations import Destination
from smspanel import clock, doorbell
from smspanel.providers.serwersms.client import SerwerSmsClient
from tests.campaigns.sending import PRICE, Sending, left_out, number
from tests.invariants import assert_all_hold

ORANGE = [number(index) for index in range(10, 14)]
PLAY = [f"48790{index:04d}00" for index in range(3)]
GERMAN = "4915112345678"
BRITISH = "447400123456"


@pytest.fixture
def abroad(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> Sending:
    """INTER over the simulator: 20 points to Germany, 8 to Poland, and no price elsewhere."""
    monkeypatch.setattr(SerwerSmsClient, "variants", frozenset({"ECO", "INTER"}))
    Route.objects.create(variant=Variant.INTER, connection=sending.connection)
    Price.objects.create(variant=Variant.INTER, country="DE", points=20)
    Price.objects.create(variant=Variant.INTER, country="PL", points=8)
    Account.objects.update(countries="")
    sending.account.refresh_from_db()
    return sending


@pytest.mark.parametrize(
    ("country", "mnc", "points"),
    [("PL", "03", 2), ("PL", "06", 3), ("PL", "", 3), ("DE", "", 5), ("FR", "", 7)],
)
def test_the_longest_match_wins(sending: Sending, country: str, mnc: str, points: int) -> None:
    for where, value in ((("PL", "03"), 2), (("PL", ""), 3), (("DE", ""), 5), (("", ""), 7)):
        Price.objects.create(variant=Variant.INTER, country=where[0], mnc=where[1], points=value)
    found = prices.price_list(account=sending.account, variant=Variant.INTER)
    assert found.price_of(Destination(country, mnc)) == points


def test_an_account_s_own_price_for_everywhere_comes_before_everybody_s_for_a_network(sending: Sending) -> None:
    Price.objects.create(variant=Variant.ECO, country="PL", mnc="03", points=9)
    Price.objects.create(variant=Variant.ECO, account=sending.account, points=1)
    found = prices.price_list(account=sending.account, variant=Variant.ECO)
    assert found.price_of(Destination("PL", "03")) == 1


def test_a_plan_adds_up_by_destination(sending: Sending) -> None:
    Price.objects.create(variant=Variant.ECO, country="PL", mnc="06", points=5)
    plan = sending.draft([sending.group([*ORANGE, *PLAY])], text="a" * 161).plan
    assert (plan.parts, plan.price, plan.points) == (14, 0, 8 * PRICE + 6 * 5)
    assert plan.destinations == [
        {"destination": "PL/06", "messages": 3, "parts": 6, "points": 30},
        {"destination": "PL/03", "messages": 4, "parts": 8, "points": 24},
    ]


@pytest.mark.parametrize("text", ["Hello", "Hello #first_name#"])
def test_each_message_costs_what_its_destination_costs(sending: Sending, text: str) -> None:
    Price.objects.create(variant=Variant.ECO, country="PL", mnc="06", points=5)
    campaign = sending.send([sending.group([*ORANGE, *PLAY])], text=text)
    paid = dict(Message.objects.filter(campaign=campaign).values_list("msisdn", "points"))
    assert paid == dict.fromkeys(ORANGE, PRICE) | dict.fromkeys(PLAY, 5)
    assert sending.persona.available == 1_000 - 4 * PRICE - 3 * 5
    assert_all_hold()


def test_a_country_without_a_price_is_left_out_with_its_reason(abroad: Sending) -> None:
    numbers = "\n".join([ORANGE[0], GERMAN, BRITISH])
    plan = abroad.draft([], numbers=f"+{ORANGE[0]}\n+{GERMAN}\n+{BRITISH}", variant=Variant.INTER).plan
    assert numbers
    assert left_out(plan) == {"NO_WAY": 1}
    assert (plan.candidates, plan.recipients, plan.points) == (3, 2, 28)
    assert plan.waterfall[-1]["examples"] == [BRITISH]


def test_whoever_lost_their_price_since_the_plan_is_left_out_not_sent_for_nothing(abroad: Sending) -> None:
    campaign = abroad.confirm([], numbers=f"+{GERMAN}\n+{ORANGE[0]}", variant=Variant.INTER)
    Route.objects.filter(variant=Variant.INTER).update(country="PL")
    doorbell.run_all_due()
    states: dict[str, Any] = dict(Message.objects.filter(campaign=campaign).values_list("msisdn", "state"))
    assert states == {GERMAN: "EXCLUDED", ORANGE[0]: "SENT"}
    assert abroad.persona.available == 1_000 - 8
    assert_all_hold()


def test_a_price_that_changed_since_the_plan_stops_the_confirmation(sending: Sending) -> None:
    campaign = sending.draft([sending.group([*ORANGE, *PLAY])])
    Price.objects.create(variant=Variant.ECO, country="PL", mnc="06", points=5)
    with pytest.raises(CampaignRefused, match="price has changed"):
        confirming.confirm(campaign=campaign, actor=None)


def test_a_confirmed_campaign_keeps_the_prices_it_was_confirmed_at(sending: Sending) -> None:
    networked = Price.objects.create(variant=Variant.ECO, country="PL", mnc="06", points=5)
    campaign = sending.confirm([sending.group(PLAY)])
    networked.points = 50
    with clock.travel(seconds=1):
        prices.put(networked)
        assert offers.of(campaign).quote(PLAY[0]) == (5, "PL/06")
        jobs.start(campaign.pk)
        doorbell.run_all_due()
    assert sending.persona.available == 1_000 - 3 * 5


def test_a_price_of_yesterday_and_one_of_tomorrow_do_not_hold_today(sending: Sending) -> None:
    Price.objects.all().delete()
    now = clock.now()
    Price.objects.create(variant=Variant.ECO, points=4, valid_until=now)
    Price.objects.create(variant=Variant.ECO, points=5, valid_from=now + timedelta(hours=1))
    plan = sending.draft([sending.group(ORANGE)]).plan
    assert (plan.status, plan.points) == (Plan.Status.REFUSED, 0)
