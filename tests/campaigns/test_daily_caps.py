"""An account sends so many messages a day: what goes beyond is refused in the plan, on confirming, and one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Account
from campaigns import confirming, daily_caps, lifecycle, orders
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, Kind, Message, Plan, Variant
from contacts.models import Group
from smspanel import clock, doorbell
from smspanel.api import codes
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def group(sending: Sending) -> Group:
    """Ten people, and an account that may send fifteen messages a day."""
    Account.objects.filter(pk=sending.account.pk).update(daily_cap=15)
    sending.account.refresh_from_db()
    return sending.group(TEN)


def single(sending: Sending, index: int) -> Message:
    """Send one message."""
    order = orders.Order(name="API", text="Hello", variant=Variant.ECO)
    return orders.single(account=sending.account, to=number(index), order=order, key=None)


def test_the_plan_refuses_what_goes_beyond_and_says_how_many_are_left(sending: Sending, group: Group) -> None:
    sending.send([group])
    plan = sending.draft([group]).plan
    assert plan.status == Plan.Status.REFUSED
    assert "15 messages a day, and 5 are left" in plan.problems[0]


def test_two_plans_that_fit_alone_are_not_both_confirmed(sending: Sending, group: Group) -> None:
    first, second = sending.draft([group]), sending.draft([group])
    confirming.confirm(campaign=first, actor=None)
    with pytest.raises(CampaignRefused, match="5 are left") as caught:
        confirming.confirm(campaign=second, actor=None)
    assert (caught.value.rule, codes.OF_RULE[Rule.DAILY_CAP].id) == (Rule.DAILY_CAP, 302)
    assert Campaign.objects.filter(hold__isnull=False).count() == 1


def test_another_day_has_messages_of_its_own(sending: Sending, group: Group) -> None:
    sending.confirm([group])
    tomorrow = sending.draft([group], start_at=clock.now() + timedelta(days=1))
    assert confirming.confirm(campaign=tomorrow, actor=None).state == Campaign.State.TO_SEND
    with clock.travel(days=1):
        assert sending.draft([group]).plan.status == Plan.Status.REFUSED


def test_what_was_cancelled_counts_as_far_as_it_went_out(sending: Sending, group: Group) -> None:
    campaign = sending.confirm([group])
    lifecycle.cancel(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert daily_caps.used(sending.account, clock.now()) == 0
    done = sending.send([group])
    Campaign.objects.filter(pk=done.pk).update(state=Campaign.State.CANCELED)
    Message.objects.filter(campaign=done, msisdn__in=TEN[:4]).update(state=Message.State.CANCELED)
    assert daily_caps.used(sending.account, clock.now()) == 6


def test_single_messages_count_and_are_refused_with_302(sending: Sending, group: Group) -> None:
    sending.send([group])
    for index in range(20, 25):
        single(sending, index)
    with pytest.raises(CampaignRefused, match="0 are left"):
        single(sending, 25)
    assert Message.objects.count() == 15
    assert_all_hold()


def test_a_check_of_numbers_sends_nothing(sending: Sending, group: Group) -> None:
    Campaign.objects.filter(pk=sending.send([group]).pk).update(kind=Kind.HLR)
    assert daily_caps.used(sending.account, clock.now()) == 0


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-10-30", 24)])
def test_a_day_is_as_long_as_clocks_make_it(sending: Sending, group: Group, day: str, hours: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=WARSAW)
    counted = 0
    for quarter in range(26 * 4):
        at = midnight.astimezone(ZoneInfo("UTC")) + timedelta(minutes=15 * quarter)
        Campaign.objects.update(start_at=at)
        if not quarter:
            sending.confirm([group], start_at=at)
        counted += daily_caps.used(sending.account, midnight + timedelta(hours=12)) == 10
    assert counted == hours * 4
