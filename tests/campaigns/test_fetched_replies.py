"""Replies of providers that do not push them: asked for every few minutes, taken once, missed never."""

from __future__ import annotations

import pytest

from accounts import connections
from campaigns import fetching, jobs
from campaigns.models import Reply, ReplyFetch
from contacts.models import BlacklistEntry
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, number, open_route
from tests.personas import Persona

ONE, TWO = number(1), number(2)
HOSTED = {"user": "sim@example.com", "password": "sim-password"}


def ask(minutes: float = 0) -> None:
    """Let the time come to ask for replies, and do everything that follows."""
    with clock.travel(minutes=minutes):
        jobs.ask_for_replies()
        doorbell.run_all_due()


def texts() -> list[str]:
    """Return what was written back, oldest first."""
    return list(Reply.objects.order_by("received_at", "pk").values_list("text", flat=True))


def test_ss_26f_a_reply_is_fetched_and_found_to_belong_to_the_last_message(sending: Sending) -> None:
    campaign = sending.send([], numbers=ONE)
    sending.simulator.reply("serwersms", ONE, "When do you open?", to="500900900")
    ask()
    reply = Reply.objects.get()
    assert (reply.text, reply.msisdn, reply.account, reply.campaign) == (
        "When do you open?", ONE, sending.account, campaign,
    )  # fmt: skip


def test_a_fetched_stop_word_blacklists(sending: Sending) -> None:
    sending.send([], numbers=ONE)
    sending.simulator.reply("serwersms", ONE, "stop!", to="500900900")
    ask()
    assert BlacklistEntry.objects.filter(account=sending.account, msisdn=ONE, source="REPLY").exists()


def test_what_is_listed_again_is_taken_once_and_what_is_new_is_taken(sending: Sending) -> None:
    sending.send([], numbers=f"{ONE}\n{TWO}")
    sending.simulator.reply("serwersms", ONE, "First", to="500900900")
    ask()
    sending.simulator.reply("serwersms", TWO, "Second", to="500900900")
    ask(minutes=11)
    ask(minutes=22)
    assert texts() == ["First", "Second"]


def test_hosted_sms_is_asked_too(simulator: Simulator, slave: Persona) -> None:
    connection = open_route(simulator.url("hostedsms"), kind="hostedsms", options={"sender": "INFO"})
    connections.set_credentials(connection=connection, credentials=HOSTED, actor=None)
    simulator.reply("hostedsms", ONE, "Hello", to="500900900")
    ask()
    assert texts() == ["Hello"]


def test_while_the_provider_fails_nothing_is_skipped(sending: Sending) -> None:
    sending.send([], numbers=ONE)
    sending.simulator.reply("serwersms", ONE, "Hello", to="500900900")
    sending.simulator.fault("status", path="/messages/rec*", status=503)
    ask()
    assert texts() == []
    assert ReplyFetch.objects.get().since is None
    sending.connection.refresh_from_db()
    assert sending.connection.last_error
    ask(minutes=2)
    assert texts() == ["Hello"]


def test_two_workers_do_not_ask_at_once_and_a_dead_one_is_followed(sending: Sending) -> None:
    jobs.ask_for_replies()
    ReplyFetch.objects.update(lease_until=clock.now() + fetching.LEASE)
    assert fetching.due() == []
    assert fetching.fetch(sending.connection.pk) == 0
    with clock.travel(seconds=fetching.LEASE.total_seconds() + 1):
        assert fetching.due() == [(sending.connection.pk,)]


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "jomobile"}])
def test_only_connections_in_use_that_must_be_asked_are_asked(sending: Sending, change: dict[str, object]) -> None:
    type(sending.connection).objects.update(**change)
    assert fetching.begin() == 0
    assert fetching.due() == []


def test_after_a_sending_it_is_asked_often_and_later_seldom(sending: Sending) -> None:
    ask()
    assert fetching.begin() == 0
    type(sending.connection).objects.update(next_call_at=clock.now())
    assert fetching.begin() == 1
    with clock.travel(hours=2, minutes=1):
        doorbell.run_all_due()
        assert fetching.begin() == 0
        with clock.travel(minutes=11):
            assert fetching.begin() == 1
