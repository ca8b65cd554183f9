"""Cost centres: every sending on one where that is wanted, budgets that hold, months that add up."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from campaigns import confirming, cost_centres, delivery, invariants, lifecycle, orders
from campaigns.errors import CampaignRefused
from campaigns.models import CostCentre, CostCentreMonth, Variant
from campaigns.orders import Order
from smspanel import clock, doorbell
from smspanel.providers.values import DeliveryState, Report
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold
from tests.personas import Persona

TWO = f"{number(1)}\n{number(2)}"


@pytest.fixture
def centre(sending: Sending) -> CostCentre:
    """A cost centre of the account."""
    return CostCentre.objects.create(account=sending.account, name="Shop", monthly_budget=10)


def booked(centre: CostCentre) -> int:
    """Return what is booked this month."""
    return sum(CostCentreMonth.objects.filter(centre=centre).values_list("points", flat=True))


def single(sending: Sending, **details: Any) -> Any:
    """Order one message."""
    order = Order(name="API", text="Hello", variant=Variant.ECO, details=details)
    return orders.single(account=Account.objects.get(pk=sending.account.pk), to=number(9), order=order, key=None)


def test_what_is_held_is_booked_and_what_comes_back_is_taken_off(sending: Sending, centre: CostCentre) -> None:
    campaign = sending.confirm([], numbers=TWO, cost_centre=centre)
    assert booked(centre) == 2 * PRICE
    lifecycle.cancel(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert booked(centre) == 0
    assert_all_hold()


def test_a_rejected_message_is_taken_off(sending: Sending, centre: CostCentre) -> None:
    campaign = sending.send([], numbers=TWO, cost_centre=centre)
    message = campaign.messages.first()
    assert message is not None
    report = Report(message.provider_id, DeliveryState.REJECTED, "rejected", at=clock.now())
    delivery.apply_reports(sending.connection, [report])
    assert booked(centre) == PRICE
    assert_all_hold()


def test_the_budget_of_a_month_is_not_exceeded(sending: Sending, centre: CostCentre) -> None:
    sending.confirm([], numbers=TWO, cost_centre=centre)
    campaign = sending.draft([], numbers=TWO, cost_centre=centre)
    with pytest.raises(CampaignRefused, match="4 points left this month; this sending takes 6"):
        confirming.confirm(campaign=campaign, actor=None)
    assert booked(centre) == 2 * PRICE
    assert_all_hold()


def test_the_next_month_has_a_budget_of_its_own(sending: Sending, centre: CostCentre) -> None:
    sending.confirm([], numbers=TWO, cost_centre=centre)
    with clock.travel(days=32):
        sending.confirm([], numbers=TWO, cost_centre=centre)
    assert sorted(CostCentreMonth.objects.values_list("points", flat=True)) == [6, 6]
    assert_all_hold()


def test_an_account_may_want_a_cost_centre_for_everything(sending: Sending, centre: CostCentre) -> None:
    Account.objects.update(needs_cost_centre=True)
    sending.account.refresh_from_db()
    assert "Choose one" in sending.draft([], numbers=TWO).plan.problems[0]
    assert sending.draft([], numbers=TWO, cost_centre=centre).plan.problems == []
    with pytest.raises(CampaignRefused, match="Choose one"):
        single(sending)


def test_a_single_message_is_booked_too(sending: Sending, centre: CostCentre) -> None:
    single(sending, cost_centre=centre)
    assert booked(centre) == PRICE
    assert_all_hold()


def test_software_names_only_its_own(sending: Sending, centre: CostCentre, stranger: Persona) -> None:
    assert cost_centres.named(account=sending.account, name=" shop ") == centre
    assert cost_centres.named(account=sending.account, name=str(centre.pk)) == centre
    with pytest.raises(CampaignRefused, match="no cost centre Shop"):
        cost_centres.named(account=stranger.account, name="Shop")


def test_one_that_was_switched_off_is_refused_in_the_plan(sending: Sending, centre: CostCentre) -> None:
    CostCentre.objects.update(is_active=False)
    centre.refresh_from_db()
    assert "not in use any more" in sending.draft([], numbers=TWO, cost_centre=centre).plan.problems[0]


def test_what_is_booked_wrongly_is_found(sending: Sending, centre: CostCentre) -> None:
    sending.confirm([], numbers=TWO, cost_centre=centre)
    CostCentreMonth.objects.update(points=5)
    found = {finding.name: finding.broken for finding in invariants.check()}
    assert "5 points booked" in found["I12"][0]
