"""Without the queue server, too, a job that fails is logged and hinders no other."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import OperationalError

from campaigns import planning
from campaigns.models import Campaign, Plan
from smspanel import doorbell
from smspanel.worker import QueueRunner
from tests.campaigns.sending import Sending, number, open_route
from tests.personas import Persona

BROKEN = RuntimeError("broken")


@pytest.fixture
def two_plans(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, Plan]:
    """Two plans that are due, of which the first cannot be made."""
    sending = Sending(None, slave, open_route("http://127.0.0.1:9"))  # type: ignore[arg-type]  # nothing is sent
    first, second = (sending.draft([sending.group([number(10)])]).plan for _ in range(2))
    Plan.objects.update(status=Plan.Status.QUEUED, made_at=None)
    make = planning.make

    def break_the_first(plan_id: int) -> Plan | None:
        if plan_id == first.pk:
            raise BROKEN
        return make(plan_id)

    monkeypatch.setattr(planning, "make", break_the_first)
    return first, second


def test_the_job_behind_one_that_fails_is_done(two_plans: tuple[Plan, Plan], caplog: pytest.LogCaptureFixture) -> None:
    doorbell.run_due("bulk", survive=True)
    for plan in two_plans:
        plan.refresh_from_db()
    assert [plan.made_at is not None for plan in two_plans] == [False, True]
    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


def test_a_command_hears_of_the_failure(two_plans: tuple[Plan, Plan]) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        doorbell.run_due("bulk")
    assert Campaign.objects.count() == len(two_plans)


@pytest.mark.django_db
def test_a_database_that_is_away_for_a_moment_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def be_away(queue: str, *, survive: bool) -> int:
        asked.append(queue)
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(doorbell, "run_due", be_away)
    monkeypatch.setattr(doorbell, "_leaving", threading.Event())
    runner = QueueRunner("bulk")
    runner.stop()
    runner._poll()
    assert asked == ["bulk"]
