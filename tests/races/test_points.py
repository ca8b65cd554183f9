"""Two people, one wallet: nothing is overdrawn, moved twice or stuck, and it is the lock that sees to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from accounts import points, points_sql
from accounts.models import Transfer, Wallet
from smspanel import rows
from tests.invariants import assert_all_hold, broken
from tests.personas import People, Persona
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


def hold(people: People, key: str, amount: int = 700) -> Transfer:
    """Hold points of the slave."""
    return points.hold(account=people.slave.account, points=amount, key=key, subject="campaign:1")


def give(people: People, key: str, amount: int = 700) -> Transfer:
    """Move points from the slave to its master."""
    return points.move(source=people.slave.account, target=people.master.account, points=amount, key=key)


def take(people: People, key: str, amount: int = 700) -> Transfer:
    """Move points from the master to its slave."""
    return points.move(source=people.master.account, target=people.slave.account, points=amount, key=key)


@pytest.fixture(autouse=True)
def the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transfer points step by step; test_transfers_in_one_call.py is about the short way."""
    monkeypatch.setattr(points_sql, "_write", lambda *_row: False)


@pytest.mark.parametrize("verbs", [(hold, hold), (give, give), (hold, give)])
def test_two_transfers_at_once_never_overdraw_a_wallet(
    people: People, monkeypatch: pytest.MonkeyPatch, verbs: tuple[Callable[..., Transfer], ...]
) -> None:
    meet_before(monkeypatch, points, "_apply")
    results = together(*(partial(verb, people, f"key {n}") for n, verb in enumerate(verbs)))
    assert kinds(results) == ["NotEnoughPoints", "Transfer"]
    assert people.slave.available == 300
    assert_all_hold()


def test_without_the_lock_only_the_database_s_own_check_would_refuse(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = meet_without_locks(monkeypatch, points, "_apply")
    results = together(partial(give, people, "a"), partial(give, people, "b"))
    assert kinds(results) == ["IntegrityError" if lost else "NotEnoughPoints", "Transfer"]
    assert people.slave.available == 300


@pytest.fixture
def held(slave: Persona) -> Transfer:
    """One of two holds of the slave, 300 points of 900."""
    held = points.hold(account=slave.account, points=300, key="a", subject="campaign:1")
    points.hold(account=slave.account, points=600, key="b", subject="campaign:2")
    return held


def spend_twice(held: Transfer) -> list[object]:
    """Spend a hold by two workers at once."""
    return together(*(partial(points.post, hold=held, points=300, key=f"post {n}") for n in range(2)))


def test_a_hold_is_not_spent_twice_by_two_workers(
    slave: Persona, held: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, points, "_apply")
    assert kinds(spend_twice(held)) == ["HoldExceeded", "Transfer"]
    assert points.balance(slave.account) == points.Balance(posted=700, held=600)
    assert_all_hold()


def test_without_the_lock_a_hold_is_spent_twice(held: Transfer, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, rows, "insert")
    spend_twice(held)
    assert ("I4" in broken()) == lost


@pytest.mark.parametrize("verb", [hold, give, take])
def test_one_request_that_arrives_twice_at_once_moves_points_once(
    people: People, monkeypatch: pytest.MonkeyPatch, verb: Callable[..., Transfer]
) -> None:
    meet_before(monkeypatch, points, "_apply")
    first, second = together(*[partial(verb, people, "the form")] * 2)
    assert first == second
    assert Transfer.objects.filter(key="the form").count() == 1
    assert_all_hold()


def test_even_without_the_lock_the_unique_key_lets_one_request_move_points_once(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_without_locks(monkeypatch, rows, "insert")
    first, second = together(*[partial(take, people, "the form")] * 2)
    assert first == second
    assert_all_hold()


def test_opposite_moves_do_not_wait_for_each_other_for_ever(people: People) -> None:
    def many(verb: Callable[..., Transfer]) -> None:
        for n in range(20):
            verb(people, f"{verb.__name__} {n}", 10)

    results = together(*(partial(many, verb) for verb in (give, take, give, take)))
    assert results == [None] * 4
    assert (people.master.available, people.slave.available) == (10_000, 1_000)
    assert_all_hold()


def test_wallets_that_are_locked_in_any_order_do_deadlock(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = connection.vendor == "postgresql"
    wallets = Wallet.objects.select_for_update(no_key=True)
    second = SimpleNamespace(get=wallets.get)
    meet_before(monkeypatch, second, "get", surely=lost)

    def lock_as_given(ids: list[int]) -> dict[int, Wallet]:
        return {ids[0]: wallets.get(pk=ids[0]), ids[1]: second.get(pk=ids[1])}

    monkeypatch.setattr(points, "_lock", lock_as_given)
    results = together(partial(give, people, "a"), partial(take, people, "b"))
    assert sum(isinstance(result, OperationalError) for result in results) == lost
