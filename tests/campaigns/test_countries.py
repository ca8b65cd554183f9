"""An account sends to the countries it may: others are left out by name, and refused as single messages."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts import tenants
from accounts.models import Account
from campaigns import confirming, orders
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Message, Price, Route, Variant
from smspanel import doorbell
from smspanel.api import codes
from smspanel.providers.serwersms.client import SerwerSmsClient
from tests.campaigns.sending import Sending, left_out, number
from tests.invariants import assert_all_hold
from tests.personas import Persona

POLISH, GERMAN, BRITISH = number(1), "4915112345678", "447400123456"
ALL = f"+{POLISH}\n+{GERMAN}\n+{BRITISH}"


@pytest.fixture
def abroad(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> Sending:
    """INTER over the simulator at one price everywhere, for an account that writes to Poland and Germany."""
    monkeypatch.setattr(SerwerSmsClient, "variants", frozenset({"ECO", "INTER"}))
    Route.objects.create(variant=Variant.INTER, connection=sending.connection)
    Price.objects.create(variant=Variant.INTER, points=9)
    allow(sending, "PL DE")
    return sending


def allow(sending: Sending, countries: str) -> None:
    """Let the account send to these countries."""
    Account.objects.filter(pk=sending.account.pk).update(countries=countries)
    sending.account.refresh_from_db()


def test_a_new_account_sends_to_poland_and_a_subaccount_where_its_master_does(master: Persona) -> None:
    assert master.account.countries == "PL"
    master.account.countries = "PL CZ"
    slave = tenants.create_slave(master=master.account, actor=None, name="S", email="s@example.com")
    assert slave.countries == "PL CZ"


def test_other_countries_are_left_out_of_the_plan_by_name_and_get_nothing(abroad: Sending) -> None:
    campaign = abroad.draft([], numbers=ALL, variant=Variant.INTER)
    assert (left_out(campaign.plan), campaign.plan.points) == ({"COUNTRY": 1}, 18)
    confirming.confirm(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert abroad.air() == {POLISH: 1, GERMAN: 1}
    assert Message.objects.get(msisdn=BRITISH).reason == "Your account may not send to this country"
    assert_all_hold()


def test_what_has_no_price_is_told_apart_from_what_is_not_allowed(abroad: Sending) -> None:
    Price.objects.filter(variant=Variant.INTER).update(country="PL")
    assert left_out(abroad.draft([], numbers=ALL, variant=Variant.INTER).plan) == {"COUNTRY": 1, "NO_WAY": 1}


def test_without_a_list_every_country_is_written_to(abroad: Sending) -> None:
    allow(abroad, "")
    assert abroad.draft([], numbers=ALL, variant=Variant.INTER).plan.recipients == 3


def test_an_account_that_may_not_write_to_poland_does_not(abroad: Sending) -> None:
    allow(abroad, "DE")
    assert left_out(abroad.draft([], numbers=f"+{POLISH}").plan) == {"COUNTRY": 1}


def test_a_single_message_abroad_is_refused_with_102(abroad: Sending) -> None:
    order = orders.Order(name="API", text="Hello", variant=Variant.INTER, details={"policy": "TRANSLITERATE"})
    with pytest.raises(CampaignRefused, match="may not send to the country") as caught:
        orders.single(account=abroad.account, to=f"+{BRITISH}", order=order, key=None)
    assert (caught.value.rule, codes.OF_RULE[Rule.COUNTRY].id) == (Rule.COUNTRY, 102)
    assert orders.single(account=abroad.account, to=f"+{GERMAN}", order=order, key=None).points == 9


@pytest.mark.parametrize("written", ["Poland", "pl", "PL,DE", "ZZ"])
def test_a_country_that_is_written_otherwise_is_refused(slave: Persona, written: str) -> None:
    slave.account.countries = written
    with pytest.raises(ValidationError, match="two capital letters"):
        slave.account.full_clean()
