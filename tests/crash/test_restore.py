"""G20: a backup from the middle of a campaign is restored: nobody gets a message again, and it does not take long."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any, Final

import pytest

from tests import proof
from tests.chaos import harness
from tests.chaos.processes import ROOT

OLD: Final = 1_000_000 if proof.LONG else 2_000
"""Messages that were sent long before."""
FIRST, NEW = 20, 600
"""Messages of a campaign that has ended, and of those that are under way."""
IN_TIME: Final = 300.0
NAMES: Final = ("valkey", "dispatch", "inbox", "bulk", "tick")
ROUTE: Final = {"batch_size": 10, "calls_per_second": 3}


def manage(panel: harness.Panel, *words: str) -> Any:
    """Run a command in the installation and return what it answers."""
    command, seen = [sys.executable, "manage.py", *words, "--json"], panel.processes.environment
    done = subprocess.run(command, cwd=ROOT, env=seen, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def begin(panel: harness.Panel) -> None:
    """Have messages of long ago, and campaigns under way."""
    panel.inside.ask("prepare", accounts=2, address=panel.provider.address, **ROUTE)
    panel.order(FIRST, campaigns=1, accounts=1)
    panel.processes.start()
    panel.finish()
    panel.inside.ask("fill", count=OLD)
    panel.order(NEW, campaigns=4, accounts=2, first=FIRST)


def send_until(panel: harness.Panel, share: float) -> int:
    """Wait until that share of the campaigns has left, and return how many messages have."""
    panel.until(lambda: panel.sent >= FIRST + NEW * share)
    return panel.sent


def restore(panel: harness.Panel, copy: str) -> float:
    """Lose everything since the copy, and return how long it takes until all of it is at rest."""
    panel.processes.stop()
    panel.inside.ask("forget_heartbeat")
    began = time.monotonic()
    assert manage(panel, "restore", copy, "--replace")["accounts"] == 2
    panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": str(harness.AHEAD)})
    panel.finish()
    return time.monotonic() - began


@pytest.mark.crash
def test_a_restored_backup_from_the_middle_of_a_campaign_sends_nothing_again(seed: int) -> None:
    with harness.panel(NAMES, options=("--seed", str(seed))) as panel:
        copy = str(panel.data / "copy")
        begin(panel)
        send_until(panel, 0.1)
        began = time.monotonic()
        size, written = manage(panel, "backup", copy)["bytes"], time.monotonic() - began
        send_until(panel, 0.9)
        took = restore(panel, copy)
        left, verdict = panel.sent, panel.judge()
    lost = verdict.uncharged
    assert (verdict.twice, verdict.broken) == (0, {}), verdict
    assert (lost > 0, took <= IN_TIME) == (True, True), (lost, took)
    figures = {"messages": OLD + FIRST + NEW, "megabytes": size // 1_048_576, "sent_before_the_loss": left}
    figures |= {"of_these_since_the_backup": lost, "sent_twice": 0}
    times = {"seconds_to_back_up": written, "seconds_until_all_was_at_rest": took}
    proof.record("G20", "restored from a backup of the middle", database="SQLite", seed=seed, **figures, **times)
