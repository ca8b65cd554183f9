"""A restored backup: nobody gets a message again, nobody pays for what did not leave, and staff let accounts go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from campaigns import dispatch, jobs, restoring, stopping
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign
from smspanel import clock, doorbell
from smspanel.models import Lease
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold

NUMBERS = [number(index) for index in range(10, 40)]


class Lost(Exception):
    """The disk on which everything since the backup was written."""


@pytest.fixture
def half_sent(sending: Sending) -> Campaign:
    """A campaign of which a third has left when the backup is made."""
    sending.connection.batch_size = 10
    sending.connection.save()
    campaign = sending.confirm([sending.group(NUMBERS)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    dispatch.submit(claimed(campaign))
    return campaign


def claimed(campaign: Campaign) -> Batch:
    """Claim the next submission."""
    claim = dispatch.claim(campaign.pk)
    assert claim is not None
    return claim


def lose(happens: Callable[[], object]) -> None:
    """Let something happen after the backup, and come back to the moment at which it was made."""
    with suppress(Lost), transaction.atomic():
        happens()
        raise Lost


def test_what_was_sent_since_the_backup_is_not_sent_again(sending: Sending, half_sent: Campaign) -> None:
    lose(doorbell.run_all_due)
    assert sending.air() == Counter(NUMBERS)
    restoring.guard()
    doorbell.run_all_due()
    assert sending.air() == Counter(NUMBERS)
    assert states(half_sent) == {"SENT": 10, "CANCELED": 20}
    assert_all_hold()


def test_without_the_guard_it_would_be(sending: Sending, half_sent: Campaign) -> None:
    lose(doorbell.run_all_due)
    doorbell.run_all_due()
    assert sending.air() == Counter(NUMBERS) + Counter(NUMBERS[10:])


def test_what_was_under_way_at_the_backup_is_looked_up(sending: Sending, half_sent: Campaign) -> None:
    claim = claimed(half_sent)
    lose(lambda: dispatch.submit(claim))
    told = restoring.guard()
    assert (told.campaigns, told.unclear) == (1, 1)
    with clock.travel(hours=1):
        doorbell.run_all_due()
    assert sending.air() == Counter(NUMBERS[:20])
    assert states(half_sent)["CANCELED"] == 10
    assert_all_hold()


def test_nothing_is_sent_until_staff_let_the_account_go_on(sending: Sending, half_sent: Campaign) -> None:
    restoring.guard()
    restoring.guard()
    doorbell.run_all_due()
    with pytest.raises(NotPossibleNow):
        sending.confirm([sending.group(["48500990000"], name="Later")])
    held = stopping.current(sending.account)
    assert held is not None
    assert not stopping.may_end(user=sending.persona.user, stop=held)
    stopping.end(stop=held, actor=None)
    sending.send([sending.group(["48500990000"], name="Later")])
    assert sending.air()["48500990000"] == 1


def test_a_database_with_a_heartbeat_is_in_use(db: None) -> None:
    assert not restoring.is_running()
    Lease.objects.create(name="tick", holder="somebody", expires_at=clock.now() + timedelta(seconds=9))
    assert restoring.is_running()
