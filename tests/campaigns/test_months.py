"""Messages lie with those of their month, and what is asked of one campaign reads no other month."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from campaigns import counting, partitions
from campaigns.models import Batch, Message
from tests.campaigns.months import campaign_of, months_away, somebody_reading, table_for, table_of
from tests.campaigns.sending import Sending, number
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_has_the_month_of_its_campaign_in_utc(people: People) -> None:
    campaign = campaign_of(people.slave, date(2026, 3, 1), messages=0)
    campaign.created_at = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    campaign.save()
    message = Message.objects.create(campaign=campaign, msisdn=number(1), parts=1, points=3)
    assert (campaign.month, message.month) == (date(2026, 3, 1), date(2026, 3, 1))


def test_messages_made_by_expansion_lie_in_the_table_of_their_month(sending: Sending) -> None:
    partitions.prepare()
    campaign = sending.send([sending.group([number(1), number(2)])])
    assert {table_of(message) for message in campaign.messages.all()} == {table_for(campaign.month)}


def test_messages_of_a_campaign_are_asked_for_by_their_month(people: People) -> None:
    campaign = campaign_of(people.slave, months_away(0))
    batch = Batch(pk=1, campaign=campaign)
    named = (Message.objects.filter(campaign=campaign), Message.objects.filter(batch=batch))
    for rows in (*named, campaign.messages.all(), batch.messages.all()):
        assert str(campaign.month) in str(rows.query)


def test_a_campaign_is_searched_in_one_table(people: People) -> None:
    partitions.prepare()
    campaign = campaign_of(people.slave, months_away(0))
    plan = campaign.messages.filter(state="QUEUED").explain()
    others = [name for name in (*partitions.tables(), partitions.OTHERS) if name != table_for(campaign.month)]
    assert table_for(campaign.month) in plan or "month" in plan
    assert not any(name in plan for name in others)


def test_a_number_is_taken_once_by_a_campaign(people: People) -> None:
    campaign = campaign_of(people.slave, months_away(0))
    with pytest.raises(Exception, match=r"one_message_per_number|UNIQUE|unique"):
        Message.objects.create(campaign=campaign, msisdn=number(0), parts=1, points=3)


def test_what_has_no_table_of_its_own_moves_into_it_later(people: People) -> None:
    month = months_away(-40)
    campaign = campaign_of(people.slave, month)
    counting.run()
    partitions.make([month])
    assert {table_of(message) for message in campaign.messages.all()} == {table_for(month)}
    assert counting.states(campaign) == {"DELIVERED": 3}


def test_the_next_two_months_have_tables(people: People) -> None:
    partitions.prepare()
    campaign = campaign_of(people.slave, months_away(2))
    assert table_of(campaign.messages.all()[0]) == table_for(months_away(2))


def test_a_table_is_not_made_while_somebody_uses_the_messages(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(partitions, "TRIES", 1)
    month = months_away(-41)
    campaign = campaign_of(people.slave, month)
    with somebody_reading(), caplog.at_level(logging.WARNING):
        partitions.make([month])
    assert ("could not be made now" in caplog.text) == (connection.vendor == "postgresql")
    partitions.make([month])
    assert table_of(campaign.messages.all()[0]) == table_for(month)
