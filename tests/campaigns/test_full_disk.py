"""R23: on a disk that is nearly full nothing more begins; pages are read, and all of it goes on when there is room."""

from __future__ import annotations

from collections import namedtuple
from typing import Any, Final

import pytest
from django.test import Client

from campaigns import dispatch, jobs
from campaigns.models import Batch, Campaign
from contacts.models import Import
from smspanel import doorbell, room
from smspanel.worker import BellJob
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

Usage = namedtuple("Usage", "total used free")
FOUR: Final = [number(index) for index in range(10, 14)]
GIBIBYTE: Final = 1024**3


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, int]:
    """A disk of 10 GiB with 2 of them free; the limit is the usual one."""
    settings.LEAST_FREE_MB = None
    found = {"total": 10 * GIBIBYTE, "free": 2 * GIBIBYTE}
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(used=0, **found))
    return found


def fill(disk: dict[str, int]) -> None:
    """Leave a byte less than is needed."""
    disk["free"] = GIBIBYTE - 1


def expanded(sending: Sending) -> Campaign:
    """Bring a campaign to where its messages wait to be sent."""
    campaign = sending.confirm([sending.group(FOUR)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign


def test_nothing_is_claimed_and_everything_goes_on_by_itself(sending: Sending, disk: dict[str, int]) -> None:
    campaign = expanded(sending)
    fill(disk)
    doorbell.run_all_due()
    jobs.dispatch(campaign.pk)
    assert (dispatch.claim(campaign.pk), states(campaign)) == (None, {"QUEUED": 4})
    disk["free"] = GIBIBYTE
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert_all_hold()


def test_what_is_claimed_already_is_submitted_and_written_down(sending: Sending, disk: dict[str, int]) -> None:
    campaign = expanded(sending)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    fill(disk)
    dispatch.submit(batch)
    assert (Batch.objects.get().state, states(campaign)) == ("ACCEPTED", {"SENT": 4})


def test_the_messages_of_a_campaign_are_made_when_there_is_room(sending: Sending, disk: dict[str, int]) -> None:
    campaign = sending.confirm([sending.group(FOUR)])
    jobs.start(campaign.pk)
    fill(disk)
    jobs.expand(campaign.pk)
    doorbell.run_all_due()
    assert campaign.messages.count() == 0
    disk["free"] = GIBIBYTE
    doorbell.run_all_due()
    assert campaign.messages.count() == 4


def test_an_import_waits(sending: Sending, disk: dict[str, int]) -> None:
    row = Import.objects.create(
        account=sending.account, status=Import.Status.QUEUED, file_name="a.csv", layout={"width": 1}
    )
    fill(disk)
    doorbell.run_all_due()
    row.refresh_from_db()
    assert row.status == Import.Status.QUEUED


@pytest.mark.parametrize("name", [name for name, bell in doorbell.BELLS.items() if bell.takes_room])
def test_a_worker_that_is_rung_for_it_does_nothing(disk: dict[str, int], name: str) -> None:
    job = BellJob(id="1", connection=doorbell.connection())
    job._func_name = name
    assert job.func is not doorbell.leave_undone
    fill(disk)
    assert job.func is doorbell.leave_undone


def test_health_is_red_and_says_why(db: None, disk: dict[str, int]) -> None:
    assert Client().get("/healthz").status_code == 200
    fill(disk)
    answer = Client().get("/healthz")
    figures: Any = answer.json()
    assert (answer.status_code, figures["ok"]) == (503, False)
    assert (figures["disk_free_bytes"], figures["disk_least_bytes"]) == (GIBIBYTE - 1, GIBIBYTE)


def test_staff_read_why_nothing_leaves_and_pages_are_answered(
    staff: Persona, sending: Sending, disk: dict[str, int]
) -> None:
    words = "The disk is nearly full"
    assert words not in staff.client.get("/").content.decode()
    fill(disk)
    assert words in staff.client.get("/").content.decode()
    assert words not in sending.persona.client.get("/").content.decode()


@pytest.mark.parametrize("gibibytes, least", [(10, 1.0), (20, 1.0), (40, 2.0)])
def test_of_a_large_disk_a_twentieth_is_kept_free(disk: dict[str, int], gibibytes: int, least: float) -> None:
    disk["total"] = gibibytes * GIBIBYTE
    assert room.least() == least * GIBIBYTE


def test_an_operator_sets_the_limit(disk: dict[str, int], settings: Any) -> None:
    fill(disk)
    settings.LEAST_FREE_MB = 1023
    assert room.is_left()
    settings.LEAST_FREE_MB = 0
    disk["free"] = 0
    assert room.is_left()
