"""A large campaign is confirmed by typing how many people get it; a wrong number holds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account, AuditEntry, Transfer
from campaigns import confirming
from campaigns.models import Campaign
from smspanel import doorbell
from tests.api.calling import Software
from tests.campaigns.sending import open_route
from tests.panel.test_account_limits import set_limits
from tests.personas import People, Persona

FIELD = 'name="typed"'


@pytest.fixture(autouse=True)
def _route(db: None) -> None:
    open_route("http://127.0.0.1:1")


def planned(persona: Persona, count: int, least: int | None = 10) -> str:
    """Plan a campaign to so many people of an account that asks from `least` on; returns the plan's address."""
    Account.objects.update(type_count_from=least)
    numbers = "\n".join(f"5001{index:05d}" for index in range(count))
    data = {"name": "Autumn", "variant": "ECO", "policy": "TRANSLITERATE", "text": "Hello", "numbers": numbers}
    address: str = persona.client.post("/campaigns/new/", data)["Location"]
    doorbell.run_all_due()
    return address


def confirm(persona: Persona, address: str, **data: str) -> Any:
    """Press the button of the plan."""
    return persona.client.post(address.replace("/plan/", "/do/confirm/"), data)


def is_confirmed() -> bool:
    """Say whether the campaign is confirmed and its points are held."""
    held = Transfer.objects.filter(kind=Transfer.Kind.HOLD).exists()
    assert held == (Campaign.objects.get().state != Campaign.State.PLANNING)
    return held


@pytest.mark.parametrize("typed", ["", " ", "11", "120", "1 2 0", "twelve", "-12", "12.5", "0", "१२", "\0"])
def test_a_wrong_number_is_refused_beside_the_field_and_nothing_is_held(slave: Persona, typed: str) -> None:
    answer = confirm(slave, planned(slave, 12), typed=typed)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert shown.index(FIELD) < shown.index('id="typed-wrongly"') < shown.index("Confirm and hold 36 points")
    assert not is_confirmed()
    assert not AuditEntry.objects.filter(action="campaign.confirm").exists()


def test_a_missing_field_is_refused_too(slave: Persona) -> None:
    assert "you confirm it by typing how many" in confirm(slave, planned(slave, 12)).content.decode()
    assert not is_confirmed()


@pytest.mark.parametrize("typed", ["12", " 12 ", "1 2", "1,2", "012"])
def test_the_right_number_confirms_however_it_is_grouped(slave: Persona, typed: str) -> None:
    address = planned(slave, 12)
    assert FIELD in slave.client.get(address).content.decode()
    assert confirm(slave, address, typed=typed).status_code == 302
    assert is_confirmed()


@pytest.mark.parametrize(("count", "least"), [(9, 10), (12, None)])
def test_smaller_ones_and_accounts_without_the_setting_are_asked_nothing(
    slave: Persona, count: int, least: int | None
) -> None:
    address = planned(slave, count, least)
    assert FIELD not in slave.client.get(address).content.decode()
    confirm(slave, address)
    assert is_confirmed()


def test_exactly_as_many_are_asked_for(slave: Persona) -> None:
    confirm(slave, planned(slave, 10))
    assert not is_confirmed()


def test_programs_confirm_without_it(slave: Persona) -> None:
    Account.objects.update(type_count_from=1)
    Software(slave.account).post(
        "bulk/send", {"name": "A", "to": ["500100200"], "message": "Hello", "bulkVariant": "ECO"}
    )
    assert is_confirmed()


def test_a_verb_that_is_told_nothing_asks_nothing(slave: Persona) -> None:
    planned(slave, 12)
    confirming.confirm(campaign=Campaign.objects.get(), actor=slave.user)
    assert is_confirmed()


def test_ten_thousand_is_the_default_and_staff_alone_change_it(people: People) -> None:
    account = people.slave.account
    assert account.type_count_from == 10_000
    for persona in (people.slave, people.master):
        set_limits(persona, account, type_count_from="5")
        account.refresh_from_db()
        assert account.type_count_from == 10_000
    set_limits(people.staff, account, type_count_from="5")
    account.refresh_from_db()
    assert account.type_count_from == 5
    assert AuditEntry.objects.filter(action="account.change").latest("pk").details["values"]["type_count_from"] == 5
