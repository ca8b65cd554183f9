"""A provider that takes one text a call gets personal texts in batches of equal texts, each number once."""

from __future__ import annotations

import pytest

from campaigns.models import Batch, Message
from contacts import upsert
from contacts.models import Contact
from smspanel.providers.serwersms.client import SerwerSmsClient
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

SIX = [number(index) for index in range(10, 16)]


def texts_of_batches() -> list[set[str]]:
    """Return the texts of each batch."""
    batches = Batch.objects.order_by("pk")
    return [set(Message.objects.filter(batch=batch).values_list("text", flat=True)) for batch in batches]


@pytest.fixture
def one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from the provider what it can do."""
    monkeypatch.setattr(SerwerSmsClient, "mixes_texts", False)


@pytest.mark.usefixtures("one_text")
def test_equal_texts_share_a_batch_and_others_do_not(sending: Sending) -> None:
    group = sending.group(SIX)
    for index, msisdn in enumerate(SIX):
        Contact.objects.filter(msisdn=msisdn).update(first_name=["Ala", "Ola"][index % 2])
    sending.send([group], text="Hello #first_name#")
    assert texts_of_batches() == [{"Hello Ala"}, {"Hello Ola"}]
    assert sending.air() == dict.fromkeys(SIX, 1)
    assert_all_hold()


def test_a_provider_that_mixes_texts_gets_them_together(sending: Sending) -> None:
    group = sending.group(SIX)
    upsert.contacts(account_id=sending.account.pk, fields=["first_name"], rows=[(SIX[0], "Ala")])
    sending.send([group], text="Hello #first_name#")
    assert texts_of_batches() == [{"Hello Ala", "Hello "}]


def test_a_connection_cannot_ask_for_more_than_the_provider_takes(sending: Sending) -> None:
    sending.connection.batch_size = 5_000
    sending.connection.save()
    numbers = [number(index) for index in range(1000, 1000 + SerwerSmsClient.max_batch + 1)]
    sending.send([sending.group(numbers)])
    assert [batch.size for batch in Batch.objects.order_by("pk")] == [SerwerSmsClient.max_batch, 1]
