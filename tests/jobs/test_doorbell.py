"""Bells: plain data for known functions, rung after the commit, and lost without harm."""

from __future__ import annotations

import json
import stat
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import django_rq
import pytest
from django.conf import settings
from django.db import transaction
from redis import Redis
from rq.queue import Queue

from smspanel import doorbell, worker
from tests.jobs.conftest import Machine

PLAN = "campaigns.jobs.make_plan"


def queue(name: str = "bulk") -> Queue:
    """Return a queue as the worker sees it."""
    return django_rq.get_queue(name, connection=doorbell.connection())


def test_a_bell_is_an_id_for_a_known_function(valkey: Machine) -> None:
    assert doorbell.ring_now(PLAN, 7)
    (job,) = queue().jobs
    assert (job.func_name, job.args, job.kwargs, job.description) == (PLAN, [7], {}, PLAN)
    assert job.retries_left is None


def test_bells_lie_in_the_queue_server_as_json(valkey: Machine) -> None:
    doorbell.ring_now(PLAN, 7)
    (job,) = queue().jobs
    raw = doorbell.connection().hget(f"rq:job:{job.id}", "data")
    assert isinstance(raw, bytes)
    assert json.loads(zlib.decompress(raw)) == [PLAN, None, [7], {}]


def test_only_plain_data_can_be_queued(valkey: Machine) -> None:
    for value in (object(), datetime.now(UTC), b"bytes", {1}, print):
        with pytest.raises((TypeError, ValueError)):
            doorbell.ring_now(PLAN, value)  # type: ignore[arg-type]
    assert queue().count == 0


def test_the_queue_server_is_for_its_owner_alone_and_listens_on_no_port(valkey: Machine) -> None:
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
    server = Redis(unix_socket_path=str(valkey.socket))
    found = {name: server.config_get(name)[name] for name in ("port", "appendonly", "maxmemory-policy")}
    assert found == {"port": "0", "appendonly": "yes", "maxmemory-policy": "noeviction"}


@pytest.mark.parametrize("name", ["os.system", "smspanel.doorbell.ring_now", "campaigns.jobs.due_plans", ""])
def test_a_job_with_another_name_has_no_function(machine: Machine, name: str) -> None:
    job = worker.BellJob.create("builtins.print", connection=doorbell.connection())
    job._func_name = name
    with pytest.raises(worker.UnknownJob, match="was not run"):
        _ = job.func


def test_an_unknown_bell_cannot_be_rung(machine: Machine) -> None:
    with pytest.raises(KeyError):
        doorbell.ring_now("os.system", 1)


def test_every_bell_names_a_job_and_finds_its_due_ids(db: None) -> None:
    for job, bell in doorbell.BELLS.items():
        assert bell.queue in settings.QUEUES
        assert list(doorbell.due(job)) == []


@pytest.mark.django_db(transaction=True)
def test_a_bell_rings_after_the_commit_and_not_before(valkey: Machine) -> None:
    with transaction.atomic():
        doorbell.ring(PLAN, 7)
        assert queue().count == 0
    assert queue().count == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_rings_for_nothing(valkey: Machine) -> None:
    with transaction.atomic():
        doorbell.ring(PLAN, 7)
        transaction.set_rollback(True)
    assert queue().count == 0


def _never_there(_machine: Machine) -> None:
    return


def _died(machine: Machine) -> None:
    server = machine.valkey()
    assert doorbell.ring_now(PLAN, 1)
    server.kill()
    server.wait(60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [_never_there, _died])
def test_without_a_queue_server_the_commit_stands_and_nobody_hears_of_it(
    machine: Machine, how: Callable[[Machine], None]
) -> None:
    how(machine)
    with transaction.atomic():
        doorbell.ring(PLAN, 7)
    assert not doorbell.ring_now(PLAN, 7)
