"""Who sets the limits of an account: staff all of them, a master that of its tree, a subaccount none."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Account, AuditEntry
from tests.personas import People, Persona

LIMITS = {"countries": "PL DE", "daily_cap": "500", "cap_messages": "3", "cap_days": "7", "beyond_cap": "on"}
UNTOUCHED = ("PL", None, None, None, False)


def set_limits(who: Persona, account: Account, **limits: str) -> str:
    """Send the account's form with these limits, and return the answer."""
    address = reverse("admin:accounts_account_change", args=[account.pk])
    form = who.client.get(address).context["adminform"].form
    fields: dict[str, Any] = {name: form.initial.get(name) or "" for name in form.fields}
    return who.client.post(address, fields | limits, follow=True).content.decode()


def limits_of(account: Account) -> tuple[object, ...]:
    """Return the limits that hold."""
    account.refresh_from_db()
    return account.countries, account.daily_cap, account.cap_messages, account.cap_days, account.beyond_cap


def test_staff_set_all_of_them_and_that_is_audited(people: People) -> None:
    set_limits(people.staff, people.master.account, **LIMITS)
    assert limits_of(people.master.account) == ("PL DE", 500, 3, 7, True)
    values = AuditEntry.objects.filter(action="account.change").latest("pk").details["values"]
    assert (values["countries"], values["cap_messages"]) == ("PL DE", 3)


def test_a_master_sets_the_limit_of_its_tree_and_what_goes_past_it(people: People) -> None:
    set_limits(people.master, people.master.account, **LIMITS)
    assert limits_of(people.master.account) == ("PL", None, 3, 7, True)
    set_limits(people.master, people.slave.account, **LIMITS)
    assert limits_of(people.slave.account) == ("PL", None, None, None, True)


def test_a_subaccount_sets_none_of_them(people: People) -> None:
    set_limits(people.slave, people.slave.account, **LIMITS)
    assert limits_of(people.slave.account) == UNTOUCHED


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [({"cap_messages": "3"}, "Give both"), ({"cap_messages": "0", "cap_days": "1"}, "greater than or equal to 1")],
)
def test_half_a_limit_is_refused(people: People, limits: dict[str, str], sentence: str) -> None:
    assert sentence in set_limits(people.master, people.master.account, **limits)
    assert limits_of(people.master.account) == UNTOUCHED
