"""G3: a provider that cannot be asked by our references: nobody gets it twice, and what is unclear is told as such."""

from __future__ import annotations

import pytest

from tests import proof
from tests.chaos import faults, harness
from tests.chaos.killer import Killer

MESSAGES, KILLS = (100_000, 1_000) if proof.LONG else (6_000, 60)
LOGIN = {"username": "sim", "password": "sim-password"}
LOST = {"action": "status", "status": 503, "path": "/v1/sms-full-data", "times": None, "share": 0.7}
"""Most of what the provider could show afterwards is not to be had, so that only its reports tell."""
RESOLVED = 0.999


@pytest.mark.crash
def test_without_a_look_up_nobody_gets_it_twice_and_reports_tell_what_was_sent(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web"), front="jomobile", options=("--seed", str(seed))) as panel:
        route = {"kind": "jomobile", "options": {"sender": "INFO"}, "batch_size": 40, "grace_seconds": 5}
        place = panel.inside.ask("prepare", accounts=4, address=panel.provider.address, sign_in=LOGIN, **route)
        panel.order(MESSAGES, campaigns=20, accounts=4)
        panel.provider.ask("settings", {"jomobile": {"webhook": place["pushes"]}, "simulator": {"delivery_delay": 5.0}})
        panel.provider.ask("faults", [*faults.trouble("/v1/send"), LOST])
        killer = Killer(panel.processes, seed, most=KILLS)
        panel.processes.start()
        panel.until(lambda: killer.done, lambda: killer.keep_pace(panel.sent / MESSAGES))
        panel.come_to_rest()
        unclear = panel.inside.ask("states").get("ASSUMED_SENT", 0)
        panel.provider.ask("resend-all", {})
        verdict = panel.judge()
    verdict.assert_right()
    print(verdict, unclear, killer.killed)
