"""The same report from two sides at once is asked for, stored and applied once."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import pytest
from django.db.models import QuerySet

from accounts.models import Transfer
from campaigns import delivery, dispatch, inbox, outcomes
from campaigns.models import Campaign, InboxItem, Message
from smspanel import clock
from smspanel.providers import registry
from smspanel.providers.values import Acceptance, DeliveryState, Receipt, Report, ReportPage
from tests.campaigns.policies import AtMostOnce
from tests.campaigns.sending import PRICE, Sending, states
from tests.invariants import assert_all_hold
from tests.races.together import kinds, meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


class Rejecting(AtMostOnce):
    """Reports that every message was rejected."""

    kind = "rejecting"
    asked: ClassVar[list[list[str]]] = []

    def reports(self, provider_ids: object) -> ReportPage:
        """Note the question and answer it."""
        assert isinstance(provider_ids, list)
        self.asked.append(provider_ids)
        return ReportPage(tuple(rejection(one) for one in provider_ids), raw="the answer")


def rejection(provider_id: str) -> Report:
    """Return a report that refunds a message."""
    return Report(provider_id, DeliveryState.REJECTED, raw_state="rejected", at=clock.now())


@pytest.fixture
def sent(sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign that its provider took."""
    monkeypatch.setitem(registry._CLIENTS, Rejecting.kind, f"{__name__}.{Rejecting.__name__}")
    monkeypatch.setattr(Rejecting, "asked", [])
    sending.connection.kind = Rejecting.kind
    sending.connection.save()
    batch = dispatch.claim(expanded.pk)
    assert batch is not None
    messages = Message.objects.filter(batch=batch).select_related("campaign")
    receipts = (Receipt(one.ref, accepted=True, provider_id=f"p{one.pk}") for one in messages)
    outcomes.record_acceptance(batch, Acceptance(tuple(receipts), "taken"))
    return expanded


def assert_refunded_once(sending: Sending, campaign: Campaign) -> None:
    """Check that every message was paid back once."""
    assert states(campaign) == {"REJECTED": 10}
    refunds = Transfer.objects.filter(kind=Transfer.Kind.REFUND)
    assert [refund.amount for refund in refunds] == [PRICE] * 10
    assert sending.persona.available == 1_000
    assert_all_hold()


def test_two_workers_ask_for_the_reports_of_a_batch_once(sending: Sending, sent: Campaign) -> None:
    batch = sent.batches.get()
    with clock.travel(seconds=10):
        results = together(*[partial(delivery.pull_reports, batch.pk)] * 2)
    assert results == [None, None]
    assert [len(asked) for asked in Rejecting.asked] == [10]
    assert_refunded_once(sending, sent)


def test_a_pull_and_a_push_of_one_report_refund_once(
    sending: Sending, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = list(sent.messages.values_list("provider_id", flat=True))
    meet_before(monkeypatch, delivery, "_advance")
    orders = (ids, ids[::-1])
    applied = together(
        *(partial(delivery.apply_reports, sending.connection, list(map(rejection, order))) for order in orders)
    )
    assert [len(matched) for matched in applied] == [10, 10]
    assert_refunded_once(sending, sent)


def test_one_push_that_arrives_twice_at_once_is_stored_once(
    sending: Sending, sent: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, QuerySet, "create")
    receive = partial(inbox.receive, connection=sending.connection, query={"id": "1"}, body="")
    results = together(receive, receive)
    assert kinds(results) == ["InboxItem", "InboxItem"]
    assert InboxItem.objects.count() == 1
