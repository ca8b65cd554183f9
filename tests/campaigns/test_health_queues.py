"""Health tells work that waits its turn from work that nobody does, queue by queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts import audit
from campaigns import health, jobs, lifecycle, planning
from campaigns.models import Batch, Campaign, Message
from contacts.models import Import
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number

NUMBERS = [number(index) for index in range(3)]


def age(queue: str) -> int:
    """Return for how long due work of the queue has stood still."""
    found: int = health.measure()["oldest_due_seconds"][queue]
    return found


def spreadsheet(sending: Sending, status: Import.Status = Import.Status.QUEUED, **fields: Any) -> Import:
    """Upload a file and let its import wait."""
    return Import.objects.create(
        account=sending.account, status=status, file_name="a.csv", layout={"width": 1}, **fields
    )


def plan(sending: Sending) -> None:
    """Ask for a plan."""
    planning.request(campaign=sending.draft([sending.group(NUMBERS)]))


def expansion(sending: Sending) -> None:
    """Start a campaign whose messages are not made yet."""
    jobs.start(sending.confirm([sending.group(NUMBERS)]).pk)


def abandoned(sending: Sending) -> None:
    """Leave an import to which no process holds on."""
    spreadsheet(sending, Import.Status.RUNNING, lease_until=clock.now())


def expanded(sending: Sending) -> Campaign:
    """Bring a campaign to where its messages wait to be sent."""
    campaign = sending.confirm([sending.group(NUMBERS)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return Campaign.objects.get(pk=campaign.pk)


@pytest.mark.parametrize("leave", [spreadsheet, plan, expansion, abandoned])
def test_whatever_a_dead_bulk_worker_leaves_is_noticed(sending: Sending, leave: Callable[[Sending], object]) -> None:
    leave(sending)
    with clock.travel(seconds=300):
        assert age("bulk") == pytest.approx(300, abs=5)


@pytest.mark.parametrize("leave", [spreadsheet, plan, expansion])
def test_what_waits_behind_a_long_import_is_not_late(sending: Sending, leave: Callable[[Sending], object]) -> None:
    leave(sending)
    with clock.travel(seconds=300):
        spreadsheet(sending, Import.Status.RUNNING, lease_until=clock.now() + timedelta(seconds=60))
        assert age("bulk") == 0


@pytest.mark.parametrize("leave", [spreadsheet, plan, expansion])
def test_a_queue_that_moves_is_as_old_as_its_last_job(sending: Sending, leave: Callable[[Sending], object]) -> None:
    leave(sending)
    with clock.travel(seconds=300):
        doorbell.note_progress("bulk")
    with clock.travel(seconds=340):
        assert age("bulk") == pytest.approx(40, abs=5)


def test_an_import_is_due_when_it_is_started_and_not_when_it_is_uploaded(sending: Sending) -> None:
    found = spreadsheet(sending)
    with clock.travel(seconds=1_000):
        audit.record(actor=None, action="import.start", subject=found, account=found.account)
    with clock.travel(seconds=1_060):
        assert age("bulk") == pytest.approx(60, abs=5)


def test_a_campaign_whose_messages_nobody_sends_is_noticed(sending: Sending) -> None:
    expanded(sending)
    with clock.travel(seconds=300):
        assert age("dispatch") == pytest.approx(300, abs=5)


def test_a_submission_that_is_due_again_is_as_old_as_its_time(sending: Sending) -> None:
    campaign = expanded(sending)
    due = clock.now() + timedelta(seconds=100)
    fields = {"campaign": campaign, "connection": sending.connection, "size": 3}
    batch = Batch.objects.create(state=Batch.State.READY, next_attempt_at=due, **fields)
    Message.objects.update(batch=batch)
    for seconds, expected in ((90, 0), (300, 200)):
        with clock.travel(seconds=seconds):
            assert age("dispatch") == pytest.approx(expected, abs=5)


def test_a_campaign_that_moves_is_as_old_as_its_last_submission(sending: Sending) -> None:
    campaign = expanded(sending)
    with clock.travel(seconds=280):
        began = clock.now()
    fields = {"campaign": campaign, "connection": sending.connection, "size": 3}
    Batch.objects.create(state=Batch.State.ACCEPTED, started_at=began, **fields)
    with clock.travel(seconds=300):
        assert age("dispatch") == pytest.approx(20, abs=5)


def test_a_campaign_that_waits_for_a_free_line_is_not_late(sending: Sending) -> None:
    campaign = expanded(sending)
    fields = {"campaign": campaign, "connection": sending.connection, "size": 3}
    for _ in range(sending.connection.max_parallel):
        Batch.objects.create(state=Batch.State.SUBMITTING, **fields)
    with clock.travel(seconds=300):
        assert age("dispatch") == 0


def test_a_campaign_that_a_person_resumes_is_late_from_then_on(sending: Sending) -> None:
    campaign = expanded(sending)
    lifecycle.pause(campaign=campaign, actor=sending.persona.user)
    with clock.travel(seconds=1_000):
        assert age("dispatch") == 0
        lifecycle.resume(campaign=campaign, actor=sending.persona.user)
    with clock.travel(seconds=1_060):
        assert age("dispatch") == pytest.approx(60, abs=5)


def test_a_campaign_is_not_late_for_the_night(sending: Sending) -> None:
    expanded(sending)
    local = clock.now().astimezone(sending.account.zone)
    sending.account.window_start = (local + timedelta(hours=1)).time()
    sending.account.window_end = (local + timedelta(hours=9)).time()
    sending.account.save()
    with clock.travel(hours=1, seconds=60):
        assert age("dispatch") == pytest.approx(60, abs=5)


def test_a_live_worker_keeps_every_queue_young(sending: Sending) -> None:
    sending.send([sending.group(NUMBERS)])
    assert {queue: age(queue) for queue in health.WAITING} == dict.fromkeys(settings.QUEUES, 0)
