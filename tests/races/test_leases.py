"""Many heartbeats, one of them elected; and a periodic slot that is run once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.db.models import QuerySet

from smspanel import clock, tick
from smspanel.models import Lease, PeriodicRun
from tests.races.together import meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def expired() -> Iterator[None]:
    """A time at which the lease of a process that has died is over."""
    assert tick.acquire("tick", holder="dead")
    with clock.travel(seconds=tick.LEASE_SECONDS + 1):
        yield


def elected(*holders: str) -> int:
    """Return how many of these get the lease when all ask at once."""
    return sum(together(*(partial(tick.acquire, "tick", holder=holder) for holder in holders)))


def test_one_of_many_is_elected_when_there_is_no_lease_yet(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, QuerySet, "create")
    assert elected("a", "b") == 1
    assert Lease.objects.get().holder in {"a", "b"}


@pytest.mark.usefixtures("expired")
def test_one_of_many_takes_an_expired_lease_over(monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, QuerySet, "update")
    assert elected("a", "b", "c", "d") == 1


@pytest.mark.usefixtures("expired")
def test_without_the_lock_two_take_it_over(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, QuerySet, "update")
    assert elected("a", "b") == (2 if lost else 1)


def test_a_slot_is_run_once_by_two_schedulers(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, QuerySet, "create")
    with clock.stop():
        first, second = together(tick.run_periodic, tick.run_periodic)
    assert sorted(first + second) == sorted(tick.PERIODIC)
    assert PeriodicRun.objects.count() == len(tick.PERIODIC)
