"""G3: a provider that cannot be asked by our references: nobody gets it twice, and what is unclear is told as such."""

from __future__ import annotations

import pytest

from tests import proof
from tests.chaos import faults, harness
from tests.chaos.killer import Killer

MESSAGES, KILLS = (100_000, 1_000) if proof.LONG else (4_000, 40)
LOGIN = {"username": "sim", "password": "sim-password"}
LOST = {"action": "status", "status": 503, "path": "/v1/sms-full-data", "times": None, "share": 0.7}
"""Most of what the provider could show afterwards is not to be had, so that only its reports tell."""
RESOLVED = 0.999


def begin(panel: harness.Panel) -> None:
    """Order everything over a provider that pushes reports and fails, and start the processes."""
    route = {"kind": "jomobile", "options": {"sender": "INFO"}, "batch_size": 40, "grace_seconds": 5}
    place = panel.inside.ask("prepare", accounts=4, address=panel.provider.address, sign_in=LOGIN, **route)
    panel.order(MESSAGES, campaigns=20, accounts=4)
    switches = {
        "jomobile": {"webhook": place["pushes"]},
        "simulator": {"delivery_delay": 5.0, "push_retry_seconds": 5.0},
    }
    panel.provider.ask("settings", switches)
    panel.provider.ask("faults", [*faults.trouble("/v1/send"), LOST])
    panel.processes.start()


def hear_reports(panel: harness.Panel) -> None:
    """Wait until all that was sent is reported; the provider repeats its reports, and all are due that were put off."""
    panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": "8000"}, names=("tick", "inbox"))
    told: dict[str, int] = {}
    ask = harness.every(2, lambda: told.update(panel.inside.ask("states")))
    repeat = harness.every(30, lambda: panel.provider.ask("resend-all", {}))
    panel.until(lambda: told.get("DELIVERED", 0) >= RESOLVED * panel.sent, ask, repeat)


@pytest.mark.crash
def test_without_a_look_up_nobody_gets_it_twice_and_reports_tell_what_was_sent(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web"), front="jomobile", options=("--seed", str(seed))) as panel:
        killer = Killer(panel.processes, seed, most=KILLS)
        begin(panel)
        panel.until(lambda: killer.done, lambda: killer.keep_pace(panel.sent / MESSAGES))
        panel.come_to_rest(still=[LOST])
        panel.provider.ask("faults", method="DELETE")
        assumed = panel.inside.ask("states").get("ASSUMED_SENT", 0)
        hear_reports(panel)
        verdict = panel.judge()
    verdict.assert_right()
    assert verdict.never <= verdict.assumed <= verdict.never + (1 - RESOLVED) * verdict.on_air, verdict
    figures = {"sent": verdict.on_air, "killed": killer.killed.total(), "sent_twice": 0, "assumed_sent": assumed}
    figures |= {"of_these_reported_later": assumed - verdict.assumed, "never_sent": verdict.never}
    proof.record("G3", "no look-up, killed at random, provider failing", database="SQLite", seed=seed, **figures)
