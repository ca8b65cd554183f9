"""The sweep rings for what is due and not rung for yet: bells never pile up while a worker is away."""

from __future__ import annotations

import django_rq
import pytest
from rq.queue import Queue
from rq.worker import SimpleWorker

from smspanel import doorbell, tick
from tests.jobs.conftest import Machine

PLAN, START = "campaigns.jobs.make_plan", "campaigns.jobs.start"


@pytest.fixture
def due(valkey: Machine, db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[int, ...]]]:
    """What is due, by job; at first two plans and a start with the same id."""
    found: dict[str, list[tuple[int, ...]]] = {PLAN: [(1,), (11,)], START: [(1,)]}
    monkeypatch.setattr(doorbell, "due", lambda job: found.get(job, []))
    return found


def queue(name: str = "bulk") -> Queue:
    """Return a queue as the worker sees it."""
    return django_rq.get_queue(name, connection=doorbell.connection())


def test_a_bell_that_waits_is_not_rung_again_by_the_sweep(due: object) -> None:
    assert [tick.sweep() for _ in range(3)] == [3, 0, 0]
    assert sorted(tuple(job.args) for job in queue().jobs) == [(1,), (11,)]
    assert [tuple(job.args) for job in queue("dispatch").jobs] == [(1,)]


def test_a_bell_that_was_rung_by_a_verb_is_not_rung_again_by_the_sweep(due: object) -> None:
    doorbell.ring_now(PLAN, 1)
    assert tick.sweep() == 2


def test_what_becomes_due_meanwhile_is_rung_for(due: dict[str, list[tuple[int, ...]]]) -> None:
    tick.sweep()
    due[PLAN].append((2,))
    assert tick.sweep() == 1


def test_a_bell_that_was_heard_is_rung_again_while_its_row_is_due(due: object) -> None:
    tick.sweep()
    SimpleWorker([queue()], connection=doorbell.connection()).work(burst=True)
    assert tick.sweep() == 2


def test_a_bell_that_rings_during_its_own_job_is_kept(valkey: Machine) -> None:
    doorbell.ring_now(PLAN, 7)
    (first,) = queue().jobs
    assert queue().pop_job_id() == first.id
    doorbell.ring_now(PLAN, 7)
    first.delete()
    assert [tuple(job.args) for job in queue().jobs] == [(7,)]
