"""What happens to campaigns and messages is noted with it, and told over real HTTP until it is accepted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AuditEntry
from campaigns import delivery, lifecycle, postback_delivery, postback_settings, postbacks
from campaigns.models import Campaign, Message, PostbackAttempt, PostbackEndpoint, PostbackEvent
from smspanel import clock, doorbell
from smspanel.providers.values import DeliveryState, Report
from tests.campaigns.listening import CAMPAIGNS, DELIVERIES, REPLIES, listen, note, send, states, told
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold, broken
from tests.personas import Persona
from tests.providers.scripted import CUT_BODY, DROP_AFTER_READING, Reply, Scripted, answer

OUTCOMES = [number(1, "01"), number(2, "02"), number(3, "03")]


@pytest.fixture
def sink() -> Iterator[Scripted]:
    """An owner's program that accepts everything."""
    with Scripted(answer(200, "{}")) as running:
        yield running


def report(campaign: Campaign, state: str, minutes: int) -> None:
    """Apply a report about the campaign's first message, dated so many minutes after its start."""
    message = campaign.messages.select_related("batch__connection").order_by("pk")[0]
    assert message.batch is not None
    assert campaign.started_at is not None
    at = campaign.started_at + timedelta(minutes=minutes)
    one = Report(message.provider_id, DeliveryState(state), raw_state=state, at=at)
    delivery.apply_reports(message.batch.connection, [one])


def keys() -> list[str]:
    """Return the keys of all events, oldest first."""
    return list(PostbackEvent.objects.order_by("pk").values_list("key", flat=True))


def test_js_98_a_campaign_and_its_reports_are_told(sending: Sending, sink: Scripted) -> None:
    listen(sending.account, sink.url, CAMPAIGNS, DELIVERIES)
    campaign = sending.send([sending.group(OUTCOMES)])
    with clock.travel(seconds=10):
        doorbell.run_all_due()
    first, *reports = sorted(told(sink), key=len)
    assert (first["bulkStatus"], first["importedCount"], first["id"]) == ("FINISHED", 3, campaign.pk)
    words = {one["msisdn"]: (one["deliveryStatus"], one["operator"]) for one in reports}
    delivered, not_delivered = ("MESSAGE_DELIVERED", "POLAND_ORANGE"), ("MESSAGE_NOT_DELIVERED", "POLAND_ORANGE")
    assert words == dict(zip(OUTCOMES, [delivered, not_delivered, not_delivered], strict=True))
    assert {one["id"] for one in reports} == set(campaign.messages.values_list("pk", flat=True))
    assert {one["ackId"] for one in reports} <= set(PostbackEvent.objects.values_list("pk", flat=True))
    assert_all_hold()


def test_js_98_the_request_is_json_with_a_signature_that_can_be_checked(slave: Persona, sink: Scripted) -> None:
    endpoint = listen(slave.account, f"{sink.url}/hook?x=1", REPLIES)
    (event,) = note(endpoint)
    doorbell.run_all_due()
    (request,) = sink.requests
    assert (request.method, request.target) == ("POST", "/hook?x=1")
    assert (request.headers["accept"], request.headers["content-type"]) == ("application/json", "application/json")
    secret = postback_settings.reveal_secret(endpoint=endpoint, actor=None)
    signed = f"{event.pk}.{request.headers['webhook-timestamp']}.".encode() + request.body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert states(endpoint) == ["ACCEPTED"]


def test_a_campaign_s_words_are_told_once_and_hold_every_time(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS)
    campaign = sending.confirm([sending.group(OUTCOMES)])
    Campaign.objects.update(state=Campaign.State.SENDING)
    for _ in range(2):
        lifecycle.pause(campaign=campaign, actor=None)
        lifecycle.resume(campaign=campaign, actor=None)
    lifecycle.cancel(campaign=campaign, actor=None)
    lifecycle.finish(campaign.pk)
    campaign.refresh_from_db()
    name = campaign.subject
    assert [key.rpartition(":")[0] for key in keys()[:2]] == [f"{name}:HOLD"] * 2
    assert (keys()[2:], campaign.state) == ([f"{name}:CANCELED"], "CANCELED")


