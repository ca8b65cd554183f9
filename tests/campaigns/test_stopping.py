"""The emergency stop takes everything of an account back, says exactly what it did, and lets nothing new in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import points
from accounts.models import Account, AuditEntry
from campaigns import confirming, dispatch, jobs, lifecycle, orders, settlement, stopping
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, Message, Stop, Variant
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, make_group, number, states
from tests.invariants import assert_all_hold
from tests.personas import People, Persona

TEN = [number(index) for index in range(10, 20)]
ORDER = orders.Order(name="Order", text="Hello", variant=Variant.ECO)


def stop(account: Account, **fields: object) -> Stop:
    """Stop an account by staff that nobody names."""
    return stopping.stop(account=account, actor=None, reason="Wrong text", **fields)[0]  # type: ignore[arg-type]


def sent_by_halves(sending: Sending) -> Campaign:
    """Send to half of TEN, and leave the others in the queue."""
    sending.connection.batch_size = 5
    sending.connection.save()
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    dispatch.submit(batch)
    return campaign


def test_half_a_campaign_is_taken_back_and_the_figures_say_so(sending: Sending) -> None:
    campaign = sent_by_halves(sending)
    held = stop(sending.account)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == (Campaign.State.CANCELED, {"SENT": 5, "CANCELED": 5})
    told = stopping.figures(held)
    assert (told.campaigns, told.left, told.taken_back, told.under_way) == (1, 5, 5, 0)
    assert (told.spent, told.released, told.is_done) == (5 * PRICE, 5 * PRICE, True)
    assert (len(sending.air()), sending.persona.available) == (5, 1_000 - 5 * PRICE)
    assert_all_hold()


def test_figures_that_are_said_to_be_the_last_are(sending: Sending) -> None:
    campaign, asked = sent_by_halves(sending), []
    held = stop(sending.account)

    def finish_before_the_second(execute: Callable[..., Any], *query: Any) -> Any:
        asked.append(query)
        if len(asked) == 2:
            jobs.finish(campaign.pk)
        return execute(*query)

    with connection.execute_wrapper(finish_before_the_second):
        told = stopping.figures(held)
    assert (told.waiting, told.taken_back) == (0, 5) or not told.is_done
    assert stopping.figures(held).is_done


def test_what_is_under_way_is_told_until_it_is_known(sending: Sending) -> None:
    sending.connection.batch_size = 5
    sending.connection.save()
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    held = stop(sending.account)
    jobs.finish(campaign.pk)
    told = stopping.figures(held)
    assert (told.left, told.taken_back, told.under_way, told.released, told.is_done) == (0, 5, 5, 0, False)
    dispatch.submit(batch)
    doorbell.run_all_due()
    told = stopping.figures(held)
    assert (told.left, told.under_way, told.released, told.is_done) == (5, 0, 5 * PRICE, True)
    assert_all_hold()


def scheduled(sending: Sending) -> Campaign:
    """Return a campaign of tomorrow."""
    return sending.confirm([sending.group(TEN)], start_at=clock.now() + timedelta(days=1))


def approving(sending: Sending) -> Campaign:
    """Return a campaign that waits for approval."""
    sending.account.approval_above = 1
    sending.account.save()
    return sending.confirm([sending.group(TEN)])


def expanding(sending: Sending) -> Campaign:
    """Return a campaign whose messages are about to be made."""
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    return campaign


def paused(sending: Sending) -> Campaign:
    """Return a campaign that somebody has paused."""
    campaign = expanding(sending)
    jobs.expand(campaign.pk)
    lifecycle.pause(campaign=campaign, actor=None)
    return campaign


@pytest.mark.parametrize("prepare", [scheduled, approving, expanding, paused])
def test_whatever_waits_is_taken_back_and_counted(sending: Sending, prepare: Callable[[Sending], Campaign]) -> None:
    campaign = prepare(sending)
    held = stop(sending.account)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CANCELED
    told = stopping.figures(held)
    assert (told.taken_back, told.released) == (10, 10 * PRICE)
    assert (sending.air(), sending.persona.available) == ({}, 1_000)
    assert_all_hold()


def test_single_messages_that_wait_are_taken_back(sending: Sending) -> None:
    for to in TEN:
        orders.single(account=sending.account, to=to, order=ORDER, key=None)
    held = stop(sending.account)
    doorbell.run_all_due()
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.CANCELED}
    told = stopping.figures(held)
    assert (told.campaigns, told.taken_back, told.released) == (0, 10, 10 * PRICE)
    assert (sending.air(), sending.persona.available) == ({}, 1_000)


def test_nothing_new_is_taken_until_it_is_allowed_again(sending: Sending) -> None:
    draft = sending.draft([sending.group(TEN)])
    held = stop(sending.account)
    with pytest.raises(CampaignRefused) as refused:
        confirming.confirm(campaign=draft, actor=None)
    assert refused.value.rule == Rule.ACCOUNT
    with pytest.raises(points.Frozen):
        orders.single(account=sending.account, to=TEN[0], order=ORDER, key=None)
    stopping.end(stop=held, actor=None)
    orders.single(account=sending.account, to=TEN[0], order=ORDER, key=None)
    doorbell.run_all_due()
    assert sending.air() == {TEN[0]: 1}


def test_a_process_that_dies_after_the_first_step_leaves_nothing_that_is_sent(sending: Sending) -> None:
    campaign = sent_by_halves(sending)
    stopping._begin(account=sending.account, actor=None, reason="", whole_tree=False)
    assert dispatch.claim(campaign.pk) is None
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, len(sending.air())) == (Campaign.State.CANCELED, 5)


def test_a_master_stops_its_whole_tree_and_nobody_else(people: People) -> None:
    stopping.stop(account=people.master.account, actor=people.master.user, reason="", whole_tree=True)
    stopped = set(Stop.objects.values_list("account", flat=True))
    assert stopped == {people.master.account.pk, people.slave.account.pk}
    assert stopping.current(people.stranger.account) is None


def test_stopping_twice_is_stopping_once_but_staff_s_word_holds(people: People) -> None:
    account = people.slave.account
    own = stopping.stop(account=account, actor=people.slave.user, reason="Mine")[0]
    assert stopping.may_end(user=people.slave.user, stop=own)
    staff = stopping.stop(account=account, actor=people.staff.user, reason="Ours")[0]
    stopping.stop(account=account, actor=people.slave.user, reason="Mine again")
    staff.refresh_from_db()
    assert (staff.pk, staff.reason, Stop.objects.count()) == (own.pk, "Ours", 1)
    assert not stopping.may_end(user=people.slave.user, stop=staff)
    assert stopping.may_end(user=people.staff.user, stop=staff)


def test_what_a_master_stopped_its_slave_does_not_start(people: People) -> None:
    held = stopping.stop(account=people.slave.account, actor=people.master.user, reason="")[0]
    allowed = [who for who in ("staff", "master", "slave", "stranger") if may_end(people, who, held)]
    assert allowed == ["staff", "master"]


def may_end(people: People, who: str, held: Stop) -> bool:
    """Say whether the persona may let the account send again."""
    return stopping.may_end(user=getattr(people, who).user, stop=held)


def test_the_stop_and_its_end_are_audited(people: People) -> None:
    held = stopping.stop(account=people.slave.account, actor=people.slave.user, reason="Wrong text")[0]
    stopping.end(stop=held, actor=people.staff.user)
    entries = AuditEntry.objects.filter(account=people.slave.account, action__in=["account.stop", "account.start"])
    found = list(entries.order_by("pk").values_list("action", "actor__email"))
    assert found == [("account.stop", "slave@example.com"), ("account.start", "staff@example.com")]


def test_what_is_unclear_is_still_settled_and_charged(sending: Sending) -> None:
    sending.connection.grace_seconds = 30
    sending.connection.save()
    sending.simulator.fault("take_then_drop", "/messages/send_sms.json")
    campaign = sending.send([sending.group(TEN)])
    held = stop(sending.account)
    doorbell.run_all_due()
    assert stopping.figures(held).under_way == 10
    with clock.travel(seconds=31):
        list(settlement.due_settlements())
        doorbell.run_all_due()
    assert (stopping.figures(held).left, states(campaign)) == (10, {"SENT": 10})
    assert_all_hold()


def test_another_account_goes_on(sending: Sending, stranger: Persona) -> None:
    other = Sending(sending.simulator, stranger, sending.connection)
    campaign = other.confirm([make_group(stranger.account, TEN)])
    stop(sending.account)
    doorbell.run_all_due()
    assert states(campaign) == {"SENT": 10}
