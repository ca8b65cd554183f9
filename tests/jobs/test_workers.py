"""Real worker processes: they refuse what they do not know, do without a queue server, and may be killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django_rq
import pytest
from rq.registry import FailedJobRegistry

from accounts.models import Connection
from campaigns import jobs
from campaigns.models import Batch, Campaign, Plan
from smspanel import clock, doorbell, tick
from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.jobs.conftest import Machine, wait_until
from tests.personas import Persona

pytestmark = pytest.mark.django_db(transaction=True)
FOUR = [number(index) for index in range(10, 14)]
SUBMIT = "/messages/send_sms.json"


@pytest.fixture
def sending(tmp_path: Path, slave: Persona) -> Iterator[Sending]:
    """The slave with a connection to the simulator."""
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        yield Sending(simulator, slave, open_route(simulator.url("serwersms")))


def planned(campaign: Campaign) -> bool:
    """Say whether the plan was made."""
    return Plan.objects.get(campaign=campaign).status == Plan.Status.READY


def replan(campaign: Campaign) -> None:
    """Ask for the plan again without ringing."""
    Plan.objects.filter(campaign=campaign).update(status=Plan.Status.QUEUED)


def test_a_worker_refuses_an_unknown_function_and_goes_on(valkey: Machine, sending: Sending, tmp_path: Path) -> None:
    campaign = sending.draft([sending.group(FOUR)])
    replan(campaign)
    queue, canary = django_rq.get_queue("bulk", connection=doorbell.connection()), tmp_path / "canary"
    queue.empty()
    for name in ("os.system", "campaigns.jobs.due_plans"):
        queue.enqueue(name, f"touch {canary}", failure_ttl=60)
    doorbell.ring_now("campaigns.jobs.make_plan", campaign.plan.pk)
    worker = valkey.worker("bulk")
    wait_until(lambda: planned(campaign))
    failed = FailedJobRegistry(queue=queue)
    assert len(failed.get_job_ids()) == 2
    assert (canary.exists(), worker.poll()) == (False, None)


def test_a_bell_for_nothing_and_a_bell_twice_are_harmless(valkey: Machine, sending: Sending) -> None:
    campaign = sending.draft([sending.group(FOUR)])
    replan(campaign)
    queue = django_rq.get_queue("bulk", connection=doorbell.connection())
    for plan in (987_654, campaign.plan.pk, campaign.plan.pk):
        doorbell.ring_now("campaigns.jobs.make_plan", plan)
    worker = valkey.worker("bulk")
    wait_until(lambda: queue.count == 0 and planned(campaign))
    assert (worker.poll(), FailedJobRegistry(queue=queue).get_job_ids()) == (None, [])


def test_without_a_queue_server_workers_look_into_the_database(machine: Machine, sending: Sending) -> None:
    campaign = sending.draft([sending.group(FOUR)])
    replan(campaign)
    machine.worker("bulk")
    wait_until(lambda: planned(campaign))


def test_a_worker_survives_the_queue_server_s_death_and_return(machine: Machine, sending: Sending) -> None:
    campaign, server = sending.draft([sending.group(FOUR)]), machine.valkey()
    worker = machine.worker("bulk")
    replan(campaign)
    doorbell.ring_now("campaigns.jobs.make_plan", campaign.plan.pk)
    wait_until(lambda: planned(campaign))
    server.kill()
    server.wait(60)
    replan(campaign)
    wait_until(lambda: planned(campaign))
    machine.valkey()
    replan(campaign)
    doorbell.ring_now("campaigns.jobs.make_plan", campaign.plan.pk)
    wait_until(lambda: planned(campaign))
    assert worker.poll() is None


def test_a_worker_survives_a_queue_server_that_takes_nothing(valkey: Machine, sending: Sending) -> None:
    campaign = sending.draft([sending.group(FOUR)])
    worker = valkey.worker("bulk")
    for memory in ("1", "0", "1"):
        doorbell.connection().config_set("maxmemory", memory)
        replan(campaign)
        doorbell.ring_now("campaigns.jobs.make_plan", campaign.plan.pk)
        wait_until(lambda: planned(campaign) or worker.poll() is not None)
    assert worker.poll() is None


def test_a_worker_that_is_told_to_stop_ends_its_turn_after_the_submission_at_hand(
    valkey: Machine, sending: Sending
) -> None:
    Connection.objects.update(batch_size=1, max_parallel=1)
    sending.simulator.fault("delay", SUBMIT, seconds=1, times=None)
    campaign = sending.confirm([sending.group([number(index) for index in range(10, 40)])])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    worker = valkey.worker("dispatch")
    wait_until(lambda: doorbell.ring_now("campaigns.jobs.dispatch", campaign.pk) and sending.air())
    before = sending.air().total()
    worker.terminate()
    assert worker.wait(60) == 0
    assert sending.air().total() <= before + 2
    assert not Batch.objects.exclude(state=Batch.State.ACCEPTED).exists()


def horses(parent: int) -> list[int]:
    """Return the processes that this one has forked."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def test_what_a_killed_worker_was_doing_is_done_later_and_once(valkey: Machine, sending: Sending) -> None:
    sending.simulator.fault("delay", SUBMIT, seconds=30)
    campaign = sending.confirm([sending.group(FOUR)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    worker = valkey.worker("dispatch")
    wait_until(lambda: sending.simulator.journal(path=SUBMIT))
    (horse,) = horses(worker.pid)
    worker.kill()
    worker.wait(60)
    wait_until(lambda: not Path(f"/proc/{horse}").exists())
    assert states(campaign) == {"SUBMITTING": 4}
    for queue in ("dispatch", "inbox"):
        valkey.worker(queue, SMSPANEL_CLOCK_OFFSET="61")
    with clock.travel(seconds=61):
        wait_until(lambda: tick.sweep() is not None and Batch.objects.get().state == Batch.State.ACCEPTED)
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert states(campaign) == {"SENT": 4}
    assert_all_hold()
