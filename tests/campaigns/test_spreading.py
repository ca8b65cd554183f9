"""The messages of a spread campaign leave evenly: none before its turn, none after the end, and nobody spins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from accounts.models import Connection
from campaigns import dispatch, health, jobs, lifecycle
from campaigns.models import Batch, Campaign, Plan, Spread
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]


@pytest.fixture
def still() -> Iterator[None]:
    """No time passes but by `travel`, however long the steps of a test take."""
    with clock.stop():
        yield


def sent(sending: Sending) -> int:
    """Do everything that is due, and return how many messages are on the air."""
    doorbell.run_all_due()
    return sum(sending.air().values())


@pytest.fixture
def spread(sending: Sending) -> Campaign:
    """A campaign to ten people that leaves within an hour, just begun."""
    campaign = sending.confirm([sending.group(TEN)], spread_minutes=Spread.HOUR)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    return campaign


@pytest.mark.usefixtures("still")
def test_one_leaves_every_six_minutes(sending: Sending, spread: Campaign) -> None:
    found = []
    for minute in (0, 1, 5.9, 6.1, 12.1, 30.1, 54.1, 61):
        with clock.travel(minutes=minute):
            found.append(sent(sending))
    assert found == [1, 1, 1, 2, 3, 6, 10, 10]
    spread.refresh_from_db()
    assert spread.state == Campaign.State.FINISHED
    assert_all_hold()


@pytest.mark.usefixtures("still")
def test_while_it_waits_its_turn_it_is_not_due_and_no_fault(sending: Sending, spread: Campaign) -> None:
    for minute, due in ((0, False), (5.9, False), (6.1, True)):
        with clock.travel(minutes=minute):
            assert ((spread.pk,) in dispatch.due_dispatches()) is due
            assert health.measure()["oldest_due_seconds"]["dispatch"] < 30
    with clock.travel(minutes=10):
        assert health.measure()["oldest_due_seconds"]["dispatch"] == pytest.approx(240, abs=10)


def test_a_turn_of_the_worker_ends_at_once(spread: Campaign) -> None:
    began = clock.monotonic()
    jobs.dispatch(spread.pk)
    assert clock.monotonic() - began < dispatch.SECONDS / 2


@pytest.mark.usefixtures("still")
def test_many_leave_in_shares_and_not_one_by_one(sending: Sending) -> None:
    people = [number(index) for index in range(300)]
    sending.confirm([sending.group(people)], spread_minutes=Spread.QUARTER)
    found = []
    for seconds in (0, 20, 40, 460, 905):
        with clock.travel(seconds=seconds):
            found.append(sent(sending))
    assert found[0] == found[1] == 1
    assert 10 <= found[2] <= 16
    assert 150 <= found[3] <= 160
    assert found[4] == 300
    assert_all_hold()


def test_what_provably_never_left_is_not_kept_back(sending: Sending, spread: Campaign) -> None:
    Batch.objects.update(state=Batch.State.READY, next_attempt_at=None)
    assert (spread.pk,) in dispatch.due_dispatches()


def test_what_could_not_leave_while_it_was_paused_leaves_afterwards(sending: Sending, spread: Campaign) -> None:
    lifecycle.pause(campaign=spread, actor=None)
    with clock.travel(minutes=30.1):
        assert sent(sending) == 1
        lifecycle.resume(campaign=spread, actor=None)
        assert sent(sending) == 6


def test_several_workers_together_claim_no_more_than_the_share(sending: Sending, spread: Campaign) -> None:
    Connection.objects.update(batch_size=1, max_parallel=5)
    with clock.travel(minutes=12.1):
        assert [dispatch.claim(spread.pk) is not None for _ in range(5)] == [True, True, False, False, False]


@pytest.mark.usefixtures("still")
def test_until_the_hours_end(sending: Sending) -> None:
    now = clock.now().astimezone(sending.account.zone)
    begin, end = now - timedelta(hours=1), now + timedelta(hours=2)
    fields = {"window_start": begin.time(), "window_end": end.time(), "spread_minutes": Spread.WINDOW}
    campaign = sending.confirm([sending.group(TEN)], **fields)
    assert campaign.plan.finishes_at is not None
    assert abs(campaign.plan.finishes_at - end) < timedelta(minutes=1)
    found = []
    for minute in (0, 61, 119):
        with clock.travel(minutes=minute):
            found.append(sent(sending))
    assert found == [1, 6, 10]


def test_there_must_be_hours_that_end(sending: Sending) -> None:
    plan = sending.draft([sending.group(TEN)], spread_minutes=Spread.WINDOW).plan
    assert plan.status == Plan.Status.REFUSED
    assert "no sending hours that end" in plan.problems[0]


@pytest.mark.usefixtures("still")
def test_the_turns_rest_while_the_hours_are_closed(sending: Sending) -> None:
    now = clock.now().astimezone(sending.account.zone).replace(second=0, microsecond=0)
    begin, end = now - timedelta(minutes=1), now + timedelta(minutes=30)
    own: dict[str, time] = {"window_start": begin.time(), "window_end": end.time()}
    sending.confirm([sending.group(TEN)], spread_minutes=Spread.HOUR, **own)
    found = []
    for minutes in (0, 29, 300, 24 * 60, 24 * 60 + 29, 48 * 60):
        with clock.travel(minutes=minutes):
            found.append(sent(sending))
    assert found[0] == 1
    assert found[1] == found[2]
    assert 4 <= found[1] <= 5
    assert found[3] <= 7
    assert found[4:] == [10, 10]
