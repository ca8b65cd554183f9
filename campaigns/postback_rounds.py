"""Tells many programs at the same time: the calls are made in threads, the database is asked by one of them only.

A program may take DEADLINE for an answer, and nobody knows beforehand which one will. So those that did not accept
quickly the last time have only a part of the threads, and the last seconds of a round belong to quick ones: a round
ends when its last call does, and nobody is told anything before the next begins.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

from campaigns import postback_delivery
from campaigns.models import PostbackAttempt
from campaigns.postback_delivery import Turn
from campaigns.postbacks import JOB
from smspanel import clock, doorbell

AT_ONCE: Final = 64
CAREFUL_AT_ONCE: Final = 48
"""So many of the calls may be of addresses that may take long."""
SECONDS: Final = 60.0
LOOK_EVERY: Final = 0.25
"""Seconds after which the database is asked for other addresses while calls are under way."""


def run() -> None:
    """Tell everything that waits, until nothing does or the round is over."""
    doorbell.heard(JOB)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        Round(threads).run()
    if doorbell.is_leaving() or postback_delivery.due():
        doorbell.ring(JOB, once=True)


@dataclass
class Round:
    """Turns of many addresses at the same time."""

    threads: ThreadPoolExecutor
    began: float = field(default_factory=clock.monotonic)
    looked: float = float("-inf")
    calls: dict[Future[PostbackAttempt], Turn] = field(default_factory=dict)

    def run(self) -> None:
        """Begin turns and go on with them until none is left."""
        while True:
            if not self.calls or clock.monotonic() - self.looked >= LOOK_EVERY:
                self._begin()
            if not self.calls:
                return
            done, _ = wait(self.calls, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in done:
                turn = self.calls.pop(future)
                turn.told(future.result())
                self._go_on(turn)

    def _left(self) -> float:
        """Return the seconds in which something may still be begun."""
        return 0.0 if doorbell.is_leaving() else SECONDS - (clock.monotonic() - self.began)

    def _begin(self) -> None:
        """Begin turns of as many addresses as there are threads for."""
        self.looked = clock.monotonic()
        if self._left() <= 0:
            return
        careful = sum(not turn.is_quick for turn in self.calls.values())
        if self._left() > postback_delivery.DEADLINE and careful < CAREFUL_AT_ONCE:
            self._begin_all(postback_delivery.careful()[: CAREFUL_AT_ONCE - careful])
        self._begin_all(postback_delivery.quick())

    def _begin_all(self, endpoints: list[int]) -> None:
        for endpoint_id in endpoints[: AT_ONCE - len(self.calls)]:
            if (turn := postback_delivery.begin(endpoint_id)) is not None:
                self._go_on(turn)

    def _go_on(self, turn: Turn) -> None:
        """Make the next call of a turn."""
        turn.over = turn.over or self._left() <= 0
        if (event := turn.next()) is not None:
            self.calls[self.threads.submit(postback_delivery.call, event)] = turn
