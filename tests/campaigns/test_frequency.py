"""A number gets no more messages from a whole tree of accounts than its master allows in so many days."""

from __future__ import annotations

import pytest

from accounts.models import Account
from campaigns import confirming, orders
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, Kind, Message, Variant
from smspanel import clock, doorbell
from smspanel.api import codes
from tests.campaigns.sending import PRICE, Sending, left_out, make_group, number
from tests.invariants import assert_all_hold
from tests.personas import People

TEN = [number(index) for index in range(10)]


def limit(sending: Sending, messages: int | None = 2, days: int | None = 7, **fields: bool) -> None:
    """Let the tree of the sending account write so often to a number."""
    Account.objects.filter(pk=sending.account.root.pk).update(cap_messages=messages, cap_days=days)
    Account.objects.filter(pk=sending.account.pk).update(**fields or {"beyond_cap": False})
    sending.account.refresh_from_db()


def single(sending: Sending, text: str) -> Message:
    """Send one text to the first of the ten."""
    order = orders.Order(name="API", text=text, variant=Variant.ECO)
    return orders.single(account=sending.account, to=TEN[0], order=order, key=None)


def test_who_had_enough_is_left_out_of_the_plan_by_name_and_gets_nothing(sending: Sending) -> None:
    limit(sending)
    group = sending.group(TEN)
    for _ in range(2):
        assert sending.send([group]).state == Campaign.State.FINISHED
    third = sending.draft([sending.group([number(90)], "New"), group])
    assert (left_out(third.plan), third.plan.points) == ({"TOO_OFTEN": 10}, PRICE)
    confirming.confirm(campaign=third, actor=None)
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 2) | {number(90): 1}
    assert_all_hold()


def test_after_the_days_they_are_written_to_again(sending: Sending) -> None:
    limit(sending, 1, 7)
    group = sending.group(TEN)
    sending.send([group])
    with clock.travel(days=6, hours=23):
        assert sending.draft([group]).plan.recipients == 0
    with clock.travel(days=7, minutes=1):
        assert sending.draft([group]).plan.recipients == 10


def test_the_whole_tree_counts_and_nobody_else_does(people: People, sending: Sending) -> None:
    limit(sending, 1, 7)
    sending.send([sending.group(TEN)])
    for persona, remain in ((people.master, 0), (people.stranger, 10)):
        own = Sending(sending.simulator, persona, sending.connection)
        Account.objects.filter(pk=people.stranger.account.pk).update(cap_messages=1, cap_days=7)
        persona.account.refresh_from_db()
        assert own.draft([make_group(persona.account, TEN)]).plan.recipients == remain


def test_what_was_planned_before_the_others_were_sent_is_left_out_when_messages_are_made(sending: Sending) -> None:
    limit(sending, 1, 7)
    group = sending.group(TEN)
    first, second = sending.draft([group]), sending.draft([group])
    assert (first.plan.recipients, second.plan.recipients) == (10, 10)
    for campaign in (first, second):
        confirming.confirm(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


def test_what_was_cancelled_or_refused_does_not_count_and_what_waits_does(sending: Sending) -> None:
    limit(sending, 1, 7)
    group = sending.group(TEN)
    sending.send([group])
    Message.objects.filter(msisdn__in=TEN[:3]).update(state=Message.State.FAILED)
    Message.objects.filter(msisdn__in=TEN[3:5]).update(state=Message.State.QUEUED, batch=None)
    with clock.travel(days=30):
        assert sending.draft([group]).plan.recipients == 8
    assert sending.draft([group]).plan.recipients == 3


def test_a_check_of_numbers_reaches_nobody_and_does_not_count(sending: Sending) -> None:
    limit(sending, 1, 7)
    group = sending.group(TEN)
    sending.send([group])
    Campaign.objects.update(kind=Kind.HLR)
    assert sending.draft([group]).plan.recipients == 10


def test_a_single_message_is_refused_with_341(sending: Sending) -> None:
    limit(sending, 1, 7)
    single(sending, "one")
    with pytest.raises(CampaignRefused, match="1 messages within 7 days") as caught:
        single(sending, "two")
    assert caught.value.rule == Rule.TOO_OFTEN
    assert codes.OF_RULE[Rule.TOO_OFTEN].id == 341
    assert Message.objects.count() == 1


def test_urgent_messages_go_past_the_limit_only_by_right(sending: Sending) -> None:
    limit(sending, 1, 7, beyond_cap=True)
    for text in ("one", "two"):
        single(sending, text)
    group = sending.group(TEN)
    assert sending.draft([group]).plan.recipients == 10, "what goes past it is not counted either"
    sending.send([group])
    assert sending.draft([group]).plan.recipients == 0
    assert sending.draft([group], priority=1).plan.recipients == 10
    limit(sending, 1, 7)
    assert sending.draft([group], priority=1).plan.recipients == 0


def test_without_a_limit_everybody_is_written_to_as_often_as_wanted(sending: Sending) -> None:
    group = sending.group(TEN)
    for _ in range(3):
        sending.send([group])
    assert sending.draft([group]).plan.recipients == 10
