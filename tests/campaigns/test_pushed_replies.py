"""Replies that the simulated JustSend pushes over HTTP into the running panel, and what becomes of them there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts import connections
from campaigns import inbox
from campaigns.models import Campaign, InboxItem, Price, Reply, Route, Variant
from contacts import blacklist, consents
from contacts.models import BlacklistEntry, Consent
from smspanel import clock, doorbell
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.justsend.records import Prefix as TheirPrefix
from smspanel.simulator import Simulator
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import Sending, number, open_route
from tests.personas import Persona

ANSWERS, SILENT = number(1, "10"), number(2)
TOLD = {"msisdn": ANSWERS, "operator": "POLAND_ORANGE", "sender": "TUDORS", "idMsgContent": 21045, "id": 252822}


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulated JustSend, and the right to reserve prefixes."""
    simulator.settings("justsend", night_window=False)
    connection = open_route(simulator.url("justsend") + "/api/rest/v2", kind="justsend")
    connections.set_credentials(connection=connection, credentials={"app_key": "sim-app-key"}, actor=None)
    allow(slave.account)
    return Sending(simulator, slave, connection)


def push_path(sending: Sending) -> str:
    """Return the path at which the connection's provider pushes."""
    return reverse("inbox", kwargs={"token": sending.connection.inbox_token})


def push(sending: Sending, **body: object) -> None:
    """Push a reply in JustSend's shape, and apply it."""
    assert Client().post(push_path(sending), TOLD | body, content_type="application/json").status_code == 200
    doorbell.run_all_due()


def hold_there(sending: Sending, name: str) -> None:
    """Reserve a command at JustSend, too, which its bulks with replies need."""
    client = connections.client_for(sending.connection)
    assert isinstance(client, JustSendClient)
    client.reserve_prefix(TheirPrefix(329, name, None), clock.now() + timedelta(hours=24))


@pytest.fixture
def campaign(live_server: LiveServer, sending: Sending) -> Campaign:
    """A campaign under a reserved prefix, sent; one of its two phones answers, and JustSend pushes that."""
    sending.simulator.settings("justsend", postback_url=live_server.url + push_path(sending))
    reservation = reserve(make_prefix("TUDORS"), sending.account)
    hold_there(sending, "TUDORS")
    Route.objects.create(variant=Variant.PRO_RESP, connection=sending.connection)
    Price.objects.create(variant=Variant.PRO_RESP, points=14)
    group = sending.group([ANSWERS, SILENT])
    campaign = sending.send([group], variant=Variant.PRO_RESP, reservation=reservation)
    sending.simulator.advance(10)
    sending.simulator.settle()
    return campaign


def test_js_50_js_54_an_answer_goes_from_the_phone_into_the_group_of_the_reservation(
    sending: Sending, campaign: Campaign
) -> None:
    doorbell.run_all_due()
    reply = Reply.objects.get()
    assert (reply.account, reply.msisdn, reply.sent_to) == (sending.account, ANSWERS, "TUDORS")
    assert reply.message == campaign.messages.get(msisdn=ANSWERS)
    assert reply.reservation == sending.account.prefix_reservations.get()
    assert (reply.operator, reply.provider_id != "") == ("POLAND_ORANGE", True)
    group = sending.account.groups.get(name__startswith="TUDORS_")
    assert [contact.msisdn for contact in group.members.all()] == [ANSWERS]
    assert not InboxItem.objects.filter(kind="PUSH").exclude(state=InboxItem.State.APPLIED).exists()


def test_an_answer_that_is_pushed_again_is_one_reply(sending: Sending, campaign: Campaign) -> None:
    doorbell.run_all_due()
    assert sending.simulator.resend_all() > 0
    sending.simulator.settle()
    InboxItem.objects.filter(kind="PUSH").update(state=InboxItem.State.NEW, next_attempt_at=clock.now())
    doorbell.run_all_due()
    assert Reply.objects.count() == 1


def test_js_58_an_answer_to_a_black_list_command_is_blacklisted_with_it(sending: Sending) -> None:
    reserve(make_prefix("STOP", type="BLACK_LIST_COMMAND"), sending.account)
    push(sending, prefix="STOP")
    assert BlacklistEntry.objects.get().msisdn == ANSWERS
    assert InboxItem.objects.get().state == InboxItem.State.APPLIED


def test_who_asks_to_stop_withdraws_every_consent(sending: Sending) -> None:
    reserve(make_prefix("STOP", type="BLACK_LIST_COMMAND"), sending.account)
    for channel in Consent.Channel:
        consents.give(
            account=sending.account,
            raw_numbers=[f"+{ANSWERS}"],
            text="News, please.",
            channel=channel,
            purpose=Consent.Purpose.MARKETING,
            given_at=clock.now(),
            actor=None,
        )
    push(sending, prefix="STOP")
    assert set(Consent.objects.values_list("withdrawn_source", flat=True)) == {"REPLY"}


def test_an_answer_that_concerns_nobody_is_kept_and_not_tried_again(sending: Sending) -> None:
    push(sending, prefix="4777")
    item = InboxItem.objects.get()
    assert (item.state, item.next_attempt_at) == (InboxItem.State.APPLIED, None)
    assert Reply.objects.get().account is None


def test_a_blacklist_that_cannot_be_written_leaves_no_reply_behind(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError("The disk is full.")

    reserve(make_prefix("STOP", type="BLACK_LIST_COMMAND"), sending.account)
    with monkeypatch.context() as broken:
        broken.setattr(blacklist, "add", full)
        inbox.receive(connection=sending.connection, query={}, body=json.dumps(TOLD | {"prefix": "STOP"}))
        inbox.apply(sending.connection.pk)
    assert (Reply.objects.count(), BlacklistEntry.objects.count()) == (0, 0)
    with clock.travel(seconds=10):
        inbox.apply(sending.connection.pk)
    assert (Reply.objects.count(), BlacklistEntry.objects.count()) == (1, 1)


def test_js_56_the_words_of_a_pushed_reply_are_fetched(campaign: Campaign, sending: Sending) -> None:
    doorbell.run_all_due()
    (reply,) = Reply.objects.all()
    assert reply.text
    assert any("report/response/messages/TUDORS" in entry["path"] for entry in sending.simulator.journal())
