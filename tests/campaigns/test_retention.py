"""How long things are kept: each class for its own time, in chunks, and nothing that is still needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, Transfer
from campaigns import inbox, orders, retention
from campaigns.models import (
    BatchEvidence,
    Campaign,
    Cleaning,
    InboxItem,
    Message,
    PostbackAttempt,
    PostbackEndpoint,
    PostbackEvent,
    Recipient,
    Reply,
    Variant,
)
from contacts import imports, uploads
from contacts.models import Contact, Import, ImportChange, RejectedRow
from smspanel import clock, doorbell, tick
from tests.campaigns.sending import Sending, make_group, number
from tests.invariants import assert_all_hold

TWO = [number(1), number(2)]
KEPT = ("TEXTS", "NUMBERS", "INBOX", "CALLS", "REJECTED", "POSTBACKS", "REPLIES")


@pytest.fixture
def sent(sending: Sending) -> Campaign:
    """A finished campaign with a text for everybody, of which one was refused, and a single message."""
    make_group(sending.account, TWO, first_name="Anna")
    campaign = sending.send([], text="Hello #first_name#", numbers="\n".join([*TWO, "nobody"]))
    order = orders.Order(name="API", text="Your code is 1234", variant=Variant.ECO)
    orders.single(account=sending.account, to=TWO[0], order=order, key=None)
    doorbell.run_all_due()
    with clock.travel(minutes=1):
        doorbell.run_all_due()
    return campaign


def clean(days: float) -> None:
    """Run the round of forgetting of a night so many days ahead."""
    with clock.travel(days=days):
        retention.begin()
        doorbell.run_all_due()


def texts() -> list[str]:
    """Return every text that was written to one person alone."""
    own = [*Message.objects.values_list("text", flat=True), *Recipient.objects.values_list("text", flat=True)]
    singles = Campaign.objects.filter(single=True).values_list("text", flat=True)
    samples = Campaign.objects.filter(single=False).values_list("plan__samples", flat=True)
    return [text for text in [*own, *singles, *(sample["text"] for some in samples for sample in some)] if text]


def test_texts_are_forgotten_after_ninety_days_and_numbers_are_not(sending: Sending, sent: Campaign) -> None:
    clean(89)
    assert {"Hello Anna", "Your code is 1234"} <= set(texts())
    clean(91)
    assert texts() == ["***"]
    assert Message.objects.filter(msisdn__in=TWO).count() == 3
    assert Campaign.objects.get(pk=sent.pk).text == "Hello #first_name#"


def test_numbers_are_forgotten_after_a_year_and_the_books_stay(sending: Sending, sent: Campaign) -> None:
    before = list(Message.objects.order_by("pk").values_list("pk", "state", "points", "parts"))
    trail = (AuditEntry.objects.count(), Transfer.objects.count())
    clean(366)
    assert list(Message.objects.order_by("pk").values_list("pk", "state", "points", "parts")) == before
    assert {message.msisdn for message in Message.objects.all()} == {
        one.forgotten_number for one in Message.objects.all()
    }
    assert (Recipient.objects.count(), Message.objects.filter(contact__isnull=False).count()) == (0, 0)
    assert [row["examples"] for row in Campaign.objects.get(pk=sent.pk).plan.waterfall if row["examples"]] == []
    assert (AuditEntry.objects.count(), Transfer.objects.count(), Contact.objects.count()) == (*trail, 2)
    assert_all_hold()


@pytest.mark.parametrize("state", ["SENDING", "HOLD", "TO_SEND", "CANCELING"])
def test_a_campaign_that_has_not_ended_is_not_touched(sending: Sending, sent: Campaign, state: str) -> None:
    before = dict(Message.objects.filter(campaign=sent).values_list("msisdn", "text"))
    Campaign.objects.filter(pk=sent.pk).update(state=state)
    with clock.travel(days=400):
        for step in (retention.forget_texts, retention.forget_numbers):
            while step(clock.now()):
                pass
    assert dict(Message.objects.filter(campaign=sent).values_list("msisdn", "text")) == before


def test_a_message_that_may_still_be_reported_keeps_its_campaign(sending: Sending, sent: Campaign) -> None:
    Message.objects.filter(campaign=sent, msisdn=TWO[0]).update(state="SENT")
    with clock.travel(days=400):
        while retention.forget_numbers(clock.now()):
            pass
    assert Message.objects.filter(campaign=sent, msisdn__in=TWO).count() == 2


def test_what_is_forgotten_in_small_chunks_is_the_same(
    sending: Sending, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHUNK", "CAMPAIGNS"):
        monkeypatch.setattr(retention, name, 1)
    clean(366)
    assert not Message.objects.filter(msisdn__gte="1").exists()
    assert (texts(), set(Campaign.objects.values_list("forgotten", flat=True))) == (["***"], {3})


def test_a_round_whose_time_is_up_goes_on_where_it_stood(
    sending: Sending, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SECONDS", 0.0)
    with clock.travel(days=366):
        retention.begin()
        ((round_id,),) = retention.due()
        retention.clean(round_id)
        assert Cleaning.objects.get().finished_at is None
        assert doorbell.run_all_due() > 2
    assert not Message.objects.filter(msisdn__gte="1").exists()


def test_a_round_is_worked_on_by_one_and_taken_over_from_the_dead(sending: Sending) -> None:
    retention.begin()
    retention.begin()
    ((round_id,),) = retention.due()
    Cleaning.objects.update(lease_until=clock.now() + retention.LEASE)
    assert retention.due() == []
    with clock.travel(minutes=5):
        retention.clean(round_id)
    assert Cleaning.objects.get().finished_at is not None


def test_the_heartbeat_begins_a_round_every_night(sending: Sending) -> None:
    tick.run_periodic()
    assert Cleaning.objects.count() == 1


def test_zero_days_are_for_ever(sending: Sending, sent: Campaign, settings: Any) -> None:
    for name in KEPT:
        setattr(settings, f"KEEP_{name}", 0)
    before = sorted(texts())
    clean(10_000)
    assert sorted(texts()) == before
    assert Message.objects.filter(msisdn__in=TWO).count() == 3
    assert InboxItem.objects.exists()


def test_what_came_in_is_deleted_once_it_is_dealt_with(sending: Sending) -> None:
    for state, again in (("APPLIED", None), ("UNMATCHED", clock.now() + timedelta(days=99))):
        inbox.receive(connection=sending.connection, query={}, body=state)
        InboxItem.objects.filter(body=state).update(state=state, next_attempt_at=again)
    clean(31)
    assert InboxItem.objects.get().state == "UNMATCHED"


def test_old_replies_are_deleted(sending: Sending) -> None:
    now = clock.now()
    for days in (364, 366):
        Reply.objects.create(
            connection=sending.connection, msisdn=TWO[0], digest=str(days), received_at=now - timedelta(days=days)
        )
    clean(0)
    assert Reply.objects.get().digest == "364"


@pytest.mark.parametrize(("state", "left"), [("ACCEPTED", 0), ("GIVEN_UP", 0), ("PENDING", 1)])
def test_post_backs_are_forgotten_once_they_have_ended(sending: Sending, state: str, left: int) -> None:
    endpoint = PostbackEndpoint.objects.create(account=sending.account, kind="REPLIES")
    payload = {"msisdn": TWO[0], "deliveryTime": 7}
    again = clock.now() if state == "PENDING" else None
    event = PostbackEvent.objects.create(
        endpoint=endpoint, key="1", payload=payload, state=state, next_attempt_at=again
    )
    PostbackAttempt.objects.create(event=event, started_at=clock.now(), seconds=1)
    clean(31)
    event.refresh_from_db()
    assert (PostbackAttempt.objects.count(), event.payload["msisdn"]) == (left, TWO[0] if left else "")


def test_a_post_back_that_was_given_up_untried_loses_its_number_too(sending: Sending) -> None:
    endpoint = PostbackEndpoint.objects.create(account=sending.account, kind="CAMPAIGNS")
    for key, payload in (("1", {"msisdn": TWO[0]}), ("2", {"name": "Spring"})):
        PostbackEvent.objects.create(
            endpoint=endpoint, key=key, payload=payload, state="GIVEN_UP", next_attempt_at=None
        )
    clean(31)
    assert list(PostbackEvent.objects.order_by("key").values_list("payload", flat=True)) == [
        {"msisdn": ""},
        {"name": "Spring"},
    ]


def test_rejected_rows_and_files_that_nobody_wanted_are_deleted(sending: Sending) -> None:
    ended, waiting = (
        imports.upload(
            account=sending.account,
            actor=None,
            file=SimpleUploadedFile("a.csv", b"phone\nnobody\n500100200"),
            target=Import.Target.CONTACTS,
        )
        for _time in range(2)
    )
    imports.start(spreadsheet=ended, columns={"msisdn": 0}, has_header=True, group=None, actor=None)
    doorbell.run_all_due()
    clean(29)
    assert (RejectedRow.objects.count(), uploads.path_of(waiting.public_id).exists()) == (1, True)
    clean(31)
    waiting.refresh_from_db()
    assert (RejectedRow.objects.count(), uploads.path_of(waiting.public_id).exists()) == (0, False)
    assert (waiting.status, "preview" in waiting.layout, waiting.diagnosis) == ("CANCELED", False, {})


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_what_an_import_changed_is_kept_as_long_as_it_can_be_undone(
    sending: Sending, settings: Any, days: float, left: int
) -> None:
    settings.KEEP_REJECTED = 0
    make_group(sending.account, TWO)
    file = SimpleUploadedFile("a.csv", f"phone\n{TWO[0]}".encode())
    done = imports.upload(account=sending.account, actor=None, file=file, target=Import.Target.CONTACTS)
    imports.start(spreadsheet=done, columns={"msisdn": 0}, has_header=True, group=None, actor=None)
    doorbell.run_all_due()
    assert ImportChange.objects.count() == 1
    clean(days)
    assert ImportChange.objects.count() == left


def test_what_providers_answered_goes_with_the_numbers(sending: Sending, sent: Campaign) -> None:
    BatchEvidence.objects.create(batch=sent.batches.get(), outcome="ACCEPTED", raw=TWO[0])
    sent.batches.update(provider_answer=TWO[0])
    clean(366)
    assert (BatchEvidence.objects.get().raw, sent.batches.get().provider_answer) == ("", "")
