"""Pushes are kept as they came and applied many at a time; one that is no good holds up no other."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rq.timeouts import JobTimeoutException

from campaigns import delivery, inbox
from campaigns.models import Campaign, InboxItem
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign that was sent and has no report yet."""
    return sending.send([sending.group([number(index, "05") for index in range(10, 40)])])


def push(sending: Sending, provider_id: str, word: str = "DELIVRD") -> InboxItem:
    """Take a push in SerwerSMS's shape."""
    query = {"id": provider_id, "st": word, "dt": "2099-01-01 12:00:00"}
    return inbox.receive(connection=sending.connection, query=query, body="")


def push_all(sending: Sending, campaign: Campaign) -> None:
    """Take a push about each message."""
    for provider_id in campaign.messages.values_list("provider_id", flat=True):
        push(sending, provider_id)


def kept() -> dict[str, int]:
    """Count the pushes by state."""
    found = list(InboxItem.objects.filter(kind="PUSH").values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_many_pushes_are_one_job(sending: Sending, campaign: Campaign) -> None:
    push_all(sending, campaign)
    assert inbox.due() == [(sending.connection.pk,)]
    inbox.apply(sending.connection.pk)
    assert (states(campaign), kept()) == ({"DELIVERED": 30}, {"APPLIED": 30})
    assert inbox.due() == []
    assert_all_hold()


def test_many_pushes_cost_hardly_more_queries_than_a_few(sending: Sending, campaign: Campaign) -> None:
    push_all(sending, campaign)
    with CaptureQueriesContext(connection) as queries:
        inbox.apply(sending.connection.pk)
    assert states(campaign) == {"DELIVERED": 30}
    assert len(queries) <= 30


def test_a_push_about_a_stranger_waits_while_the_others_are_applied(sending: Sending, campaign: Campaign) -> None:
    push_all(sending, campaign)
    unknown = push(sending, "nobody's")
    inbox.apply(sending.connection.pk)
    unknown.refresh_from_db()
    assert (unknown.state, unknown.attempts) == ("UNMATCHED", 1)
    assert (states(campaign), kept()) == ({"DELIVERED": 30}, {"APPLIED": 30, "UNMATCHED": 1})


def test_a_push_that_cannot_be_applied_holds_up_no_other(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_all(sending, campaign)
    bad = push(sending, "bad")
    apply_reports = delivery.apply_reports

    def fragile(connection: object, reports: list[object]) -> object:
        if any(report.provider_id == "bad" for report in reports):  # type: ignore[attr-defined]
            raise ValueError("There is something wrong with it.")
        return apply_reports(sending.connection, reports)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "apply_reports", fragile)
    inbox.apply(sending.connection.pk)
    bad.refresh_from_db()
    assert (bad.state, states(campaign)) == ("REJECTED", {"DELIVERED": 30})
    assert bad.next_attempt_at is not None


def test_a_job_that_takes_too_long_is_stopped_and_blames_no_push(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_all(sending, campaign)

    def slow(*_: object) -> None:
        raise JobTimeoutException

    monkeypatch.setattr(delivery, "apply_reports", slow)
    with pytest.raises(JobTimeoutException):
        inbox.apply(sending.connection.pk)
    assert kept() == {"NEW": 30}


def test_a_connection_whose_turn_is_over_is_rung_for_again(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 10)
    monkeypatch.setattr(inbox, "SECONDS", 0.0)
    rung: list[tuple[object, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda job, *ids, **_: rung.append((job, *ids)))
    push_all(sending, campaign)
    rung.clear()
    inbox.apply(sending.connection.pk)
    assert rung == [("campaigns.jobs.apply_inbox", sending.connection.pk)]
    assert (kept(), inbox.due()) == ({"APPLIED": 10, "NEW": 20}, [(sending.connection.pk,)])


def test_a_push_that_came_before_its_message_is_applied_later(sending: Sending, campaign: Campaign) -> None:
    message = campaign.messages.order_by("pk")[0]
    provider_id, message.provider_id = message.provider_id, ""
    message.save()
    push(sending, provider_id)
    inbox.apply(sending.connection.pk)
    message.provider_id = provider_id
    message.save()
    with clock.travel(seconds=11):
        inbox.apply(sending.connection.pk)
    assert states(campaign)["DELIVERED"] == 1


def test_a_push_that_another_worker_applied_is_left_alone(
    sending: Sending, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_all(sending, campaign)
    read = inbox._read

    def slow(*arguments: object) -> object:
        pushes = read(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(inbox, "_read", read)
        inbox.apply(sending.connection.pk)
        return pushes

    monkeypatch.setattr(inbox, "_read", slow)
    inbox.apply(sending.connection.pk)
    assert (states(campaign), kept()) == ({"DELIVERED": 30}, {"APPLIED": 30})
