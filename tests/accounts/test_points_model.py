"""The ledger against a dictionary: whatever is asked of it, in whatever order and however often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts import points
from accounts.models import Account, Transfer, Wallet
from tests.personas import make_people

OWNERS = st.sampled_from(["master", "slave"])
AMOUNTS = st.integers(1, 400) | st.integers(1, 3_000)


@dataclass
class Held:
    """A hold, whose it is, and how much of it is left."""

    transfer: Transfer
    owner: str
    left: int


class Ledger(RuleBasedStateMachine):
    """Does the same to the ledger and to a dictionary."""

    holds: ClassVar[Bundle[Held]] = Bundle("holds")

    @initialize()
    def begin(self) -> None:
        """Start with a master and its slave."""
        self.block = transaction.atomic()
        self.block.__enter__()
        people = make_people()
        self.accounts: dict[str, Account] = {"master": people.master.account, "slave": people.slave.account}
        self.posted = {"master": 10_000, "slave": 1_000, "spent": 0}
        self.held = {"master": 0, "slave": 0}
        self.asked: list[tuple[Callable[[], Transfer], Transfer]] = []

    def teardown(self) -> None:
        """Forget everything."""
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def ask(self, verb: Callable[..., Transfer], refusal: type[points.PointsError] | None, **fields: object) -> bool:
        """Ask the ledger; say whether it did it, which must be as expected."""
        request = partial(verb, key=f"key {len(self.asked)}", **fields)
        if refusal is not None:
            with pytest.raises(refusal):
                request()
            return False
        self.asked.append((request, request()))
        return True

    def shortage(self, owner: str, amount: int) -> type[points.PointsError] | None:
        """Return the refusal that is due when the owner has less than that available."""
        return points.NotEnoughPoints if amount > self.posted[owner] - self.held[owner] else None

    @rule(owner=OWNERS, amount=AMOUNTS)
    def grant(self, owner: str, amount: int) -> None:
        """Issue points."""
        if self.ask(points.grant, None, account=self.accounts[owner], points=amount, memo="paid"):
            self.posted[owner] += amount

    @rule(owner=OWNERS, amount=AMOUNTS, sign=st.sampled_from([1, -1]))
    def adjust(self, owner: str, amount: int, sign: int) -> None:
        """Correct a balance up or down."""
        refusal = self.shortage(owner, amount) if sign < 0 else None
        fields = {"account": self.accounts[owner], "points": sign * amount, "memo": "miscounted", "actor": None}
        if self.ask(points.adjust, refusal, **fields):
            self.posted[owner] += sign * amount

    @rule(owner=OWNERS, amount=AMOUNTS)
    def move(self, owner: str, amount: int) -> None:
        """Move points to the other account."""
        other = "slave" if owner == "master" else "master"
        fields = {"source": self.accounts[owner], "target": self.accounts[other], "points": amount}
        if self.ask(points.move, self.shortage(owner, amount), **fields):
            self.posted[owner] -= amount
            self.posted[other] += amount

    @rule(target=holds, owner=OWNERS, amount=AMOUNTS)
    def hold(self, owner: str, amount: int) -> Held | MultipleResults[Held]:
        """Hold points; nothing can be done with a hold that was refused."""
        fields = {"account": self.accounts[owner], "points": amount, "subject": "campaign:1"}
        if not self.ask(points.hold, self.shortage(owner, amount), **fields):
            return multiple()
        self.held[owner] += amount
        return Held(self.asked[-1][1], owner, amount)

    @rule(held=holds, amount=AMOUNTS, verb=st.sampled_from([points.post, points.void]))
    def resolve(self, held: Held, amount: int, verb: Callable[..., Transfer]) -> None:
        """Spend or release a part of a hold."""
        refusal = points.HoldExceeded if amount > held.left else None
        if not self.ask(verb, refusal, hold=held.transfer, points=amount):
            return
        held.left -= amount
        self.held[held.owner] -= amount
        if verb is points.post:
            self.posted[held.owner] -= amount
            self.posted["spent"] += amount

    @rule(owner=OWNERS, amount=AMOUNTS)
    def refund(self, owner: str, amount: int) -> None:
        """Give spent points back, no more than were spent."""
        refusal = points.NotEnoughPoints if amount > self.posted["spent"] else None
        fields = {"account": self.accounts[owner], "points": amount, "subject": "campaign:1"}
        if self.ask(points.refund, refusal, **fields):
            self.posted["spent"] -= amount
            self.posted[owner] += amount

    @rule(which=st.integers(0))
    def repeat(self, which: int) -> None:
        """Repeat an earlier request."""
        if self.asked:
            request, answer = self.asked[which % len(self.asked)]
            before = Transfer.objects.count()
            assert request() == answer
            assert Transfer.objects.count() == before

    @rule(which=st.integers(0))
    def reuse(self, which: int) -> None:
        """Use the key of an earlier request for something else."""
        if self.asked:
            _request, earlier = self.asked[which % len(self.asked)]
            with pytest.raises(points.KeyReused):
                points.grant(
                    account=self.accounts["slave"], points=earlier.amount % 7 + 5_000, key=earlier.key, memo=""
                )

    @rule(which=st.integers(0), delete=st.booleans())
    def tamper(self, which: int, delete: bool) -> None:
        """Change a row behind the ledger's back."""
        rows = list(Transfer.objects.values_list("pk", flat=True))
        row = Transfer.objects.filter(pk=rows[which % len(rows)])
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            row._raw_delete(row.db) if delete else row.update(memo="tampered with")

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        """Compare every balance; none is negative."""
        for owner, account in self.accounts.items():
            balance = points.balance(account)
            assert balance == points.Balance(self.posted[owner], self.held[owner])
            assert balance.available >= 0
        spent = Wallet.objects.filter(kind=Wallet.Kind.SPENT).first()
        assert (spent.posted if spent else 0) == self.posted["spent"]

    @invariant()
    def points_are_neither_made_nor_lost(self) -> None:
        """Add up all wallets, those of issued and spent points too."""
        assert not Wallet.objects.aggregate(total=Sum("posted"))["total"]


def test_whatever_is_asked_of_it_the_ledger_does_what_a_dictionary_would(db: None) -> None:
    enough = settings(max_examples=25, stateful_step_count=30, deadline=None, database=None)
    run_state_machine_as_test(Ledger, settings=settings(enough, suppress_health_check=list(HealthCheck)))
