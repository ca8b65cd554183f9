"""Many callers at once: nothing is lost, mixed up or counted wrongly."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

THREADS = 20


def test_twenty_equal_packages_are_twenty_decisions(caller: Caller, sim: Simulator) -> None:
    together = threading.Barrier(THREADS)

    def send(_: int) -> int:
        mine = Caller(sim)
        together.wait()
        return int(mine.send(["+48500100200", "+48500100300"])["queued"])

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(send, range(THREADS))) == [2] * THREADS
    assert sim.counts()["numbers"] == {"48500100200": THREADS, "48500100300": THREADS}
    assert len({sms["provider_id"] for sms in sim.air()}) == 2 * THREADS
    assert len(sim.journal()) == THREADS


def test_a_limit_is_never_overspent(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", full_limit=7)
    together = threading.Barrier(THREADS)

    def send(_: int) -> int:
        mine = Caller(sim)
        together.wait()
        return int(mine.send("+48500100200").get("queued", 0))

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(send, range(THREADS))) == 7
    assert sim.settings()["serwersms"]["full_limit"] == 0


def test_an_id_under_control_is_taken_once(caller: Caller, sim: Simulator) -> None:
    sim.settings("serwersms", unique_id_control=True)
    together = threading.Barrier(THREADS)

    def send(_: int) -> int:
        mine = Caller(sim)
        together.wait()
        return int(mine.send("+48500100200", unique_id="once1")["queued"])

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(send, range(THREADS))) == 1


def test_fifty_packages_of_200_pass_in_a_minute(caller: Caller, sim: Simulator) -> None:
    began = time.monotonic()
    for package in range(50):
        first = 501_000_000 + package * 200
        phones = [f"+48{number}" for number in range(first, first + 200)]
        caller.send(phones, unique_id=[f"id{phone[1:]}" for phone in phones])
    assert time.monotonic() - began < 60
    assert len(caller.simulator.air(limit=20_000)) == 50 * 196
