"""G10: owners' programs that are dead, slow, huge, flapping or lead elsewhere hold up nobody else's events."""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
import redis

from tests import proof
from tests.chaos import harness
from tests.chaos.programs import Programs, programs

EACH = {"good": 100, "dead": 50, "drip": 20, "huge": 10, "redirect": 10, "flap": 10} if proof.LONG else {}
EACH |= {} if proof.LONG else {"good": 8, "dead": 3, "drip": 2, "huge": 1, "redirect": 1, "flap": 1}
EVENTS: Final = 500 if proof.LONG else 25
MOST_MEGABYTES: Final = 200
IN_TIME: Final = 5.0
"""Seconds in which nineteen of twenty events of good programs are told."""
NEVER_WELL: Final = ("dead", "drip", "redirect")
PAUSE: Final = 300.0
"""Seconds in which such a program is asked once."""
LATER: Final = "400"
"""Seconds by which the clock is put ahead, past that pause."""


def at_work(panel: harness.Panel) -> bool:
    """Say whether there is a worker that hears bells."""
    with suppress(redis.RedisError):
        return bool(panel.valkey.exists("rq:workers:postbacks"))
    return False


def listen(panel: harness.Panel, sinks: Programs, watch: Callable[[], None]) -> dict[str, float]:
    """Have every program told of so many events, in turns; return when each event was written."""
    places = [(kind, number) for kind, count in EACH.items() for number in range(count)]
    for account, (kind, number) in enumerate(places):
        panel.inside.ask("listen", account=account, url=sinks.address(kind, number))
    written: dict[str, float] = {}
    for _ in range(EVENTS):
        watch()
        for account in range(len(places)):
            written |= panel.inside.ask("tell", account=account)
    return written


def delays(told: Iterable[list[tuple[int, float]]], written: dict[str, float]) -> list[float]:
    """Return how many seconds after it was written each event was told."""
    return [at - written[str(event)] for events in told for event, at in events]


def probes(sinks: Programs) -> int:
    """Return how often any program that is never well was asked within five minutes, at most."""
    asked = [[at for _event, at in told] for kind in NEVER_WELL for told in sinks.of(kind).values()]
    return max(bisect_left(times, first + PAUSE) - index for times in asked for index, first in enumerate(times))


def megabytes(panel: harness.Panel) -> int:
    """Return the most memory that the process which tells, or one that it forked, has had."""
    process = panel.processes.all["postbacks"]
    assert process.running is not None
    found = [0]
    for pid in (process.running.pid, *process.children()):
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            found += [int(kilobytes) // 1024 for kilobytes in re.findall(r"VmHWM:\s+(\d+)", status)]
    return max(found)


@pytest.mark.crash
def test_bad_programs_hold_up_no_good_ones_and_miss_nothing_in_the_end(seed: int) -> None:
    sent, most = sum(EACH.values()) * EVENTS, [0]
    with programs() as sinks, harness.panel(("valkey", "postbacks", "tick")) as panel:
        panel.inside.ask("prepare", accounts=sum(EACH.values()), address=panel.provider.address)

        def watch() -> None:
            most[0] = max(most[0], megabytes(panel))

        def good() -> int:
            return sum(map(len, sinks.of("good").values()))

        panel.processes.start()
        panel.until(lambda: at_work(panel))
        written = listen(panel, sinks, watch)
        panel.until(lambda: good() >= EACH["good"] * EVENTS, watch)
        waited = delays(sinks.of("good").values(), written)
        asked = probes(sinks)
        sinks.well = True
        panel.processes.restart({"SMSPANEL_CLOCK_OFFSET": LATER}, names=("postbacks", "tick"))
        panel.until(lambda: panel.inside.ask("events") == {"ACCEPTED": sent}, watch)
    for told in sinks.told.values():
        ids = [event for event, _at in told]
        assert ids == sorted(ids), "an event was told after a later one"
        assert len(set(ids)) == EVENTS
    p95 = statistics.quantiles(waited, n=20)[-1]
    assert (asked, most[0] <= MOST_MEGABYTES, p95 <= IN_TIME) == (1, True, True), (asked, most, p95)
    figures = {"programs": sum(EACH.values()), "events": sent, "missed": 0, "p95_of_good_ones_in_seconds": p95}
    figures |= {"most_requests_to_a_bad_one_in_five_minutes": asked, "most_megabytes": most[0]}
    proof.record("G10", "bad programs beside good ones", database="SQLite", seed=seed, **figures)
