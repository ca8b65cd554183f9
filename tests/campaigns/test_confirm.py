"""Confirming a campaign: the plan is checked again, the points are held once, and a refusal is a sentence."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from accounts import points, tenants
from accounts.models import AuditEntry, Connection, Transfer
from campaigns import composing, confirming, planning
from campaigns.errors import CampaignRefused, NotPossibleNow, Problem
from campaigns.models import Campaign, Plan, Price, Route, Sender, Variant
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10)]
COST = 10 * PRICE


def confirm(campaign: Campaign) -> Campaign:
    """Confirm as nobody in particular."""
    return confirming.confirm(campaign=campaign, actor=None)


def assert_nothing_happened(sending: Sending, campaign: Campaign) -> None:
    """Check that no point is held and the campaign is where it was."""
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hold, campaign.connection) == (Campaign.State.PLANNING, None, None)
    assert not Transfer.objects.filter(kind=Transfer.Kind.HOLD).exists()
    assert sending.persona.available == 1_000


def test_confirming_holds_what_was_planned_and_keeps_its_terms(sending: Sending) -> None:
    campaign = confirming.confirm(campaign=sending.draft([sending.group(TEN)]), actor=sending.persona.user)
    assert campaign.hold is not None
    assert (campaign.hold.amount, campaign.hold.subject) == (COST, campaign.subject)
    assert (campaign.state, campaign.price, campaign.connection) == ("TO_SEND", PRICE, sending.connection)
    assert (campaign.confirmed_by, campaign.hold.actor) == (sending.persona.user,) * 2
    assert AuditEntry.objects.get(action="campaign.confirm").details == {"points": COST}
    assert_all_hold()


def test_too_few_points_are_refused_with_what_is_missing(sending: Sending) -> None:
    Price.objects.update(points=150)
    campaign = sending.draft([sending.group(TEN)])
    with pytest.raises(points.NotEnoughPoints, match="1500 points are needed and 1000 are available: 500 are missing"):
        confirm(campaign)
    assert_nothing_happened(sending, campaign)


def test_the_last_point_may_be_held(sending: Sending) -> None:
    Price.objects.update(points=100)
    assert confirm(sending.draft([sending.group(TEN)])).state == Campaign.State.TO_SEND
    assert sending.persona.available == 0


def test_a_price_that_changed_needs_a_new_plan(sending: Sending) -> None:
    campaign = sending.draft([sending.group(TEN)])
    Price.objects.update(points=PRICE + 1)
    with pytest.raises(CampaignRefused, match="price has changed"):
        confirm(campaign)
    assert_nothing_happened(sending, campaign)
    planning.make(planning.request(campaign=campaign).pk)
    assert confirm(campaign).hold_id is not None
    assert sending.persona.available == 1_000 - 10 * (PRICE + 1)


def test_a_price_that_changes_afterwards_changes_nothing(sending: Sending) -> None:
    confirm(sending.draft([sending.group(TEN)]))
    Price.objects.update(points=50)
    doorbell.run_all_due()
    assert sum(sending.air().values()) == 10
    assert points.balance(sending.account) == points.Balance(posted=1_000 - COST, held=0)


def test_confirming_twice_is_confirming_once(sending: Sending) -> None:
    first = confirm(sending.draft([sending.group(TEN)]))
    second = confirm(first)
    assert (second.hold, second.confirmed_at) == (first.hold, first.confirmed_at)
    assert Transfer.objects.filter(kind=Transfer.Kind.HOLD).count() == 1
    assert AuditEntry.objects.filter(action="campaign.confirm").count() == 1


@pytest.mark.parametrize("status", [Plan.Status.QUEUED, Plan.Status.REFUSED])
def test_a_plan_that_is_not_ready_is_not_confirmed(sending: Sending, status: str) -> None:
    campaign = sending.draft([sending.group(TEN)])
    Plan.objects.update(status=status)
    with pytest.raises(NotPossibleNow, match="Look at the plan first"):
        confirm(campaign)
    assert_nothing_happened(sending, campaign)


def test_a_text_that_was_changed_is_planned_anew_before_it_is_confirmed(sending: Sending) -> None:
    group = sending.group(TEN)
    campaign = sending.draft([group])
    fields: dict[str, Any] = {"numbers": "", "groups": [group], "excluded_groups": [], "text": "a" * 161}
    composing.save(campaign=campaign, account=sending.account, actor=None, **fields)
    with pytest.raises(NotPossibleNow, match="changed since"):
        confirm(campaign)
    planning.make(campaign.plan.pk)
    confirm(campaign)
    assert sending.persona.available == 1_000 - 2 * COST


def test_a_plan_that_somebody_made_for_an_older_text_is_not_written(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = sending.draft([sending.group(TEN)])
    plan, figures = planning.request(campaign=campaign), planning.figures

    def figures_while_it_is_changed(of: Campaign) -> tuple[list[Problem], dict[str, Any]]:
        found = figures(of)
        planning.request(campaign=campaign)
        return found

    monkeypatch.setattr(planning, "figures", figures_while_it_is_changed)
    planning.make(plan.pk)
    plan.refresh_from_db()
    assert (plan.status, plan.made_at) == (Plan.Status.QUEUED, None)


def _switch_off_account(sending: Sending) -> None:
    tenants.deactivate(account=sending.account, actor=None)


def _switch_off_connection(_sending: Sending) -> None:
    Connection.objects.update(is_active=False)


def _drop_route(_sending: Sending) -> None:
    Route.objects.all().delete()


def _drop_price(_sending: Sending) -> None:
    Price.objects.all().delete()


def _start_at_night(sending: Sending) -> None:
    sending.account.window_start, sending.account.window_end = time(12), time(13)
    sending.account.save()
    start = (clock.now() + timedelta(days=1)).astimezone(sending.account.zone).replace(hour=3)
    Campaign.objects.update(start_at=start)


@pytest.mark.parametrize(
    "change, sentence",
    [
        (_switch_off_account, "The account is switched off"),
        (_switch_off_connection, "No provider carries this variant"),
        (_drop_route, "No provider carries this variant"),
        (_drop_price, "There is no price for this variant"),
        (_start_at_night, "outside the sending hours"),
    ],
)
def test_what_became_impossible_since_the_plan_is_refused(sending: Sending, change: Any, sentence: str) -> None:
    campaign = sending.draft([sending.group(TEN)])
    change(sending)
    with pytest.raises(CampaignRefused, match=sentence):
        confirm(campaign)
    assert_nothing_happened(sending, campaign)


def test_a_sender_name_that_lost_its_approval_is_refused(sending: Sending) -> None:
    Route.objects.create(variant=Variant.FULL, connection=sending.connection)
    Price.objects.create(variant=Variant.FULL, points=6)
    sender = Sender.objects.create(account=sending.account, name="Shop", status=Sender.Status.APPROVED)
    campaign = sending.draft([sending.group(TEN)], variant=Variant.FULL, sender=sender)
    Sender.objects.update(status=Sender.Status.REJECTED)
    with pytest.raises(CampaignRefused, match="Shop is not approved"):
        confirm(campaign)


@pytest.mark.parametrize("verb", [composing.discard, planning.request])
def test_what_is_confirmed_is_neither_deleted_nor_planned_again(sending: Sending, verb: Any) -> None:
    campaign = confirm(sending.draft([sending.group(TEN)]))
    with pytest.raises(NotPossibleNow):
        verb(campaign=campaign)
    assert Campaign.objects.get(pk=campaign.pk).state == Campaign.State.TO_SEND
