"""Programs are told at the same time: one that keeps a call waiting keeps no other program waiting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from accounts.models import Account
from campaigns import health, postback_delivery, postback_rounds
from campaigns.models import PostbackAttempt, PostbackEndpoint
from smspanel import clock, doorbell
from tests.campaigns.listening import DELIVERIES, REPLIES, ids, listen, note, states
from tests.personas import People
from tests.providers.scripted import Reply, Scripted, answer

HANGING = Reply([b""], pause=30)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for an answer."""
    monkeypatch.setattr(postback_delivery, "DEADLINE", 1.5)


@pytest.fixture
def good() -> Iterator[Scripted]:
    """A program that accepts everything."""
    with Scripted(answer(204)) as running:
        yield running


@pytest.fixture
def hanging() -> Iterator[Scripted]:
    """A program that never answers."""
    with Scripted(HANGING) as running:
        yield running


def proven(account: Account, sink: Scripted) -> PostbackEndpoint:
    """Listen at an address that has accepted something quickly."""
    endpoint = listen(account, sink.url, REPLIES)
    PostbackEndpoint.objects.filter(pk=endpoint.pk).update(is_quick=True)
    return endpoint


def attempts(endpoint: PostbackEndpoint) -> list[PostbackAttempt]:
    """Return the calls of an address in their order."""
    return list(PostbackAttempt.objects.filter(event__endpoint=endpoint).order_by("started_at"))


def end(attempt: PostbackAttempt) -> float:
    """Return when a call was over."""
    return attempt.started_at.timestamp() + attempt.seconds


def test_programs_that_hang_hold_up_no_other(people: People, good: Scripted, hanging: Scripted) -> None:
    bad = [listen(one.account, hanging.url, DELIVERIES) for one in (people.master, people.slave)]
    endpoint = listen(people.stranger.account, good.url, REPLIES)
    for one in (*bad, endpoint):
        note(one, 5)
    doorbell.run_due("postbacks")
    assert states(endpoint) == ["ACCEPTED"] * 5
    first_over = min(end(attempt) for one in bad for attempt in attempts(one))
    assert all(end(attempt) < first_over for attempt in attempts(endpoint))


def test_events_of_one_program_are_told_one_after_the_other(people: People, good: Scripted) -> None:
    endpoint = listen(people.slave.account, good.url, REPLIES)
    events = note(endpoint, 10)
    doorbell.run_due("postbacks")
    assert ids(good) == [event.pk for event in events]
    assert all(end(one) <= other.started_at.timestamp() for one, other in pairwise(attempts(endpoint)))


def test_who_may_take_long_has_only_a_part_of_the_calls(
    people: People, good: Scripted, hanging: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postback_rounds, "CAREFUL_AT_ONCE", 1)
    bad = [listen(one.account, hanging.url, DELIVERIES) for one in (people.master, people.slave)]
    quick = proven(people.stranger.account, good)
    for one in (*bad, quick):
        note(one)
    doorbell.run_due("postbacks")
    first, second = sorted((attempts(one)[0] for one in bad), key=end)
    assert second.started_at.timestamp() >= end(first)
    assert end(attempts(quick)[0]) < end(first)


def test_the_last_seconds_of_a_round_belong_to_quick_programs(
    people: People, good: Scripted, hanging: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postback_rounds, "SECONDS", 1.4)
    slow, quick = listen(people.slave.account, hanging.url, DELIVERIES), proven(people.master.account, good)
    note(slow)
    note(quick)
    postback_rounds.run()
    assert (states(quick), attempts(slow)) == (["ACCEPTED"], [])


def test_a_program_that_accepts_slowly_ends_its_turn_and_is_quick_no_more(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postback_delivery, "QUICK", 0.3)
    with Scripted(Reply([b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"], pause=0.6)) as slow:
        endpoint = proven(people.slave.account, slow)
        note(endpoint, 2)
        turn = postback_delivery.begin(endpoint.pk)
        assert turn is not None
        event = turn.next()
        assert event is not None
        turn.told(postback_delivery.call(event))
        assert turn.next() is None
    assert states(endpoint) == ["ACCEPTED", "PENDING"]
    assert (postback_delivery.quick(), postback_delivery.careful()) == ([], [endpoint.pk])


def test_a_program_at_a_new_address_is_not_known_to_be_quick(people: People, good: Scripted) -> None:
    endpoint = proven(people.slave.account, good)
    listen(endpoint.account, f"{good.url}/elsewhere", REPLIES)
    note(endpoint)
    assert (postback_delivery.quick(), postback_delivery.careful()) == ([], [endpoint.pk])


def test_who_waits_longest_is_told_first(people: People, good: Scripted) -> None:
    later, sooner = (proven(one.account, good) for one in (people.master, people.slave))
    note(sooner)
    note(later, 2)
    assert postback_delivery.quick() == [sooner.pk, later.pk]


def test_health_sees_what_nobody_tells_but_for_programs_that_fail(people: People, good: Scripted) -> None:
    note(proven(people.slave.account, good))
    failing = proven(people.master.account, good)
    note(failing)
    PostbackEndpoint.objects.filter(pk=failing.pk).update(failing_since=clock.now())
    with clock.travel(seconds=300):
        assert health.measure()["oldest_due_seconds"]["postbacks"] == pytest.approx(300, abs=5)
        doorbell.run_due("postbacks")
        assert health.measure()["oldest_due_seconds"]["postbacks"] == 0
