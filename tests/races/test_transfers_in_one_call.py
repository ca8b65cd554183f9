"""On PostgreSQL one call of a function transfers points: it sees what another has left, and its lock sees to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection, transaction

from accounts import points, points_sql
from accounts.models import Transfer
from smspanel import clock
from tests.invariants import assert_all_hold, broken
from tests.personas import People
from tests.races.together import LONG, PATIENCE, kinds, together

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[..., Transfer]


def move(people: People, key: str, amount: int) -> Transfer:
    """Move points of the slave to its master."""
    return points.move(source=people.slave.account, target=people.master.account, points=amount, key=key)


def hold(people: People, key: str, amount: int) -> Transfer:
    """Hold points of the slave."""
    return points.hold(account=people.slave.account, points=amount, key=key, subject=f"campaign:{key}")


BOTH = pytest.mark.parametrize("verb", [move, hold])


def side_by_side(people: People, verb: Verb, *keys: str) -> list[object]:
    """Take 700 points for each key, and commit only when another does the same, or is kept away."""
    meeting = threading.Barrier(2)

    def take(key: str) -> Transfer:
        with transaction.atomic():
            taken = verb(people, key, 700)
            with suppress(threading.BrokenBarrierError):
                meeting.wait(PATIENCE)
        return taken

    return together(*(partial(take, key) for key in keys))


def while_uncommitted(change: Callable[[], object], take: Callable[[], Transfer]) -> list[object]:
    """Take points after somebody's change is made, and before it is committed."""
    changed, taken = threading.Event(), threading.Event()

    def make() -> None:
        with transaction.atomic():
            change()
            changed.set()
            taken.wait(PATIENCE)  # in vain, where the lock keeps the other away

    def then() -> Transfer:
        changed.wait(LONG)
        try:
            return take()
        finally:
            taken.set()

    return together(make, then)


@BOTH
def test_who_had_to_wait_sees_what_is_left(people: People, verb: Verb) -> None:
    points.hold(account=people.slave.account, points=1, key="so that there is a wallet of spent points", subject="")
    assert kinds(side_by_side(people, verb, "a", "b")) == ["NotEnoughPoints", "Transfer"]
    assert people.slave.available == 299
    assert_all_hold()


@pytest.fixture
def unlocked(db: None) -> Iterator[bool]:
    """Take the lock out of the function; says whether there was one, as there is on PostgreSQL only."""
    replace_function(points_sql.FUNCTION.replace("FOR NO KEY UPDATE", ""))
    yield connection.vendor == "postgresql"
    replace_function(points_sql.FUNCTION)


def replace_function(sql: str) -> None:
    """Make the function anew, where there is one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql)


@BOTH
def test_without_its_lock_only_the_database_s_own_check_would_refuse(
    people: People, unlocked: bool, verb: Verb
) -> None:
    points.hold(account=people.slave.account, points=1, key="so that there is a wallet of spent points", subject="")
    refusal = "IntegrityError" if unlocked else "NotEnoughPoints"
    assert kinds(side_by_side(people, verb, "a", "b")) == [refusal, "Transfer"]
    assert_all_hold()


def spent_side_by_side(people: People) -> list[object]:
    """Spend one of two holds twice at once: the wallet itself holds enough for both."""
    slave = people.slave.account
    held = points.hold(account=slave, points=300, key="one", subject="campaign:1")
    points.hold(account=slave, points=600, key="other", subject="campaign:2")

    def spend(people: People, key: str, amount: int) -> Transfer:
        return points.post(hold=held, points=min(amount, 300), key=key)

    return side_by_side(people, spend, "a", "b")


def test_a_hold_is_not_spent_twice(people: People) -> None:
    assert kinds(spent_side_by_side(people)) == ["HoldExceeded", "Transfer"]
    assert_all_hold()


def test_without_its_lock_a_hold_is_spent_twice(people: People, unlocked: bool) -> None:
    spent_side_by_side(people)
    assert ("I4" in broken()) == unlocked


@BOTH
@pytest.mark.parametrize("source", ["grant", "release"])
def test_points_that_come_while_it_waits_can_be_taken(people: People, verb: Verb, source: str) -> None:
    slave = people.slave.account
    held = points.hold(account=slave, points=950, key="hold", subject="campaign:0")

    def come() -> object:
        if source == "grant":
            return points.grant(account=slave, points=500, key="grant", memo="")
        return points.void_rest(hold=held, key="void")

    assert kinds(while_uncommitted(come, partial(verb, people, "taken", 100))) == ["NoneType", "Transfer"]
    assert people.slave.available == {"grant": 450, "release": 900}[source]
    assert_all_hold()


@BOTH
def test_one_request_that_arrives_twice_at_once_takes_points_once(people: People, verb: Verb) -> None:
    first, second = side_by_side(people, verb, "the form", "the form")
    assert first == second
    assert people.slave.available == 300
    assert_all_hold()


def test_an_account_that_is_stopped_while_a_hold_waits_holds_nothing(people: People) -> None:
    slave = people.slave.account
    points.hold(account=slave, points=1, key="so that there is a wallet of spent points", subject="")
    stop = partial(points.freeze, account=slave, at=clock.now())
    assert kinds(while_uncommitted(stop, partial(hold, people, "taken", 100))) == ["Frozen", "NoneType"]
    assert_all_hold()
