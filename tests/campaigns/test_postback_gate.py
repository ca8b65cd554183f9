"""One process at a time tells an address; one that fails gets one probe in five minutes and is given up at last."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from accounts.models import AuditEntry
from campaigns import postback_delivery, postback_settings
from campaigns.errors import NotPossibleNow
from campaigns.models import PostbackAttempt, PostbackEndpoint
from campaigns.postback_settings import Wanted
from smspanel import clock, doorbell, failpoints
from tests.campaigns.listening import DELIVERIES, ids, listen, note, send, states
from tests.invariants import assert_all_hold
from tests.personas import People, Persona
from tests.providers.scripted import Reply, Scripted, answer
from tests.races.together import LONG, together

BAD, GOOD = answer(503), answer(204)
IN_PIECES = (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n")
SLOW = Reply(IN_PIECES, pause=0.1)


@pytest.fixture
def still() -> Iterator[None]:
    """No time passes but by `travel`, however long the steps of a test take."""
    with clock.stop():
        yield


@pytest.fixture
def sink() -> Iterator[Scripted]:
    """An owner's program that fails until it is told otherwise."""
    with Scripted(BAD) as running:
        yield running


@pytest.fixture
def endpoint(slave: Persona, sink: Scripted) -> PostbackEndpoint:
    """Its address."""
    return listen(slave.account, sink.url, DELIVERIES)


def move(endpoint: PostbackEndpoint, sink: Scripted) -> None:
    """Enter another program's address."""
    listen(endpoint.account, sink.url, DELIVERIES)


def take_over(endpoint: PostbackEndpoint) -> None:
    """Take the lease as another process does after its end."""
    PostbackEndpoint.objects.filter(pk=endpoint.pk).update(lease_token=uuid.uuid4())


def die_in_a_call(endpoint: PostbackEndpoint) -> None:
    """Stop a process after the program has answered and before that is written."""

    def die() -> None:
        raise KeyboardInterrupt

    failpoints.arm("http.answered", die)
    with pytest.raises(KeyboardInterrupt):
        send(endpoint.pk)
    failpoints.disarm()


def after(**ahead: float) -> None:
    """Do what is due, twice, when so much time has passed."""
    with clock.travel(**ahead):
        for _ in range(2):
            doorbell.run_all_due()


def test_r19_events_are_told_in_order_while_the_address_works(endpoint: PostbackEndpoint, sink: Scripted) -> None:
    sink.script(GOOD)
    events = note(endpoint, 5)
    doorbell.run_all_due()
    assert ids(sink) == [event.pk for event in events]
    assert states(endpoint) == ["ACCEPTED"] * 5
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.lease_until, endpoint.last_success_at is not None) == (None, None, True)


