"""Moves points between random pairs of accounts for some seconds, each time it reads a line, and says how often."""

from __future__ import annotations

import random
import sys
import time
import uuid

import django

django.setup()

from accounts import points  # noqa: E402
from accounts.models import Account  # noqa: E402

Pair = tuple[Account, Account]


def main() -> None:
    """Read the seconds and the pairs from the command line."""
    seconds = float(sys.argv[1])
    accounts = {one.pk: one for one in Account.objects.select_related("master")}
    pairs = [
        (accounts[int(source)], accounts[int(target)])
        for source, _, target in (one.partition(":") for one in sys.argv[2:])
    ]
    print("ready", flush=True)
    for _line in sys.stdin:
        print(move_for(seconds, pairs), flush=True)


def move_for(seconds: float, pairs: list[Pair]) -> int:
    """Return how many transfers were made in that time."""
    moved, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        source, target = random.choice(pairs)
        points.move(source=source, target=target, points=1, key=uuid.uuid4().hex)
        moved += 1
    return moved


if __name__ == "__main__":
    main()
