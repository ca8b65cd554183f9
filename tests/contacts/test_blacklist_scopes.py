"""A blacklist of three scopes: what holds for whom, until when, and who learns about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Account, AuditEntry
from contacts import blacklist
from contacts.blacklist import Scope
from contacts.models import BlacklistEntry
from smspanel import clock
from tests.personas import People, Persona

NUMBER = "48500100200"


def block(account: Account | None, *numbers: str, **fields: Any) -> int:
    """Put numbers on a blacklist by hand."""
    source = BlacklistEntry.Source.PERSON
    return blacklist.add(account=account, raw_numbers=numbers or [NUMBER], source=source, actor=None, **fields)


def is_blocked(persona: Persona) -> bool:
    """Ask both ways, which must agree."""
    sql, values = blacklist.condition(persona.account, "%s", NUMBER)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN {sql} THEN 1 ELSE 0 END", values)
        (found,) = cursor.fetchone()
    asked = blacklist.blocked(account=persona.account, msisdns=[NUMBER, "48500100201"])
    assert bool(found) == bool(asked)
    return bool(found)


def blocked(people: People) -> list[str]:
    """Return for whom of the three NUMBER is blocked."""
    return [name for name in ("master", "slave", "stranger") if is_blocked(getattr(people, name))]


@pytest.mark.parametrize(
    ("who", "scope", "expected"),
    [
        ("slave", Scope.ACCOUNT, ["slave"]),
        ("master", Scope.ACCOUNT, ["master"]),
        ("master", Scope.TREE, ["master", "slave"]),
        ("stranger", Scope.TREE, ["stranger"]),
        (None, Scope.EVERYBODY, ["master", "slave", "stranger"]),
    ],
)
def test_an_entry_holds_for_its_scope(people: People, who: str | None, scope: Scope, expected: list[str]) -> None:
    block(getattr(people, who).account if who else None, scope=scope)
    assert blocked(people) == expected


def test_an_entry_blocks_until_it_expires_and_is_then_removed(people: People) -> None:
    block(people.slave.account, expires_at=clock.now() + timedelta(days=1))
    assert blocked(people) == ["slave"]
    with clock.travel(days=2):
        assert blocked(people) == []
        assert (blacklist.forget_expired(), BlacklistEntry.objects.count()) == (1, 0)


def test_what_holds_longer_wins(people: People) -> None:
    account, soon = people.slave.account, clock.now() + timedelta(days=1)
    assert block(account, expires_at=soon) == 1
    assert block(account) == 0
    assert block(account, expires_at=soon) == 0
    assert BlacklistEntry.objects.get().expires_at is None


def test_what_has_expired_is_new_again(people: People) -> None:
    block(people.slave.account, expires_at=clock.now() + timedelta(days=1))
    with clock.travel(days=2):
        assert block(people.slave.account) == 1
        assert blocked(people) == ["slave"]


@pytest.mark.parametrize(
    ("who", "scope"), [("slave", Scope.TREE), ("slave", Scope.EVERYBODY), (None, Scope.ACCOUNT), (None, Scope.TREE)]
)
def test_nobody_blocks_for_others_than_their_own(people: People, who: str | None, scope: Scope) -> None:
    account = people.slave.account if who else None
    with pytest.raises(blacklist.BlacklistRefused):
        block(account, scope=scope)
    with pytest.raises(blacklist.BlacklistRefused):
        blacklist.remove(account=account, raw_numbers=[NUMBER], actor=None, scope=scope)


def test_each_scope_is_removed_by_itself(people: People) -> None:
    account = people.master.account
    block(account)
    block(account, scope=Scope.TREE)
    assert blacklist.remove(account=account, raw_numbers=[NUMBER], actor=None) == 1
    assert blocked(people) == ["master", "slave"]


@pytest.mark.parametrize("scope", list(Scope))
def test_a_number_is_there_once_in_a_scope(people: People, scope: Scope) -> None:
    account = None if scope == Scope.EVERYBODY else people.master.account
    BlacklistEntry.objects.create(account=account, scope=scope, msisdn=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        BlacklistEntry.objects.create(account=account, scope=scope, msisdn=NUMBER)


def test_owners_learn_who_blocks_a_number_but_no_reasons_of_others(people: People) -> None:
    block(people.slave.account, reason="own")
    block(people.master.account, scope=Scope.TREE, reason="private")
    block(None, scope=Scope.EVERYBODY, reason="secret")
    block(people.stranger.account, reason="strange")
    found = blacklist.blocks(account=people.slave.account, msisdns=[NUMBER])
    assert [(one.by, one.reason) for one in found] == [
        ("You", "own"),
        ("Your master account", ""),
        ("The operator", ""),
    ]
    assert len(blacklist.blocks(account=None, msisdns=[NUMBER])) == 4


def test_the_audit_trail_has_counts_and_no_numbers(people: People) -> None:
    block(people.slave.account, NUMBER, "500100201")
    block(None, scope=Scope.EVERYBODY)
    details = list(AuditEntry.objects.filter(action="blacklist.add").order_by("pk").values_list("details", flat=True))
    assert details == [{"scope": "ACCOUNT", "count": 2}, {"scope": "ALL", "count": 1}]
