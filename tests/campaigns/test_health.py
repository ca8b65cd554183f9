"""Health: 200 while work is on time and there is room, else 503; and what the figures mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from campaigns import health
from campaigns.models import Batch, Campaign, InboxItem
from contacts.models import Import
from smspanel import clock
from tests.campaigns.sending import Sending, number


def ask() -> tuple[int, Any]:
    """Ask as a load balancer does."""
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def _import(sending: Sending) -> None:
    layout = {"width": 1}
    Import.objects.create(account=sending.account, status=Import.Status.QUEUED, file_name="a.csv", layout=layout)


def _start(sending: Sending) -> None:
    sending.confirm([sending.group([number(1)])])


def _report(sending: Sending) -> None:
    InboxItem.objects.create(connection=sending.connection, kind=InboxItem.Kind.PUSH, digest="1")


WORK = [("bulk", _import), ("dispatch", _start), ("inbox", _report)]


def test_an_idle_panel_is_well(db: None) -> None:
    status, body = ask()
    assert (status, body["ok"]) == (200, True)
    assert body["oldest_due_seconds"] == dict.fromkeys(settings.QUEUES, 0)
    assert body["unknown_batches"] == 0
    assert body["disk_free_bytes"] > 0
    assert body["version"]


@pytest.mark.parametrize(("queue", "make"), WORK)
@pytest.mark.parametrize(("seconds", "status"), [(119, 200), (125, 503)])
def test_work_that_waits_too_long_is_named_by_its_queue(
    sending: Sending, queue: str, make: Callable[[Sending], None], seconds: int, status: int
) -> None:
    make(sending)
    with clock.travel(seconds=seconds):
        found, body = ask()
    assert (found, body["ok"]) == (status, status == 200)
    late = {name: age for name, age in body["oldest_due_seconds"].items() if age}
    assert late == {queue: pytest.approx(seconds, abs=4)}


def test_what_is_not_due_yet_is_not_late(sending: Sending) -> None:
    sending.confirm([sending.group([number(1)])], start_at=clock.now() + timedelta(hours=3))
    _report(sending)
    InboxItem.objects.update(next_attempt_at=clock.now() + timedelta(hours=3))
    with clock.travel(hours=2):
        assert ask()[0] == 200


def test_work_that_is_done_is_not_late(sending: Sending) -> None:
    for _queue, make in WORK:
        make(sending)
    Import.objects.update(status=Import.Status.DONE)
    Campaign.objects.update(state=Campaign.State.CANCELED)
    InboxItem.objects.update(next_attempt_at=None)
    with clock.travel(hours=2):
        assert ask()[0] == 200


def test_unclear_submissions_are_counted_and_do_not_make_it_ill(sending: Sending) -> None:
    campaign = sending.draft([sending.group([number(1)])])
    for state in (Batch.State.UNKNOWN, Batch.State.UNKNOWN, Batch.State.ACCEPTED):
        Batch.objects.create(campaign=campaign, connection=sending.connection, state=state, size=1)
    status, body = ask()
    assert (status, body["unknown_batches"]) == (200, 2)


def test_a_database_that_does_not_answer_is_said_without_details(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("could not connect to user:secret@host")

    monkeypatch.setattr(health, "measure", down)
    status, body = ask()
    assert (status, body["ok"], body["database"]) == (503, False, "OperationalError")
    assert "secret" not in str(body)


def test_it_is_only_asked(db: None) -> None:
    assert Client().post("/healthz").status_code == 405
