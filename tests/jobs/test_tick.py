"""The heartbeat: one holder at a time, every slot once, and a bell for whatever is due."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smspanel import clock, doorbell, tick
from smspanel.models import Lease, PeriodicRun
from tests.jobs.conftest import Machine, wait_until

HOUR = 3_600


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, db: None) -> list[str]:
    """What the periodic functions of the sending side did."""
    calls: list[str] = []
    monkeypatch.setattr("campaigns.jobs.close_unreported", lambda: calls.append("close-unreported"))
    return calls


@pytest.fixture
def hour(db: None) -> Iterator[float]:
    """How many seconds ahead the next hour begins; none pass but by `travel`."""
    with clock.stop():
        yield HOUR - clock.now().timestamp() % HOUR


def test_a_lease_is_prolonged_by_its_holder_and_refused_to_others(db: None) -> None:
    assert tick.acquire("tick", holder="a")
    for seconds in (0, 15, 30, 45):
        with clock.travel(seconds=seconds):
            assert tick.acquire("tick", holder="a")
            assert not tick.acquire("tick", holder="b")


def test_a_lease_is_taken_over_when_it_has_expired(db: None) -> None:
    assert tick.acquire("tick", holder="a")
    with clock.travel(seconds=tick.LEASE_SECONDS - 1):
        assert not tick.acquire("tick", holder="b")
    with clock.travel(seconds=tick.LEASE_SECONDS + 1):
        assert tick.acquire("tick", holder="b")
        assert not tick.acquire("tick", holder="a")


def test_a_lease_that_was_given_back_is_free_and_only_its_holder_gives_it_back(db: None) -> None:
    assert tick.acquire("tick", holder="a")
    tick.release("tick", holder="b")
    assert not tick.acquire("tick", holder="b")
    tick.release("tick", holder="a")
    assert tick.acquire("tick", holder="b")


def test_leases_of_different_names_do_not_meet(db: None) -> None:
    assert tick.acquire("tick", holder="a")
    assert tick.acquire("another", holder="b")


def test_whoever_has_no_lease_does_nothing(ran: list[str]) -> None:
    assert tick.acquire("tick", holder="somebody else")
    assert not tick.tick()
    assert (ran, PeriodicRun.objects.count()) == ([], 0)


def test_a_slot_is_run_once_however_often_it_ticks(ran: list[str], hour: float) -> None:
    for seconds in (0, 1, hour - 5, hour + 1, hour + 2, hour + HOUR - 5):
        with clock.travel(seconds=seconds):
            tick.run_periodic()
    assert len(ran) == 2


def test_slots_that_were_slept_through_are_not_caught_up(ran: list[str], hour: float) -> None:
    tick.run_periodic()
    for seconds in (hour + 5 * HOUR, hour + 5 * HOUR + 1):
        with clock.travel(seconds=seconds):
            tick.run_periodic()
    assert len(ran) == 2


def test_a_clock_that_goes_back_runs_no_slot_again(ran: list[str], hour: float) -> None:
    for seconds in (0, hour + 1, 0, hour + 1):
        with clock.travel(seconds=seconds):
            tick.run_periodic()
    assert len(ran) == 2


def test_old_slots_are_forgotten_and_new_ones_kept(db: None) -> None:
    tick.run_periodic()
    with clock.travel(days=8):
        tick.run_periodic()
    assert PeriodicRun.objects.count() == len(tick.PERIODIC)


def test_a_sweep_ends_at_the_first_bell_that_is_lost(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(doorbell, "due", lambda _job: [(1,), (2,)])
    monkeypatch.setattr(doorbell, "ring_now", lambda *bell: asked.append(bell))
    assert tick.sweep() == 0
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_takes_over_from_a_dead_one_and_gives_back_when_it_is_stopped(machine: Machine) -> None:
    assert tick.acquire("tick", holder="dead", seconds=1)
    process = machine.start("tick")
    wait_until(lambda: Lease.objects.filter(holder__contains=f":{process.pid}:").exists())
    process.terminate()
    assert process.wait(60) == 0
    assert not Lease.objects.exists()
