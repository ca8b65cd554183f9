"""Runs tellers, kills some of them again and again, reads all wallets meanwhile, and adds everything up at the end.

`python -m tests.crash.bank SEED SECONDS TELLERS` works on the migrated, empty database of its SMSPANEL_DATA or
DATABASE_URL. Prints its figures as JSON; fails with what is wrong.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import defaultdict

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from accounts.models import Account, Transfer, Wallet  # noqa: E402
from tests.invariants import assert_all_hold  # noqa: E402
from tests.personas import make_people, owner  # noqa: E402

SUBACCOUNTS = 5
KILLED_EVERY = 1.0
"""Seconds between two kills: one that has just begun has done nothing yet."""


class Bank:
    """Tellers that work, each with a seed of its own."""

    def __init__(self, seed: int, seconds: float, tellers: int) -> None:
        self._random, self._seed = random.Random(seed), seed * 1_000
        self._end = time.monotonic() + seconds
        self._tellers = [self._hire() for _ in range(tellers)]
        self.killed = self.reads = 0

    def _hire(self) -> subprocess.Popen[str]:
        self._seed += 1
        left = max(0.0, self._end - time.monotonic())
        command = [sys.executable, "-m", "tests.crash.teller", str(self._seed), str(left)]
        return subprocess.Popen(command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def work(self) -> None:
        """Kill, hire and read until the time is over; then wait for all."""
        killed_at = time.monotonic()
        while time.monotonic() < self._end:
            self._read()
            if time.monotonic() - killed_at > KILLED_EVERY:
                killed_at = time.monotonic()
                self._kill_one()
        for teller in self._tellers:
            _out, complaint = teller.communicate(timeout=120)
            assert teller.returncode == 0, complaint

    def _kill_one(self) -> None:
        victim = self._random.randrange(len(self._tellers))
        gone = self._tellers[victim]
        assert gone.poll() is None, gone.communicate()[1]
        gone.kill()
        gone.wait()
        self.killed += 1
        self._tellers[victim] = self._hire()

    def _read(self) -> None:
        """Look at every wallet in one statement: the total is 0, and nobody but the issuer is overdrawn."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT SUM(posted), SUM(CASE WHEN kind <> 'ISSUED' AND posted < held THEN 1 ELSE 0 END)"
                " FROM accounts_wallet"
            )
            assert cursor.fetchone() == (0, 0)
        self.reads += 1


def assert_unbroken() -> None:
    """Replay every row in order: each wallet's balances follow from the ones before, without a gap."""
    posted: defaultdict[int, int] = defaultdict(int)
    held: defaultdict[int, int] = defaultdict(int)
    for row in Transfer.objects.order_by("pk").iterator():
        moved = row.kind not in {Transfer.Kind.HOLD, Transfer.Kind.VOID}
        posted[row.debit_id] -= row.amount * moved
        posted[row.credit_id] += row.amount * moved
        if row.kind in {Transfer.Kind.HOLD, Transfer.Kind.POST, Transfer.Kind.VOID}:
            held[row.debit_id] += row.amount if row.kind == Transfer.Kind.HOLD else -row.amount
        said = (row.debit_posted_after, row.debit_held_after)
        assert said == (posted[row.debit_id], held[row.debit_id]), (row.pk, row.kind, said)
        # A hold neither moves nor locks the other wallet, and only tells what lay there at about that time.
        assert row.kind == Transfer.Kind.HOLD or row.credit_posted_after == posted[row.credit_id], (row.pk, row.kind)
    for wallet in Wallet.objects.all():
        assert (wallet.posted, wallet.held) == (posted[wallet.pk], held[wallet.pk]), wallet


def main() -> None:
    """Open accounts, let the tellers work, and add up."""
    seed, seconds, tellers = sys.argv[1:]
    master = make_people().master.account
    for number in range(SUBACCOUNTS):
        owner(f"slave{number}@example.com", Account.Kind.SLAVE, master, 100)
    connections.close_all()
    before = Transfer.objects.count()
    bank = Bank(int(seed), float(seconds), int(tellers))
    bank.work()
    assert_unbroken()
    assert_all_hold()
    print(json.dumps({"transfers": Transfer.objects.count() - before, "reads": bank.reads, "killed": bank.killed}))


if __name__ == "__main__":
    main()
