"""Accounts take turns on a connection, and what is urgent never waits behind what is not; the journal is the judge."""

from __future__ import annotations

import pytest

from accounts import points
from campaigns import jobs, orders
from campaigns.models import Campaign, Variant
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, make_group, number
from tests.personas import Persona

ORDER = orders.Order(name="Order", text="Hello", variant=Variant.ECO)


@pytest.fixture
def other(sending: Sending, stranger: Persona) -> Sending:
    """Another account over the same connection, which carries five messages in a call."""
    sending.connection.batch_size = 5
    sending.connection.save()
    return Sending(sending.simulator, stranger, sending.connection)


def begin(who: Sending, first: int, size: int, **fields: int) -> Campaign:
    """Bring a campaign to where its messages wait to be sent."""
    numbers = [number(index) for index in range(first, first + size)]
    campaign = who.confirm([make_group(who.account, numbers, f"From {first}")], **fields)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign


def order_of(sending: Sending) -> list[int]:
    """Return which account's messages came to the air, by the thousands of their numbers, in order."""
    return [int(sms["number"].lstrip("+")[5:9]) // 1000 for sms in sending.simulator.air()]


def test_a_huge_campaign_delays_another_account_by_one_submission_each_time(sending: Sending, other: Sending) -> None:
    begin(sending, 1000, 60)
    begin(other, 2000, 15)
    doorbell.run_due("dispatch")
    assert order_of(sending)[:30] == ([1] * 5 + [2] * 5) * 3
    assert len(order_of(sending)) == 75


def test_many_campaigns_of_one_account_have_one_turn_and_not_many(sending: Sending, other: Sending) -> None:
    for index in range(6):
        begin(sending, 1000 + 10 * index, 5)
    begin(other, 2000, 15)
    doorbell.run_due("dispatch")
    assert order_of(sending)[:30] == ([1] * 5 + [2] * 5) * 3


def test_campaigns_of_one_account_take_turns_too(sending: Sending, other: Sending) -> None:
    begin(sending, 1000, 20)
    begin(sending, 2000, 10)
    doorbell.run_due("dispatch")
    assert order_of(sending)[:20] == ([1] * 5 + [2] * 5) * 2


def test_priority_goes_before_whoever_waits(sending: Sending, other: Sending) -> None:
    begin(sending, 1000, 20)
    begin(other, 2000, 10, priority=1)
    doorbell.run_due("dispatch")
    assert order_of(sending)[:10] == [2] * 10


def test_what_is_urgent_is_sent_by_its_own_worker_alone(sending: Sending, other: Sending) -> None:
    begin(sending, 1000, 20)
    urgent = other.confirm([make_group(other.account, [number(2000)])], priority=3)
    orders.single(account=other.account, to=number(3000), order=ORDER, key=None)
    assert doorbell.run_due("urgent") > 0
    assert sorted(order_of(sending)) == [2, 3]
    urgent.refresh_from_db()
    assert urgent.started_at is not None


def test_single_messages_of_one_account_do_not_starve_those_of_another(sending: Sending, other: Sending) -> None:
    for index in range(60):
        orders.single(account=sending.account, to=number(1000 + index), order=ORDER, key=None)
    orders.single(account=other.account, to=number(2000), order=ORDER, key=None)
    doorbell.run_due("urgent")
    assert 2 in order_of(sending)[:2]
    assert len(order_of(sending)) == 61


def test_an_alert_goes_before_other_single_messages(sending: Sending, other: Sending) -> None:
    orders.single(account=sending.account, to=number(1000), order=ORDER, key=None)
    alert = orders.Order(name="Alert", text="Hello", variant=Variant.ECO, details={"priority": 3})
    orders.single(account=sending.account, to=number(2000), order=alert, key=None)
    doorbell.run_due("urgent")
    assert order_of(sending) == [2, 1]


def test_a_stopped_account_takes_no_turn(sending: Sending, other: Sending) -> None:
    begin(sending, 1000, 10)
    begin(other, 2000, 5)
    points.freeze(account=sending.account, at=clock.now())
    doorbell.run_due("dispatch")
    assert order_of(sending) == [2] * 5


def test_a_campaign_that_cannot_claim_lets_others_go(sending: Sending, other: Sending) -> None:
    waiting = begin(sending, 1000, 5)
    begin(other, 2000, 5)
    Campaign.objects.filter(pk=waiting.pk).update(state=Campaign.State.HOLD, hold_reason="PERSON")
    doorbell.run_due("dispatch")
    assert order_of(sending) == [2] * 5
