"""Chooses by chance, from a seed, what is killed next."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from tests.chaos.processes import Processes

WEIGHTS: Final = {"horse": 84, "worker": 8, "valkey": 2, "tick": 2, "web": 2, "database": 6}
"""How often each kind is chosen: a process takes seconds to start again, a horse is forked in a moment."""
AT_ONCE: Final = 4
"""At most so many are killed before it is looked again what was sent."""
CRASHES: Final = 5
ALL_BY: Final = 0.8
"""What share of the messages is sent when all is killed that is to be: the last of them end in peace."""
SOON, LONGEST = 1.0, 4.0
"""Seconds after which something is killed where nothing was sent meanwhile: by who is behind, and anyhow."""
HORSELESS: Final = 5.0
"""Seconds after which a worker is killed where no horse is seen: while Valkey is away workers do jobs themselves."""


class Killer:
    """Sends SIGKILL to processes of an installation, and breaks the database where it is told how."""

    def __init__(
        self, processes: Processes, seed: int, *, most: int, crash_database: Callable[[], None] | None = None
    ) -> None:
        self.killed: Counter[str] = Counter()
        self.most = most
        self._processes = processes
        self._chance = random.Random(seed)
        self._crash_database = crash_database
        left_out = {"web"} - set(processes.names) | ({"database"} if crash_database is None else set())
        self._weights = {kind: weight for kind, weight in WEIGHTS.items() if kind not in left_out}
        self._next = self._choose()
        self._last, self._share = time.monotonic(), 0.0

    def _choose(self) -> str:
        """Choose by chance, but the database at least so often as CRASHES, in the middle of each of as many parts."""
        part = max(1, self.most // CRASHES)
        if "database" in self._weights and self.killed.total() % part == part // 2:
            return "database"
        return self._chance.choices(list(self._weights), list(self._weights.values()))[0]

    @property
    def done(self) -> bool:
        """Whether everything was killed that was to be."""
        return self.killed.total() >= self.most

    def keep_pace(self, share: float) -> None:
        """Kill as much of all that is to be killed as was sent of all messages, some only once more was sent.

        Several are killed at once: messages are sent faster than one process after the other could be killed.
        """
        waited = time.monotonic() - self._last if share else 0.0
        missing = min(self.most, int(self.most * share / ALL_BY)) - self.killed.total()
        behind = missing > 0 and (share > self._share or waited > SOON)
        instead = "worker" if waited > HORSELESS else ""
        if self.done or not (behind or waited > LONGEST):
            return
        for _one in range(max(1, min(missing, AT_ONCE))):
            if self.strike(instead=instead):
                self._share = share

    def strike(self, *, instead: str = "") -> bool:
        """Kill one process of the kind whose turn it is, or of another where there is none; say whether there was."""
        victims = self._victims()
        if self._next not in {*victims, "database"} and instead in victims:
            self._next = instead
        if self._next == "database" and self._crash_database is not None:
            self._crash_database()
        elif self._next in victims:
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(victims[self._next]), signal.SIGKILL)
        else:
            return False
        self.killed[self._next] += 1
        self._next, self._last = self._choose(), time.monotonic()
        return True

    def _victims(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, process in sorted(self._processes.all.items()):
            kind = name.rstrip("0123456789")
            if not process.alive or process.running is None:
                continue
            if kind in {"valkey", "web", "tick"}:
                found.setdefault(kind, []).append(process.running.pid)
            else:
                found.setdefault("worker", []).append(process.running.pid)
                for horse in process.children():
                    found.setdefault("horse", []).append(horse)
        return found
