"""G8: clocks jump while messages are sent and three heartbeats run: nobody gets it twice, nothing starts too soon."""

from __future__ import annotations

import random
from typing import Final

import pytest

from tests import proof
from tests.chaos import faults, harness
from tests.chaos.harness import AHEAD

NAMES: Final = ("valkey", "dispatch", "dispatch2", "inbox", "bulk", "tick", "tick2", "tick3")
JUMPS: Final = (0, 90, -90, 3_600, -3_600, 86_400, -86_400)
MESSAGES, RESTARTS, EACH = (50_000, 200, 500) if proof.LONG else (2_000, 12, 60)
THREE_DAYS: Final = 3 * 86_400
SOON: Final = 20
ROUTE: Final = {"batch_size": 20, "calls_per_second": 5, "grace_seconds": 25}
"""Slow enough to be hit by every jump; and what is looked up early, by a clock that is ahead, has surely arrived."""


class Clocks:
    """Restarts processes by chance, with clocks that are right or wrong."""

    def __init__(self, panel: harness.Panel, seed: int) -> None:
        self.jumps = 0
        self._panel = panel
        self._chance = random.Random(seed)

    def jump(self) -> None:
        """Put the clock of one process ahead or back."""
        name = self._chance.choice(NAMES[1:])
        offset = str(self._chance.choice(JUMPS))
        self._panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": offset}, names=[name])
        self.jumps += 1


def order_for(panel: harness.Panel, seconds: float, first: int) -> None:
    """Order a campaign that is to start in so many seconds."""
    panel.order(EACH, campaigns=1, accounts=1, first=first, later=seconds)


def set_clocks(panel: harness.Panel, offset: float) -> None:
    """Let all clocks show the same."""
    panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": str(offset)}, names=NAMES[1:])


@pytest.mark.crash
def test_whatever_clocks_show_nobody_gets_it_twice_and_nothing_starts_too_soon(seed: int) -> None:
    with harness.panel(NAMES, options=("--seed", str(seed))) as panel:
        panel.inside.ask("prepare", accounts=4, address=panel.provider.address, **ROUTE)
        panel.order(MESSAGES, campaigns=10, accounts=4)
        order_for(panel, THREE_DAYS, MESSAGES)
        panel.provider.ask("faults", faults.trouble("/messages/*", share=0.1))
        clocks = Clocks(panel, seed)
        panel.processes.start()
        # What has not begun would be missed by a clock that is a day ahead, as its owner wants it.
        panel.until(lambda: sum(panel.inside.ask("states").values()) == MESSAGES)
        panel.until(lambda: clocks.jumps >= RESTARTS, harness.every(2, clocks.jump))
        panel.come_to_rest(left=1, names=NAMES[1:])
        assert panel.sent == MESSAGES, "what was to be sent in three days has begun"
        order_for(panel, AHEAD + SOON, MESSAGES + EACH)
        panel.finish(left=1)
        set_clocks(panel, THREE_DAYS + AHEAD)
        panel.finish()
        late = panel.inside.ask("starts")
        verdict = panel.judge()
    verdict.assert_sent_once(MESSAGES + 2 * EACH)
    assert min(late) >= 0, late
    figures = {"sent": verdict.on_air, "jumps": clocks.jumps, "sent_twice": verdict.twice, "never_sent": verdict.never}
    figures |= {"heartbeats": 3, "started_too_soon": 0, "seconds_late_with_a_right_clock": max(late[-1:])}
    proof.record("G8", "clocks jump by up to a day in restarted processes", database="SQLite", seed=seed, **figures)
