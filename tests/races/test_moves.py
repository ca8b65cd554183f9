"""On PostgreSQL one statement moves points: it sees what another has left, and it is its lock that sees to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection, transaction

from accounts import points, points_sql
from accounts.models import Transfer
from tests.invariants import assert_all_hold, broken
from tests.personas import People
from tests.races.together import LONG, PATIENCE, kinds, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def give(people: People) -> Callable[[str], Transfer]:
    """Move most of the slave's points to its master, and commit only when another does the same, or is kept away."""
    meeting = threading.Barrier(2)

    def move(key: str) -> Transfer:
        with transaction.atomic():
            moved = points.move(source=people.slave.account, target=people.master.account, points=700, key=key)
            with suppress(threading.BrokenBarrierError):
                meeting.wait(PATIENCE)
        return moved

    return move


def test_a_move_that_had_to_wait_sees_what_is_left(people: People, give: Callable[[str], Transfer]) -> None:
    assert kinds(together(partial(give, "a"), partial(give, "b"))) == ["NotEnoughPoints", "Transfer"]
    assert people.slave.available == 300
    assert_all_hold()


def test_without_its_lock_it_would_go_by_the_balance_of_before(
    people: People, give: Callable[[str], Transfer], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = connection.vendor == "postgresql"
    monkeypatch.setattr(points_sql, "MOVE", points_sql.MOVE.replace("FOR NO KEY UPDATE", ""))
    results = together(partial(give, "a"), partial(give, "b"))
    assert kinds(results) == ["Transfer" if lost else "NotEnoughPoints", "Transfer"]
    assert ("I2" in broken()) == lost


@pytest.mark.parametrize("verb", ["grant", "release"])
def test_points_that_come_while_a_move_waits_can_be_moved(people: People, verb: str) -> None:
    slave = people.slave.account
    hold = points.hold(account=slave, points=950, key="hold", subject="campaign:0")
    begun, over = threading.Event(), threading.Event()

    def come() -> None:
        with transaction.atomic():
            if verb == "grant":
                points.grant(account=slave, points=500, key="grant", memo="")
            else:
                points.void_rest(hold=hold, key="void")
            begun.set()
            over.wait(PATIENCE)

    def move() -> Transfer:
        begun.wait(LONG)
        return points.move(source=slave, target=people.master.account, points=100, key="move")

    assert kinds(together(come, move)) == ["NoneType", "Transfer"]
    assert people.slave.available == {"grant": 450, "release": 900}[verb]
    assert_all_hold()


def test_one_request_that_arrives_twice_at_once_moves_points_once(
    people: People, give: Callable[[str], Transfer]
) -> None:
    first, second = together(*[partial(give, "the form")] * 2)
    assert first == second
    assert people.slave.available == 300
    assert_all_hold()