@pytest.mark.usefixtures("still")
def test_r19_a_failing_address_gets_one_probe_in_five_minutes_with_the_oldest_event(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    oldest, *_others = note(endpoint, 20)
    after(seconds=0)
    for minutes in (1, 4.9, 5.1, 9, 10.3, 15.5):
        after(minutes=minutes)
        note(endpoint)
    assert ids(sink) == [oldest.pk] * 4
    starts = list(PostbackAttempt.objects.values_list("started_at", flat=True))
    assert all(later - sooner >= timedelta(minutes=5) for sooner, later in pairwise(starts))


def test_r19_everything_is_told_in_order_when_the_address_works_again(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    events = note(endpoint, 10)
    after(seconds=0)
    sink.script(GOOD)
    events += note(endpoint, 10)
    after(minutes=6)
    assert ids(sink)[1:] == [event.pk for event in events]
    assert states(endpoint) == ["ACCEPTED"] * 20
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.next_probe_at) == (None, None)
    assert_all_hold()


def test_a_turn_ends_after_a_while_and_the_rest_is_told_in_the_next(
    endpoint: PostbackEndpoint, sink: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postback_delivery, "SECONDS", 1)
    sink.script(Reply(IN_PIECES, pause=0.3))
    note(endpoint, 6)
    send(endpoint.pk)
    assert 0 < states(endpoint).count("ACCEPTED") < 6
    doorbell.run_all_due()
    assert states(endpoint) == ["ACCEPTED"] * 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_tell_an_address_something_at_the_same_time(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    sink.script(SLOW)
    events = note(endpoint, 3)
    together(*[partial(send, endpoint.pk)] * 2)
    doorbell.run_all_due()
    assert ids(sink) == [event.pk for event in events]


@pytest.mark.django_db(transaction=True)
def test_without_the_lease_two_workers_would_tell_the_same_event(
    endpoint: PostbackEndpoint, sink: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = postback_delivery._claim(endpoint.pk)
    monkeypatch.setattr(postback_delivery, "_claim", lambda _endpoint_id: token)
    meeting = threading.Barrier(2)

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(LONG)

    failpoints.arm("http.before", meet)
    (event,) = note(endpoint)
    together(*[partial(send, endpoint.pk)] * 2)
    failpoints.disarm()
    assert ids(sink) == [event.pk] * 2


def test_a_process_whose_lease_was_taken_tells_nothing_more(endpoint: PostbackEndpoint, sink: Scripted) -> None:
    sink.script(GOOD)
    first, _second = note(endpoint, 2)
    failpoints.arm("http.answered", partial(take_over, endpoint))
    send(endpoint.pk)
    failpoints.disarm()
    assert (ids(sink), states(endpoint)) == ([first.pk], ["ACCEPTED", "PENDING"])


@pytest.mark.usefixtures("still")
def test_a_process_that_dies_after_the_call_has_the_event_told_again_with_its_id(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    sink.script(GOOD)
    (event,) = note(endpoint)
    die_in_a_call(endpoint)
    after(seconds=59)
    assert ids(sink) == [event.pk]
    after(seconds=61)
    assert ids(sink) == [event.pk] * 2
    assert sink.requests[0].json() == sink.requests[1].json()
    assert states(endpoint) == ["ACCEPTED"]


def test_a_process_that_dies_in_a_probe_does_not_bring_the_next_one_forward(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    note(endpoint)
    after(seconds=0)
    with clock.travel(minutes=6):
        die_in_a_call(endpoint)
    after(minutes=10)
    assert len(ids(sink)) == 2
    after(minutes=11.1)
    assert len(ids(sink)) == 3


def test_an_address_that_fails_for_a_week_is_switched_off_with_what_waits(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    note(endpoint, 3)
    after(seconds=0)
    after(days=6.9)
    assert states(endpoint) == ["PENDING"] * 3
    after(days=7.1)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.was_given_up, states(endpoint)) == (False, True, ["GIVEN_UP"] * 3)
    entry = AuditEntry.objects.get(action="postback.give_up")
    assert (entry.account, entry.details) == (endpoint.account, {"given_up": 3})
    after(days=8)
    assert len(ids(sink)) == 3
    assert_all_hold()


def test_what_was_given_up_can_be_told_when_the_address_is_on_again(endpoint: PostbackEndpoint, sink: Scripted) -> None:
    events = note(endpoint, 3)
    after(seconds=0)
    after(days=7.1)
    sink.script(GOOD)
    endpoint.refresh_from_db()
    with pytest.raises(NotPossibleNow):
        postback_settings.send_given_up_again(endpoint=endpoint, actor=None)
    endpoint = listen(endpoint.account, sink.url, DELIVERIES)
    assert (endpoint.is_active, endpoint.failing_since) == (True, None)
    doorbell.run_all_due()
    assert len(ids(sink)) == 2
    assert postback_settings.send_given_up_again(endpoint=endpoint, actor=None) == 3
    doorbell.run_all_due()
    assert ids(sink)[2:] == [event.pk for event in events]


def test_an_accepted_event_is_told_again_with_the_same_id(endpoint: PostbackEndpoint, sink: Scripted) -> None:
    sink.script(GOOD)
    first, _second = note(endpoint, 2)
    doorbell.run_all_due()
    first.refresh_from_db()
    postback_settings.send_again(event=first, actor=None)
    doorbell.run_all_due()
    assert ids(sink)[2:] == [first.pk]
    assert first.log.count() == 2
    assert states(endpoint) == ["ACCEPTED"] * 2


def test_what_waits_for_an_address_that_is_switched_off_goes_out_when_it_is_on(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    sink.script(GOOD)
    note(endpoint)
    off = {DELIVERIES: Wanted(sink.url, is_active=False)}
    postback_settings.configure(account=endpoint.account, wanted=off, actor=None)
    doorbell.run_all_due()
    assert ids(sink) == []
    listen(endpoint.account, sink.url, DELIVERIES)
    doorbell.run_all_due()
    assert states(endpoint) == ["ACCEPTED"]


def test_a_new_address_is_tried_at_once_and_a_late_failure_of_the_old_one_does_not_count(
    endpoint: PostbackEndpoint, sink: Scripted
) -> None:
    note(endpoint)
    with Scripted(GOOD) as better:
        failpoints.arm("http.answered", partial(move, endpoint, better))
        send(endpoint.pk)
        failpoints.disarm()
        endpoint.refresh_from_db()
        assert (len(ids(sink)), endpoint.failing_since) == (1, None)
        after(seconds=61)
        assert (len(ids(better)), states(endpoint)) == (1, ["ACCEPTED"])


def test_addresses_that_fail_leave_workers_to_those_that_work(people: People, sink: Scripted) -> None:
    for persona in (people.master, people.slave, people.stranger):
        note(listen(persona.account, sink.url, *PostbackEndpoint.Kind))
    for endpoint in PostbackEndpoint.objects.all():
        note(endpoint)
    doorbell.run_all_due()
    with clock.travel(minutes=6):
        assert len(postback_delivery.due()) == postback_delivery.PROBES_AT_ONCE
        postback_delivery._claim(postback_delivery.due()[0])
        assert len(postback_delivery.due()) == postback_delivery.PROBES_AT_ONCE - 1
        working = PostbackEndpoint.objects.earliest("pk")
        PostbackEndpoint.objects.filter(pk=working.pk).update(failing_since=None, lease_until=None)
        assert working.pk in postback_delivery.due()
