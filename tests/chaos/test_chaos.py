"""G2: processes are killed by chance while the provider fails by chance, and every message is sent exactly once."""

from __future__ import annotations

import pytest

from tests import postgres, proof
from tests.chaos import faults, harness
from tests.chaos.judging import Verdict
from tests.chaos.killer import CRASHES, Killer

CAMPAIGNS, ACCOUNTS, BATCH = 20, 4, 40
MESSAGES, KILLS = (500_000, 5_000) if proof.LONG else (20_000, 200)
ON_POSTGRESQL = (100_000, 1_000) if proof.LONG else (3_000, 30)


def soak(panel: harness.Panel, messages: int, killer: Killer) -> Verdict:
    """Send so many messages under fire, let everything end, and return the verdict."""
    panel.inside.ask("prepare", accounts=ACCOUNTS, address=panel.provider.address, batch_size=BATCH, grace_seconds=5)
    reported = messages // 4
    panel.order(reported, campaigns=CAMPAIGNS // 4, accounts=ACCOUNTS)
    rest = {"first": reported, "campaigns": CAMPAIGNS - CAMPAIGNS // 4, "wants_reports": False}
    panel.order(messages - reported, accounts=ACCOUNTS, **rest)
    panel.provider.ask("faults", faults.trouble("/messages/*"))
    panel.processes.start()
    panel.until(lambda: killer.done, lambda: killer.keep_pace(panel.sent / messages))
    panel.come_to_rest()
    return panel.judge()


def tell(database: str, seed: int, verdict: Verdict, killer: Killer) -> None:
    """Write down what was counted."""
    figures = {"sent": verdict.on_air, "killed": killer.killed.total()}
    figures |= {f"killed_{kind}": count for kind, count in sorted(killer.killed.items())}
    figures |= {"sent_twice": verdict.twice, "never_sent": verdict.never}
    proof.record("G2", "killed at random, provider failing 20 %", database=database, seed=seed, **figures)


@pytest.mark.crash
def test_whatever_is_killed_everybody_gets_the_message_once(seed: int) -> None:
    with harness.panel(options=("--seed", str(seed))) as panel:
        killer = Killer(panel.processes, seed, most=KILLS)
        verdict = soak(panel, MESSAGES, killer)
    verdict.assert_sent_once(MESSAGES)
    tell("SQLite", seed, verdict, killer)


@pytest.mark.crash
def test_a_database_server_that_crashes_loses_and_repeats_nothing(seed: int) -> None:
    messages, kills = ON_POSTGRESQL
    with postgres.cluster(durable=True) as url, harness.panel(DATABASE_URL=url) as panel:
        killer = Killer(panel.processes, seed, most=kills, crash_database=lambda: postgres.crash(url))
        verdict = soak(panel, messages, killer)
    verdict.assert_sent_once(messages)
    assert killer.killed["database"] >= CRASHES
    tell("PostgreSQL", seed, verdict, killer)
