"""Who may see and change which rows, asked of smspanel/access.py alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from accounts.models import Account, AppKey, Transfer, User, Wallet
from campaigns.models import Sender
from smspanel import access
from tests.personas import People, Persona

WHO = ("master", "slave", "stranger", "staff")
SEES = {
    "master": {"master", "slave"},
    "slave": {"slave"},
    "stranger": {"stranger"},
    "staff": {"master", "slave", "stranger"},
}


def persona(people: People, who: str) -> Persona:
    """Return the persona of that name."""
    found: Persona = getattr(people, who)
    return found


def names(people: People, ids: Any) -> set[str]:
    """Return whose accounts these are."""
    owners = {persona(people, who).account.pk: who for who in WHO[:3]}
    return {owners[pk] for pk in ids}


@pytest.mark.parametrize("who", WHO)
def test_rows_are_seen_by_their_account_its_master_and_staff(people: People, who: str) -> None:
    visitor = persona(people, who).user
    accounts = access.visible(Account.objects.all(), visitor, path="")
    keys = access.visible(AppKey.objects.all(), visitor)
    rows = access.visible(Transfer.objects.all(), visitor, path="credit__account")
    assert names(people, accounts.values_list("pk", flat=True)) == SEES[who]
    assert names(people, keys.values_list("account", flat=True)) == SEES[who]
    assert names(people, rows.values_list("credit__account", flat=True)) == SEES[who]


@pytest.mark.parametrize("who", WHO)
def test_one_s_own_rows_are_those_of_one_s_own_account(people: People, who: str) -> None:
    found = access.own(AppKey.objects.all(), persona(people, who).user)
    assert names(people, found.values_list("account", flat=True)) == {who} - {"staff"}


@pytest.mark.parametrize("who", WHO)
def test_whoever_is_switched_off_sees_nothing(people: People, who: str) -> None:
    visitor = persona(people, who).user
    visitor.enabled = False
    assert not access.visible(AppKey.objects.all(), visitor, shared=True).exists()
    assert not access.own(AppKey.objects.all(), visitor).exists()
    assert not access.may_change(visitor, people.slave.account, path="")


def test_shared_rows_are_for_everybody_where_they_are_asked_for(people: People) -> None:
    Sender.objects.create(name="SHARED")
    Sender.objects.create(name="SLAVES", account=people.slave.account)
    for who, seen in (("slave", {"SHARED", "SLAVES"}), ("stranger", {"SHARED"})):
        visitor = persona(people, who).user
        assert {row.name for row in access.visible(Sender.objects.all(), visitor, shared=True)} == seen
        assert {row.name for row in access.visible(Sender.objects.all(), visitor)} == seen - {"SHARED"}


def test_wallets_of_no_account_are_seen_by_staff_alone(people: People) -> None:
    system = Wallet.objects.filter(account__isnull=True)
    assert system.exists()
    assert access.visible(system, people.staff.user).count() == system.count()
    assert not access.visible(system, people.master.user).exists()


def test_a_row_that_may_be_seen_is_got(people: People) -> None:
    key = AppKey.objects.get(account=people.slave.account)
    for who in ("slave", "master", "staff"):
        assert access.get(AppKey.objects.all(), persona(people, who).user, pk=key.pk) == key


@pytest.mark.parametrize("pk", [0, -1, 10**30, None, "x", "1 OR 1=1", "\0", [1], float("nan")])
def test_nonsense_and_foreign_rows_are_answered_alike(people: People, pk: object) -> None:
    key = AppKey.objects.get(account=people.slave.account)
    said = []
    for asked in (key.pk, pk):
        with pytest.raises(Http404) as caught:
            access.get(AppKey.objects.all(), people.stranger.user, pk=asked)
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.parametrize(("who", "may"), [("slave", True), ("master", False), ("stranger", False), ("staff", True)])
def test_rows_are_changed_by_their_own_account_and_staff(people: People, who: str, may: bool) -> None:
    visitor = persona(people, who).user
    key = AppKey.objects.get(account=people.slave.account)
    transfer = Transfer.objects.get(key=f"opening:{people.slave.account.pk}")
    assert access.may_change(visitor, people.slave.account, path="") is may
    assert access.may_change(visitor, key) is may
    assert access.may_change(visitor, transfer, path="credit__account") is may


def test_a_viewer_sees_and_changes_nothing(slave: Persona) -> None:
    slave.user.role = User.Role.VIEWER
    key = AppKey.objects.get(account=slave.account)
    assert access.get(AppKey.objects.all(), slave.user, pk=key.pk) == key
    assert not access.may_change(slave.user, key)


def test_a_row_of_no_account_is_nobody_s_to_change(people: People) -> None:
    sender = Sender.objects.create(name="SHARED")
    assert access.may_change(people.staff.user, sender)
    for who in ("master", "slave", "stranger"):
        assert not access.may_change(persona(people, who).user, sender)
