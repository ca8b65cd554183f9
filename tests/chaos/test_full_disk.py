"""G18: a disk fills up while messages are sent: none is lost or sent twice, and work goes on when there is room."""

from __future__ import annotations

import time

import pytest

from tests import proof
from tests.chaos import disks, harness
from tests.chaos.web import Person

MESSAGES, TIMES = (50_000, 10) if proof.LONG else (4_000, 2)
MEGABYTES = 256 if proof.LONG else 64
"""Half of the smaller one is taken by what the pages are made of."""
REFUSED = "disk is full"


def begin(panel: harness.Panel) -> Person:
    """Order everything, start the processes, and return somebody who looks at pages."""
    panel.inside.ask("prepare", accounts=4, address=panel.provider.address, batch_size=20, grace_seconds=5)
    panel.inside.ask("collect")
    panel.order(MESSAGES, campaigns=10, accounts=4, wants_reports=False)
    panel.processes.start()
    person = Person(panel.url, "firm0@example.com")
    panel.until(person.reaches)
    person.sign_in()
    return person


def fill_up(panel: harness.Panel, person: Person) -> None:
    """Leave no room until the database has refused some writing and somebody has looked at some pages."""
    refused, seen = panel.said().count(REFUSED) + 3, person.statuses[200] + 5
    look = harness.every(0.5, lambda: person.get("/points/"))
    fill = harness.every(0.2, lambda: disks.fill(panel.data))
    panel.until(lambda: person.statuses[200] >= seen and panel.said().count(REFUSED) >= refused, fill, look)
    disks.clear(panel.data)


def seconds_until_it_goes_on(panel: harness.Panel) -> float:
    """Wait until more is sent, and return how long that took."""
    sent, began = panel.sent, time.monotonic()
    panel.until(lambda: panel.sent > sent)
    return time.monotonic() - began


@pytest.mark.crash
def test_a_full_disk_loses_and_repeats_nothing_and_work_goes_on_by_itself(seed: int) -> None:
    with harness.panel((*harness.WORKERS, "web"), megabytes=MEGABYTES) as panel:
        person, waits = begin(panel), []
        for share in range(1, TIMES + 1):
            enough = MESSAGES * share // (TIMES + 1)
            panel.until(lambda enough=enough: panel.sent >= enough)  # type: ignore[misc]
            fill_up(panel, person)
            waits.append(seconds_until_it_goes_on(panel))
        restarts = panel.processes.restarts
        panel.come_to_rest()
        verdict = panel.judge()
    verdict.assert_sent_once(MESSAGES)
    assert max(person.statuses) < 500, person.statuses
    assert restarts == 0, "a process did not outlive the full disk"
    figures = {"sent": verdict.on_air, "filled": TIMES, "pages_read": person.statuses[200]}
    figures |= {"sent_twice": verdict.twice, "never_sent": verdict.never}
    longest = {"seconds_until_it_went_on": max(waits)}
    proof.record("G18", "disk filled up during sends", database="SQLite", seed=seed, **figures, **longest)
