"""Moves points at random as fast as it can, until it is killed or its time is over.

`python -m tests.crash.teller SEED SECONDS` works on the accounts of its SMSPANEL_DATA or DATABASE_URL. Prints how many
transfers it asked for.
"""

from __future__ import annotations

import logging
import random
import sys
import time
from contextlib import suppress

import django

django.setup()

from accounts import points  # noqa: E402
from accounts.models import Account, Transfer  # noqa: E402


class Teller:
    """Somebody who moves points, with a seed, and remembers holds of their own."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._seed, self._asked = seed, 0
        self._slaves = list(Account.objects.filter(kind=Account.Kind.SLAVE).select_related("master"))
        self._holds: list[tuple[Account, Transfer]] = []

    def _key(self) -> str:
        self._asked += 1
        return f"teller {self._seed} {self._asked}"

    def act(self) -> None:
        """Do one thing; what is refused is refused."""
        what = self._random.choice([self.move, self.move, self.hold, self.spend, self.release, self.refund, self.issue])
        with suppress(points.PointsError):
            what(self._random.randint(1, 50))

    def move(self, amount: int) -> None:
        """Move points down or up, and sometimes ask for the same twice."""
        slave = self._random.choice(self._slaves)
        assert slave.master is not None
        source, target = self._random.sample([slave, slave.master], 2)
        key = self._key()
        for _ in range(self._random.choice([1, 1, 2])):
            points.move(source=source, target=target, points=amount, key=key)

    def hold(self, amount: int) -> None:
        """Set points aside."""
        account = self._random.choice(self._slaves)
        held = points.hold(account=account, points=amount, key=self._key(), subject="bank")
        self._holds.append((account, held))

    def spend(self, amount: int) -> None:
        """Spend a part of a hold."""
        if self._holds:
            points.post(hold=self._random.choice(self._holds)[1], points=amount, key=self._key())

    def release(self, _amount: int) -> None:
        """Release what is left of a hold."""
        if self._holds:
            _account, held = self._holds.pop(self._random.randrange(len(self._holds)))
            points.void_rest(hold=held, key=self._key())

    def refund(self, amount: int) -> None:
        """Give points back."""
        points.refund(account=self._random.choice(self._slaves), points=amount, key=self._key(), subject="bank")

    def issue(self, amount: int) -> None:
        """Issue points."""
        points.grant(account=self._random.choice(self._slaves), points=amount, key=self._key(), memo="bank")


def main() -> None:
    """Move points until the time is over."""
    logging.disable(logging.INFO)
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    teller, until = Teller(seed), time.monotonic() + seconds
    done = 0
    while time.monotonic() < until:
        teller.act()
        done += 1
    print(done)


if __name__ == "__main__":
    main()
