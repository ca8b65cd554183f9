"""A report finds its message by id, by the id of a part, or by the number where the provider gives no more."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from campaigns import delivery, outcomes
from campaigns.models import Batch, BatchEvidence, Message, ProviderId
from smspanel.providers.values import DeliveryState, Report
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold


@pytest.fixture
def message(sending: Sending) -> Message:
    """A message that was sent and has no report yet."""
    campaign = sending.send([sending.group([number(10, "05")])])
    return Message.objects.select_related("batch").get(campaign=campaign)


def in_parts(message: Message, *ids: str) -> None:
    """Give the message an id for each part, as the provider would have done in its answer."""
    assert message.batch is not None
    ProviderId.objects.bulk_create(ProviderId(batch=message.batch, message=message, provider_id=one) for one in ids)


def state_after(sending: Sending, message: Message, *reports: tuple[str, DeliveryState]) -> str:
    """Apply reports by id, one after another, and return the message's state."""
    for provider_id, state in reports:
        delivery.apply_reports(sending.connection, [Report(provider_id, state, raw_state=state)])
    message.refresh_from_db()
    return message.state


DELIVERED, UNDELIVERED, SENT = DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.SENT


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (DELIVERED, DELIVERED, "DELIVERED"),
        (DELIVERED, UNDELIVERED, "UNDELIVERED"),
        (DELIVERED, SENT, "SENT"),
        (UNDELIVERED, DeliveryState.EXPIRED, "UNDELIVERED"),
        (DELIVERED, DeliveryState.REJECTED, "REJECTED"),
    ],
)
def test_a_message_of_parts_is_where_its_worst_part_is(
    sending: Sending, message: Message, first: DeliveryState, second: DeliveryState, outcome: str
) -> None:
    in_parts(message, "part-1", "part-2")
    assert state_after(sending, message, ("part-1", first), ("part-2", second)) == outcome
    assert_all_hold()


def test_one_delivered_part_is_not_a_delivered_message(sending: Sending, message: Message) -> None:
    in_parts(message, "part-1", "part-2")
    assert state_after(sending, message, ("part-2", DELIVERED)) == "SENT"


def test_a_part_that_is_final_does_not_go_back(sending: Sending, message: Message) -> None:
    in_parts(message, "part-1", "part-2")
    reports = [("part-1", DELIVERED), ("part-1", SENT), ("part-1", DeliveryState.UNKNOWN), ("part-2", DELIVERED)]
    assert state_after(sending, message, *reports) == "DELIVERED"


def test_every_part_is_asked_about_until_the_message_is_final(message: Message) -> None:
    in_parts(message, "part-1", "part-2")
    assert message.batch is not None
    assert list(delivery._ids_to_ask(message.batch)) == [message.provider_id, "part-1", "part-2"]
    assert set(delivery._ids_to_ask(message.batch).values()) == {message.msisdn}
    Message.objects.update(state=Message.State.DELIVERED)
    assert delivery._ids_to_ask(message.batch) == {}


def test_hs_09_ids_without_numbers_are_paired_by_the_reports(sending: Sending) -> None:
    numbers = [number(index, "05") for index in range(10, 13)]
    campaign = sending.send([sending.group(numbers)])
    batch = Batch.objects.get(campaign=campaign)
    Message.objects.update(provider_id="")
    BatchEvidence.objects.create(batch=batch, outcome=outcomes.NAMELESS)
    ProviderId.objects.bulk_create(ProviderId(batch=batch, provider_id=one) for one in ("id-a", "id-b"))
    assert_all_hold()
    report = Report("id-b", DELIVERED, "1", msisdn=numbers[2])
    assert delivery.apply_reports(sending.connection, [report]) == {report}
    assert list(Message.objects.filter(provider_id="id-b").values_list("msisdn", "state")) == [
        (numbers[2], "DELIVERED")
    ]
    assert states(campaign) == {"SENT": 2, "DELIVERED": 1}


def test_an_id_whose_number_is_a_stranger_s_is_nobody_s(sending: Sending, message: Message) -> None:
    assert message.batch is not None
    ProviderId.objects.create(batch=message.batch, provider_id="id-a")
    report = Report("id-a", DELIVERED, "1", msisdn=number(99))
    assert delivery.apply_reports(sending.connection, [report]) == set()
    message.refresh_from_db()
    assert message.state == "SENT"


def test_a_report_with_a_number_alone_is_about_the_newest_open_message(sending: Sending, message: Message) -> None:
    newer = sending.send([sending.group([message.msisdn], "Again")])
    report = Report("", DELIVERED, "MESSAGE_DELIVERED", msisdn=message.msisdn)
    assert delivery.apply_reports(sending.connection, [report]) == {report}
    message.refresh_from_db()
    assert (states(newer), message.state) == ({"DELIVERED": 1}, "SENT")


def test_a_report_of_another_connection_changes_nothing(sending: Sending, message: Message) -> None:
    other = type(sending.connection).objects.create(name="Other", kind="serwersms")
    reports = [
        Report(message.provider_id, DELIVERED, "delivered"),
        Report("", DELIVERED, "delivered", msisdn=message.msisdn),
    ]
    assert delivery.apply_reports(other, reports) == set()
    message.refresh_from_db()
    assert message.state == "SENT"


def test_however_many_reports_come_their_messages_are_looked_up_in_the_index_of_ids(db: None) -> None:
    wanted = Message.objects.known_as([f"id-{index}" for index in range(1_000)])
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # There are no rows, and to read none of them is the fastest wherever it is allowed.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        explained = wanted.explain()
    assert "message_by_provider_id" in explained or "provider_id_idx" in explained
