"""G9: reports come in any order, several times and before the panel knows of the message, while the web is killed."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from tests import proof
from tests.chaos import harness
from tests.chaos.storm import Storm

MESSAGES, KILLS = (200_000, 100) if proof.LONG else (600, 2)
"""Kills in each half."""
BATCH: Final = 40
LOST: Final = max(2, MESSAGES // BATCH // 10)
"""So many submissions are taken without an answer, just before reports begin to come: they are early for sure."""
NEVER: Final = "1000000"
"""Seconds after which the simulator itself would report."""
SENDING: Final = ("dispatch", "dispatch2", "dispatch3")


def let_rage(panel: harness.Panel, storm: Storm, messages: list[dict[str, Any]]) -> int:
    """Have everything told about these messages, and kill the web meanwhile; return how often it was killed."""
    before, killed = len(storm.seconds), 0
    pushes = storm.rage(messages)

    def kill() -> None:
        nonlocal killed
        # It is not killed before it was of some use again.
        if len(storm.seconds) - before > len(pushes) * killed / KILLS:
            panel.processes.all["web"].kill()
            killed += 1

    panel.until(lambda: all(push.done() for push in pushes), kill)
    return killed


@pytest.mark.crash
def test_reports_in_any_order_end_as_the_provider_meant_them(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web"), options=("--delivery-delay", NEVER)) as panel:
        place = panel.inside.ask(
            "prepare", accounts=4, address=panel.provider.address, batch_size=BATCH, grace_seconds=5
        )
        lost = {"path": "/messages/send*", "action": "take_then_drop", "times": LOST}
        panel.provider.ask("faults", [lost | {"after": MESSAGES // BATCH // 2 - LOST - 1}])
        panel.order(MESSAGES, campaigns=10, accounts=4)
        panel.processes.start()
        storm, began = Storm(place["pushes"], seed), time.monotonic()
        panel.until(lambda: panel.sent >= MESSAGES // 2)
        for name in SENDING:
            panel.processes.switch_off(name)
        first = panel.provider.ask("air?limit=-1")["messages"]
        early = len(first) - panel.inside.ask("states").get("SENT", 0)
        killed = let_rage(panel, storm, first)
        for name in SENDING:
            panel.processes.switch_on(name)
        panel.come_to_rest()
        known = {message["provider_id"] for message in first}
        rest = [one for one in panel.provider.ask("air?limit=-1")["messages"] if one["provider_id"] not in known]
        killed += let_rage(panel, storm, rest)
        rate = len(storm.seconds) / (time.monotonic() - began)
        panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": "8000"}, names=("tick", "inbox"))
        panel.until(lambda: panel.inside.ask("ends") == storm.truth)
        verdict = panel.judge()
    verdict.assert_sent_once(MESSAGES)
    assert early >= BATCH
    assert verdict.states.get("REJECTED") == list(storm.truth.values()).count("REJECTED")
    figures = {"messages": MESSAGES, "pushes": len(storm.seconds), "before_the_acceptance_was_known": early}
    figures |= {"web_killed": killed, "pushed_again": storm.repeated, "wrong_ends": 0}
    timing = {"answered_a_second": rate, "p99_in_seconds": storm.p99()}
    proof.record(
        "G9", "reports shuffled, repeated, early, web killed", database="SQLite", seed=seed, **figures, **timing
    )
