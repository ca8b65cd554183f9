"""Prices: per variant and part, an account's own before everybody's, and a sentence where there is none."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Connection
from campaigns import prices, routing
from campaigns.models import Plan, Price, Route, Sender, Variant
from contacts.destinations import Destination
from tests.campaigns.sending import PRICE, Sending, number, open_route
from tests.personas import People

TEN = [number(index) for index in range(10)]


@pytest.fixture
def price_list(people: People) -> People:
    """ECO for everybody, and a price of its own for the master."""
    Price.objects.create(variant=Variant.ECO, points=5)
    Price.objects.create(variant=Variant.ECO, account=people.master.account, points=2)
    Price.objects.create(variant=Variant.FULL, account=people.master.account, points=6)
    return people


@pytest.mark.parametrize(
    "who, variant, points",
    [
        ("master", Variant.ECO, 2),
        ("slave", Variant.ECO, 5),
        ("stranger", Variant.ECO, 5),
        ("master", Variant.FULL, 6),
        ("slave", Variant.FULL, None),
        ("stranger", Variant.PRO, None),
    ],
)
def test_an_account_s_own_price_comes_before_everybody_s(
    price_list: People, who: str, variant: str, points: int | None
) -> None:
    found = prices.price_list(account=getattr(price_list, who).account, variant=variant)
    assert found.price_of(Destination("PL")) == points


def test_a_variant_without_a_price_is_refused_with_a_sentence(sending: Sending) -> None:
    Price.objects.all().delete()
    plan = sending.draft([sending.group(TEN)]).plan
    assert (plan.status, plan.points) == (Plan.Status.REFUSED, 0)
    assert plan.problems == ["There is no price for this variant yet. Ask the operator of the panel for one."]


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (160, 1), (161, 2), (306, 2), (307, 3)])
def test_a_plan_costs_parts_times_price(sending: Sending, length: int, parts: int) -> None:
    plan = sending.draft([sending.group(TEN)], text="a" * length).plan
    assert (plan.parts, plan.price, plan.points) == (10 * parts, PRICE, 10 * parts * PRICE)


def test_each_variant_has_its_own_price(sending: Sending) -> None:
    Route.objects.create(variant=Variant.FULL, connection=sending.connection)
    Price.objects.create(variant=Variant.FULL, points=6)
    sender = Sender.objects.create(account=sending.account, name="Shop", status=Sender.Status.APPROVED)
    group = sending.group(TEN)
    costs = [sending.draft([group], variant=variant, sender=sender).plan.points for variant in ("ECO", "FULL")]
    assert costs == [10 * PRICE, 60]


def test_the_account_s_own_price_is_what_it_pays(sending: Sending) -> None:
    Price.objects.create(variant=Variant.ECO, account=sending.account, points=1)
    sending.send([sending.group(TEN)])
    assert sending.persona.available == 1_000 - 10


@pytest.mark.parametrize("fields", [{"points": 0}, {"points": 4}])
def test_the_database_refuses_a_free_price_and_a_second_one(sending: Sending, fields: dict[str, int]) -> None:
    variant = Variant.PRO if fields["points"] == 0 else Variant.ECO
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(variant=variant, **fields)


def carrier(sending: Sending) -> Connection | None:
    """Return the connection that would carry a message within Poland now."""
    way = routing.routes(account=sending.account, variant=Variant.ECO).way(Destination("PL"))
    return way.connection if way else None


def test_the_best_ranked_connection_that_is_in_use_carries_a_variant(sending: Sending) -> None:
    second = open_route("http://127.0.0.1:9", name="Second")
    Route.objects.filter(connection=second).update(rank=2)
    assert carrier(sending) == sending.connection
    sending.connection.is_active = False
    sending.connection.save()
    assert carrier(sending) == second
    Route.objects.update(is_active=False)
    assert carrier(sending) is None