def test_a_campaign_that_missed_its_time_is_an_error_to_the_program(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS)
    campaign = sending.confirm([sending.group(OUTCOMES)])
    with clock.travel(hours=3):
        lifecycle.start(campaign.pk)
    assert keys() == [f"{campaign.subject}:ERROR"]


def test_a_state_that_a_message_comes_back_to_is_told_anew_and_a_repeated_report_is_not(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", DELIVERIES)
    campaign = sending.send([sending.group([number(1)])])
    for state, minutes in (("DELIVERED", 1), ("DELIVERED", 1), ("UNDELIVERED", 2), ("DELIVERED", 3)):
        report(campaign, state, minutes)
    words = [event.payload["deliveryStatus"] for event in PostbackEvent.objects.order_by("pk")]
    assert words == ["MESSAGE_DELIVERED", "MESSAGE_NOT_DELIVERED", "MESSAGE_DELIVERED"]
    assert_all_hold()


def test_the_same_change_noted_twice_is_one_event(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS, DELIVERIES)
    campaign = sending.send([sending.group([number(1)])])
    report(campaign, "DELIVERED", 1)
    messages = list(campaign.messages.select_related("campaign"))
    for _ in range(2):
        postbacks.note_messages(messages)
        postbacks.note_campaign(Campaign.objects.get(pk=campaign.pk))
        postbacks.note_single(messages[0])
    message = f"message:{messages[0].pk}:DELIVERED"
    assert sorted(keys()) == sorted([f"{campaign.subject}:FINISHED", message, f"single:{messages[0].pk}"])


def test_a_message_without_a_report_is_told_to_be_undefined(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", DELIVERIES)
    campaign = sending.send([sending.group([number(9)])])
    with clock.travel(hours=74):
        assert delivery.close_unreported() == 1
    event = PostbackEvent.objects.get()
    assert (event.payload["deliveryStatus"], event.payload["id"]) == ("UNDEFINED", campaign.messages.get().pk)


def test_js_98_replies_and_singles_are_told_to_whoever_wants_to_know(sending: Sending, sink: Scripted) -> None:
    listen(sending.account, sink.url, CAMPAIGNS, REPLIES)
    campaign = sending.confirm([sending.group([number(1)])])
    message = Message.objects.create(campaign=campaign, msisdn="48500100200", parts=1, points=3)
    postbacks.note_single(message)
    postbacks.note_reply(
        account=sending.account,
        reply_id=5,
        campaign_id=campaign.pk,
        prefix="ABC",
        msisdn="48500100200",
        sender="4777",
        group_id=None,
        group_name="",
        received_at=clock.now(),
        network="PLUS",
    )
    for endpoint in PostbackEndpoint.objects.all():
        send(endpoint.pk)
    single, reply = told(sink)
    assert (single["id"], set(single)) == (message.pk, {"msisdn", "operator", "deliveryTime", "id"})
    assert (reply["id"], reply["idMsgContent"], reply["operator"]) == (5, campaign.pk, "POLAND_PLUS")


def test_an_account_without_an_address_costs_one_query(sending: Sending) -> None:
    campaign = sending.send([sending.group(OUTCOMES)])
    messages = list(campaign.messages.select_related("campaign"))
    for message in messages:
        message.state = Message.State.DELIVERED
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        postbacks.note_messages(messages)
    assert len(queries) == 1
    assert keys() == []


def test_a_thousand_reports_are_noted_in_a_few_queries(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", DELIVERIES)
    campaign = sending.confirm([sending.group(OUTCOMES)])
    state = Message.State.DELIVERED
    many = [Message(campaign=campaign, msisdn=number(i), parts=1, points=3, state=state) for i in range(1000)]
    Message.objects.bulk_create(many)
    with CaptureQueriesContext(connection) as queries:
        postbacks.note_messages(many)
    assert len(queries) < 20
    assert PostbackEvent.objects.count() == 1000


def test_an_address_for_which_something_waits_is_not_rung_for_again(
    sending: Sending, django_capture_on_commit_callbacks: Callable[[], AbstractContextManager[list[object]]]
) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS)
    campaign = sending.confirm([sending.group(OUTCOMES)])
    messages = [Message(pk=pk, campaign=campaign, msisdn=number(pk)) for pk in (1, 2)]
    with django_capture_on_commit_callbacks() as bells:
        postbacks.note_single(messages[0])
        postbacks.note_single(messages[1])
    assert len(bells) == 1


def test_nobody_is_told_what_happens_to_another_account(sending: Sending, stranger: Persona) -> None:
    listen(stranger.account, "http://127.0.0.1:9", CAMPAIGNS, DELIVERIES)
    report(sending.send([sending.group([number(1)])]), "DELIVERED", 1)
    assert keys() == []


def test_a_change_that_is_rolled_back_was_never_noted(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", CAMPAIGNS)
    campaign = sending.confirm([sending.group(OUTCOMES)])
    with transaction.atomic():
        lifecycle.cancel(campaign=campaign, actor=None)
        assert len(keys()) == 1
        transaction.set_rollback(True)
    assert keys() == []


def test_a_report_that_is_not_noted_breaks_the_invariant(sending: Sending) -> None:
    listen(sending.account, "http://127.0.0.1:9", DELIVERIES)
    campaign = sending.send([sending.group([number(1)])])
    campaign.messages.update(state=Message.State.DELIVERED)
    assert list(broken()) == ["I8"]


@pytest.mark.parametrize(
    "reply, status, says",
    [
        (answer(500, "boom"), 500, "The answer was 500"),
        (answer(302, Location="http://127.0.0.1:9/"), 302, "redirects are not followed"),
        (answer(200, b"x" * (64 * 1024 + 1)), None, "longer than 65536 bytes"),
        (CUT_BODY, None, "broke before the answer was complete"),
        (DROP_AFTER_READING, None, "broke before the answer was complete"),
        (
            Reply([b"HTTP/1.1 200 OK\r\n", *[b"X"] * 100], pause=0.05),
            None,
            "No complete answer came within 0.3 seconds",
        ),
        (Reply([b""], pause=5), None, "No complete answer came within 0.3 seconds"),
    ],
    ids=["an error", "a redirect", "a huge answer", "a cut answer", "no answer", "a trickle", "a hang"],
)
def test_only_a_complete_2xx_is_acceptance(
    slave: Persona, monkeypatch: pytest.MonkeyPatch, reply: Reply, status: int | None, says: str
) -> None:
    monkeypatch.setattr(postback_delivery, "DEADLINE", 0.3)
    with Scripted(reply) as sink:
        endpoint = listen(slave.account, sink.url, DELIVERIES)
        note(endpoint)
        doorbell.run_all_due()
        assert len(sink.requests) == 1
    attempt = PostbackAttempt.objects.get()
    assert (attempt.status, states(endpoint)) == (status, ["PENDING"])
    assert says in attempt.problem
    assert attempt.seconds < 2


def test_s8_private_addresses_are_not_called(slave: Persona, settings: object, sink: Scripted) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset()  # type: ignore[attr-defined]
    endpoint = listen(slave.account, sink.url, DELIVERIES)
    note(endpoint)
    doorbell.run_all_due()
    assert (sink.connections, states(endpoint)) == (0, ["PENDING"])
    assert "may not call" in PostbackAttempt.objects.get().problem


def test_numbers_and_secrets_are_not_logged(slave: Persona, sink: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    endpoint = listen(slave.account, f"{sink.url}/?token=sesame", DELIVERIES)
    note(endpoint)
    with caplog.at_level(logging.DEBUG):
        doorbell.run_all_due()
    secret = postback_settings.reveal_secret(endpoint=endpoint, actor=None)
    for word in (postback_settings.SAMPLE_NUMBER, "sesame", secret):
        assert word not in caplog.text
    audited = str(list(AuditEntry.objects.values_list("details", flat=True)))
    assert "sesame" not in audited
    assert secret not in audited


def test_the_secret_stays_the_same_and_is_sealed(slave: Persona) -> None:
    account: Account = slave.account
    endpoint = listen(account, "https://example.com/1", CAMPAIGNS)
    secret = postback_settings.reveal_secret(endpoint=endpoint, actor=slave.user)
    again = listen(account, "https://example.com/2", CAMPAIGNS)
    assert (again.pk, again.sealed_secret) == (endpoint.pk, endpoint.sealed_secret)
    assert secret not in endpoint.sealed_secret
    assert AuditEntry.objects.filter(action="postback.reveal", actor=slave.user, account=account).count() == 1
