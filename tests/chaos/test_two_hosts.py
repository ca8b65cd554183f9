"""Two hosts send a campaign together; when one of them is gone the other sends the rest, nothing twice."""

from __future__ import annotations

import psycopg
import pytest

from tests import proof
from tests.chaos import harness, hosts

MESSAGES = 50_000 if proof.LONG else 2_000


def clients(panel: harness.Panel) -> set[str]:
    """Return the addresses from which the database is being used."""
    with psycopg.connect(panel.processes.environment["DATABASE_URL"]) as database:
        rows = database.execute("SELECT client_addr::text FROM pg_stat_activity WHERE client_addr IS NOT NULL")
        return {address for (address,) in rows}


@pytest.mark.goal
def test_a_host_that_is_lost_in_the_middle_costs_no_message_and_repeats_none() -> None:
    with hosts.hosts(2) as (network, (lost, left)):
        left.inside.ask("prepare", accounts=2, address=left.provider.address, batch_size=20, grace_seconds=1)
        left.order(MESSAGES, campaigns=4, accounts=2)
        for host in (lost, left):
            host.processes.start()
        left.until(lambda: left.sent >= MESSAGES // 5, lost.processes.keep_up)
        seen = clients(left)
        lost.processes.lose()
        before = left.sent
        left.come_to_rest()
        verdict, said = left.judge(), left.said()
    verdict.assert_sent_once(MESSAGES)
    assert before < MESSAGES
    assert "was lost" not in said
    assert len(seen) >= (3 if network.is_real else 1), seen
    figures = {"sent": verdict.on_air, "sent_when_one_was_lost": before, "networks": len(seen) - 1}
    figures |= {"sent_twice": verdict.twice, "never_sent": verdict.never}
    proof.record("S-scale", "two hosts, one of them lost", database="PostgreSQL", **figures)
