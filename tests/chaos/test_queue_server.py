"""G4: the queue server is worth nothing: emptied, killed and switched off, it costs no message and repeats none."""

from __future__ import annotations

from contextlib import suppress

import pytest
import redis

from tests import proof
from tests.chaos import harness
from tests.chaos.web import Person

MESSAGES, DRAFTS, SIZE = (50_000, 50, 100) if proof.LONG else (9_000, 12, 50)
EMPTIED, KILLED, OFF = MESSAGES // 4, MESSAGES // 2, MESSAGES * 3 // 4
"""So many messages have been sent when each trouble ends, if it has happened."""


def begin(panel: harness.Panel) -> tuple[Person, list[int]]:
    """Start everything with most messages ordered, and the rest in drafts that the returned person can confirm.

    The person is signed in before there is anything to send.
    """
    panel.inside.ask("prepare", accounts=4, address=panel.provider.address, batch_size=40, grace_seconds=5)
    panel.inside.ask("collect")
    panel.processes.start()
    person = Person(panel.url, "firm0@example.com")
    panel.until(person.reaches)
    person.sign_in()
    places = range(MESSAGES, MESSAGES + DRAFTS * SIZE, SIZE)
    numbers = [[harness.number(one) for one in range(place, place + SIZE)] for place in places]
    drafts = [panel.inside.ask("draft", account=0, numbers=some) for some in numbers]
    panel.order(MESSAGES, campaigns=10, accounts=4)
    return person, drafts


class Trouble:
    """What is done to the queue server, and how often."""

    def __init__(self, panel: harness.Panel) -> None:
        self.panel = panel
        self.emptied = self.killed = 0

    def empty(self) -> None:
        """Throw away everything that it holds."""
        with suppress(redis.RedisError):
            self.panel.valkey.flushall()
            self.emptied += 1

    def kill(self) -> None:
        """Kill it; it is started again."""
        self.panel.processes.all["valkey"].kill()
        self.killed += 1


@pytest.mark.crash
def test_a_queue_server_that_forgets_dies_or_is_away_loses_and_repeats_nothing(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web")) as panel:
        person, drafts = begin(panel)
        trouble = Trouble(panel)
        click = harness.every(1, lambda: person.confirm_one(drafts))
        panel.until(lambda: trouble.emptied > 0 and panel.sent >= EMPTIED, harness.every(2, trouble.empty), click)
        panel.until(lambda: trouble.killed > 0 and panel.sent >= KILLED, harness.every(3, trouble.kill), click)
        panel.processes.switch_off("valkey")
        panel.until(lambda: panel.sent >= OFF and not drafts, click)
        panel.processes.switch_on("valkey")
        panel.finish()
        verdict = panel.judge()
    verdict.assert_sent_once(MESSAGES + DRAFTS * SIZE)
    assert max(person.statuses) < 500, person.statuses
    figures = {"sent": verdict.on_air, "emptied": trouble.emptied, "killed": trouble.killed}
    figures |= {"pages_asked": person.statuses.total(), "sent_twice": verdict.twice, "never_sent": verdict.never}
    proof.record("G4", "Valkey emptied, killed, away while people confirm", database="SQLite", seed=seed, **figures)
