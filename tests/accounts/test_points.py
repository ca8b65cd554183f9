"""The ledger: what each verb moves, what it refuses, and that a repeated request moves nothing."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts import points
from accounts.models import Transfer, Wallet
from tests.personas import Persona


def _hold(persona: Persona, amount: int, key: str = "hold:1") -> Transfer:
    return points.hold(account=persona.account, points=amount, key=key, subject="campaign:1")


def test_a_grant_issues_points(stranger: Persona) -> None:
    points.grant(account=stranger.account, points=5, key="g", memo="paid")
    assert stranger.available == 1_005
    assert sum(Wallet.objects.values_list("posted", flat=True)) == 0


def test_a_move_takes_from_one_and_gives_to_the_other(master: Persona, slave: Persona) -> None:
    points.move(source=master.account, target=slave.account, points=100, key="m")
    assert (master.available, slave.available) == (9_900, 1_100)


def test_points_never_leave_their_tree(master: Persona, stranger: Persona) -> None:
    with pytest.raises(points.OutsideTree):
        points.move(source=master.account, target=stranger.account, points=1, key="m")


def test_a_balance_can_be_emptied_but_not_overdrawn(master: Persona, slave: Persona) -> None:
    points.move(source=slave.account, target=master.account, points=1_000, key="all")
    with pytest.raises(points.NotEnoughPoints, match="1 are missing"):
        points.move(source=slave.account, target=master.account, points=1, key="more")
    assert slave.available == 0


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, points.MAX_POINTS + 1])
def test_an_amount_is_a_whole_number_of_points(stranger: Persona, amount: int) -> None:
    with pytest.raises(points.InvalidAmount):
        points.grant(account=stranger.account, points=amount, key="g", memo="")


def test_a_hold_lowers_what_is_available_and_not_the_balance(slave: Persona) -> None:
    _hold(slave, 300)
    assert points.balance(slave.account) == points.Balance(posted=1_000, held=300)


def test_held_points_cannot_be_held_again(slave: Persona) -> None:
    _hold(slave, 700)
    with pytest.raises(points.NotEnoughPoints):
        _hold(slave, 301, key="hold:2")


def test_a_hold_is_spent_in_parts_and_the_rest_is_released(slave: Persona) -> None:
    hold = _hold(slave, 300)
    points.post(hold=hold, points=120, key="p1")
    points.post(hold=hold, points=80, key="p2")
    points.void_rest(hold=hold, key="v")
    assert points.balance(slave.account) == points.Balance(posted=800, held=0)
    assert points.unresolved(hold) == 0


def test_a_hold_cannot_be_spent_twice(slave: Persona) -> None:
    hold = _hold(slave, 100)
    points.post(hold=hold, points=100, key="p1")
    with pytest.raises(points.HoldExceeded):
        points.post(hold=hold, points=1, key="p2")
    assert points.void_rest(hold=hold, key="v") is None


def test_a_repeated_key_moves_nothing(slave: Persona) -> None:
    first = _hold(slave, 100)
    assert _hold(slave, 100) == first
    assert points.balance(slave.account).held == 100


def test_a_key_cannot_be_used_for_something_else(slave: Persona) -> None:
    _hold(slave, 100)
    with pytest.raises(points.KeyReused):
        _hold(slave, 101)


def test_a_refund_gives_spent_points_back(slave: Persona) -> None:
    points.post(hold=_hold(slave, 100), points=100, key="p")
    points.refund(account=slave.account, points=10, key="refund:1", subject="campaign:1")
    assert slave.available == 910


@pytest.mark.parametrize(("amount", "left"), [(50, 1_050), (-50, 950)])
def test_staff_correct_a_balance_both_ways(slave: Persona, staff: Persona, amount: int, left: int) -> None:
    points.adjust(account=slave.account, points=amount, key="a", memo="miscounted", actor=staff.user)
    assert slave.available == left


def test_a_transfer_can_be_neither_changed_nor_deleted(slave: Persona) -> None:
    row = Transfer.objects.filter(key=_hold(slave, 1).key)
    for change in (lambda: row.update(amount=2), lambda: row.delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_the_database_itself_refuses_a_negative_balance(slave: Persona) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Wallet.objects.filter(account=slave.account).update(posted=-1)


def test_every_row_tells_the_balance_after_it(slave: Persona) -> None:
    hold = _hold(slave, 300)
    post = points.post(hold=hold, points=100, key="p")
    assert (hold.debit_posted_after, hold.debit_held_after) == (1_000, 300)
    assert (post.debit_posted_after, post.debit_held_after, post.credit_posted_after) == (900, 200, 100)
