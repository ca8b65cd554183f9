"""Two workers, one recorded move of points: JustSend is called once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from accounts.links import running
from accounts.models import LinkOperation
from smspanel.simulator import Simulator
from tests.accounts.linked import linked
from tests.personas import People
from tests.races.together import meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


def run_twice(people: People, simulator: Simulator) -> list[int]:
    """Let two workers carry a move out at once, and return the moves that JustSend made."""
    found = linked(simulator, people.master)
    found.move(people.slave.account, 50)
    link = found.link_of(people.slave.account)
    assert together(*[partial(running.run, link.pk)] * 2) == [None, None]
    assert LinkOperation.objects.get().state == "DONE"
    return found.moves()


def test_a_move_that_two_workers_take_up_is_made_once(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        meet_before(monkeypatch, running, "_claimable")
        assert run_twice(people, simulator) == [50]


def test_without_the_lock_the_claim_itself_still_lets_only_one_of_them_call(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Simulator(data=tmp_path, delivery_delay=0) as simulator:
        meet_without_locks(monkeypatch, running, "_claimable")
        assert run_twice(people, simulator) == [50]
