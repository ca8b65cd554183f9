"""A provider that tells what became of messages: in any order, several times, among nonsense, until it gets its 200."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import requests

ENDS: Final = {"DELIVRD": "DELIVERED", "UNDELIV": "UNDELIVERED", "EXPIRED": "EXPIRED", "REJECTD": "REJECTED"}
"""Words of a provider, and what the panel makes of them."""
AT_ONCE: Final = 8
MOST_COPIES: Final = 5
STRANGE, GARBAGE = 0.05, 0.01
"""Of all pushes, those about ids that nobody knows, and those that mean nothing."""
SENT_AT, ENDED_AT = "2026-11-01 12:00:00", "2026-11-01 12:05:00"


class Storm:
    """Pushes to an address, from a seed, and remembers what is true."""

    def __init__(self, address: str, seed: int) -> None:
        self.truth: dict[str, str] = {}
        self.seconds: list[float] = []
        self.repeated = 0
        self._address = address
        self._chance = random.Random(seed)
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._own = threading.local()

    def rage(self, messages: Iterable[dict[str, Any]]) -> list[Future[None]]:
        """Begin to tell about these messages, each as the simulator has it; return what can be waited for."""
        pushes = [push for message in messages for push in self._about(message["number"], message["provider_id"])]
        pushes += [self._nonsense() for _ in range(int(len(pushes) * (STRANGE + GARBAGE)))]
        self._chance.shuffle(pushes)
        return [self._pool.submit(self._push, push) for push in pushes]

    def _about(self, msisdn: str, provider_id: str) -> list[dict[str, str]]:
        """Decide what became of a message, and how often it is told: not at all, or after the news that it is sent."""
        copies = self._chance.randint(0, MOST_COPIES)
        word = self._chance.choice(list(ENDS))
        self.truth[msisdn.lstrip("+")] = ENDS[word] if copies else "SENT"
        sent = {"id": provider_id, "st": "ACCEPTD", "dt": SENT_AT}
        return [sent] + [{"id": provider_id, "st": word, "dt": ENDED_AT}] * copies

    def _nonsense(self) -> dict[str, str]:
        strange = f"{self._chance.getrandbits(60):x}"
        if self._chance.random() < STRANGE / (STRANGE + GARBAGE):
            return {"id": strange, "st": "DELIVRD", "dt": ENDED_AT}
        return {"id": strange, "st": "\x00\ufffd", "dt": "yesterday", "why": "x" * 500}

    def _push(self, push: dict[str, str]) -> None:
        """Push until the answer is 200, as a careful provider does."""
        while True:
            began = time.monotonic()
            with suppress(requests.RequestException):
                if self._session.get(self._address, params=push, timeout=60).ok:
                    self.seconds.append(time.monotonic() - began)
                    return
            self.repeated += 1
            time.sleep(0.2)

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
        session: requests.Session = self._own.session
        return session

    def p99(self) -> float:
        """Return within how many seconds 99 of 100 pushes were answered."""
        return statistics.quantiles(self.seconds, n=100)[-1]
