"""Figures of reports are counted once in the background, and are those of now wherever they are small."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from campaigns import count_triggers, counting, invariants, orders, reports
from campaigns.models import Campaign, Counted, Message, MessageCount, Recount, Variant
from campaigns.orders import Order
from campaigns.reports import Period
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
State = Message.State


def stored(campaign: Campaign) -> Counter[str]:
    """Return what is stored of a campaign, by state."""
    rows = MessageCount.objects.filter(counted__campaign=campaign)
    counts: Counter[str] = Counter()
    for state, messages in rows.values_list("state", "messages"):
        counts[state] += messages
    return counts


def sent(sending: Sending, **fields: Any) -> Campaign:
    """Send a campaign to ten and let everything be counted."""
    campaign = sending.send([sending.group(TEN)], **fields)
    with clock.travel(seconds=10):
        doorbell.run_all_due()
    return campaign


def test_what_became_of_a_campaign_is_stored_with_parts_and_points(sending: Sending) -> None:
    campaign = sent(sending, text="a" * 161)
    assert stored(campaign) == {"DELIVERED": 10}
    (row,) = MessageCount.objects.filter(counted__campaign=campaign)
    assert (row.operator, row.parts, row.points) == ("POLAND_ORANGE", 20, 20 * PRICE)
    assert (row.sender, row.variant, row.cost_centre) == ("ECO", "ECO", None)
    assert not Recount.objects.exists()
    assert_all_hold()


@pytest.mark.parametrize("change", ["state", "network", "points"])
def test_whatever_changes_a_message_marks_its_campaign(sending: Sending, change: str) -> None:
    campaign = sent(sending)
    Message.objects.filter(msisdn=TEN[0]).update(**{change: 7 if change == "points" else "REJECTED"})
    assert list(Recount.objects.values_list("campaign_id", flat=True)) == [campaign.pk]
    counting.run()
    assert not Recount.objects.exists()
    assert sum(stored(campaign).values()) == 10


def test_small_figures_are_those_of_now_before_they_are_counted(sending: Sending) -> None:
    campaign = sent(sending)
    Message.objects.filter(msisdn=TEN[0]).update(state=State.REJECTED)
    assert counting.states(campaign) == {"DELIVERED": 9, "REJECTED": 1}
    assert stored(campaign) == {"DELIVERED": 10}


def test_large_ones_are_shown_as_they_were_counted_last(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = sent(sending)
    monkeypatch.setattr(counting, "SMALL", 9)
    Message.objects.filter(msisdn=TEN[0]).update(state=State.REJECTED)
    with CaptureQueriesContext(connection) as queries:
        assert counting.states(campaign) == {"DELIVERED": 10}
    assert not any("campaigns_message " in query["sql"] or 'campaigns_message"' in query["sql"] for query in queries)
    counting.run()
    assert counting.states(campaign) == {"DELIVERED": 9, "REJECTED": 1}


def test_a_slow_count_is_not_made_again_at_once(sending: Sending) -> None:
    campaign = sent(sending)
    Counted.objects.update(seconds=2)
    Message.objects.filter(msisdn=TEN[0]).update(state=State.REJECTED)
    assert counting.due() == []
    with clock.travel(seconds=60):
        assert counting.due() == [()]
        counting.run()
    assert stored(campaign) == {"DELIVERED": 9, "REJECTED": 1}


def test_numbers_that_are_forgotten_keep_their_operators(sending: Sending) -> None:
    campaign = sent(sending)
    Campaign.objects.update(forgotten=Campaign.NUMBERS)
    for message in Message.objects.all():
        Message.objects.filter(pk=message.pk).update(msisdn=message.forgotten_number, state=State.UNDELIVERED)
    counting.run()
    report = reports.of(Campaign.objects.get(pk=campaign.pk))
    assert report.sent_by_operator() == {"POLAND_ORANGE": 10}


def single(sending: Sending, to: str) -> None:
    """Order one message of software."""
    account = Account.objects.get(pk=sending.account.pk)
    order = Order(name="API", text="Hello", variant=Variant.ECO)
    orders.single(account=account, to=to, order=order, key=None)


def test_single_messages_of_a_day_are_counted_together(sending: Sending) -> None:
    for one in TEN[:3]:
        single(sending, one)
    doorbell.run_all_due()
    (counted,) = Counted.objects.all()
    assert (counted.campaign, counted.messages) == (None, 3)
    single(sending, TEN[4])
    (row,) = reports.singles_by_day(sending.account, today(sending))
    assert (row.sent, row.not_sent, row.spent) == (3, 1, 4 * PRICE)
    assert_all_hold()


def today(sending: Sending) -> Period:
    """Return this day and the last one, where the account is."""
    day = clock.now().astimezone(sending.account.zone).date()
    return Period.of_days(day - timedelta(days=1), day, sending.account.zone)


def test_a_mark_that_comes_while_it_is_counted_is_kept(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = sent(sending)
    Message.objects.filter(msisdn=TEN[0]).update(state=State.REJECTED)
    count = counting._counted

    def and_change(messages: Any) -> Any:
        counts = count(messages)
        Message.objects.filter(msisdn=TEN[1]).update(state=State.EXPIRED)
        return counts

    monkeypatch.setattr(counting, "_counted", and_change)
    counting._count_set(campaign.account_id, counting.day_of(campaign), [campaign.pk], single=False)
    assert Recount.objects.filter(campaign_id=campaign.pk).exists()


def test_lost_marks_and_lost_triggers_are_found(sending: Sending) -> None:
    campaign = sent(sending)
    Counted.objects.update(messages=9)
    found = {finding.name: finding.broken for finding in invariants.check()}
    assert found["I13"] == [f"campaign {campaign.pk} has 10 messages and 9 are counted"]
    with connection.schema_editor() if connection.vendor == "postgresql" else transaction.atomic():
        name = "campaigns_message_changed"
        sql = f"DROP TRIGGER {name}" + (" ON campaigns_message" if connection.vendor == "postgresql" else "")
        with connection.cursor() as cursor:
            cursor.execute(sql)
        assert not count_triggers.kept()
        transaction.set_rollback(True)
    assert count_triggers.kept()
