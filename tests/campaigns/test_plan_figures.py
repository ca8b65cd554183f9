"""What a plan tells besides who gets it: operators, lengths, the dearest texts, and what could be had for less."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.models import Plan, Price, Route, Variant
from campaigns.text import CharacterPolicy
from contacts import upsert
from contacts.models import Group
from tests.campaigns.sending import PRICE, Sending, number

ORANGE, PLUS, TMOBILE, PLAY = "48500100200", "48601100200", "48602100200", "48530100200"
ALL = f"{ORANGE}\n{PLUS}\n{TMOBILE}\n{PLAY}"


def plan_of(sending: Sending, **fields: Any) -> Plan:
    """Plan a campaign to these numbers."""
    return sending.draft(fields.pop("groups", []), **fields).plan


def by_operator(plan: Plan) -> dict[str, tuple[int, int, int]]:
    """Return messages, parts and points by operator."""
    return {row["operator"]: (row["messages"], row["parts"], row["points"]) for row in plan.operators}


@pytest.mark.parametrize("text", ["Hello", "Hello #first_name#"], ids=["one text", "personal texts"])
def test_parts_and_points_are_told_by_operator(sending: Sending, text: str) -> None:
    plan = plan_of(sending, numbers=f"{ALL}\n48500100201", text=text)
    one = (1, 1, PRICE)
    assert by_operator(plan) == {
        "POLAND_ORANGE": (2, 2, 2 * PRICE), "POLAND_PLUS": one, "POLAND_ERA": one, "POLAND_PLAY": one,
    }  # fmt: skip
    assert sum(row["points"] for row in plan.operators) == plan.points


def test_foreign_numbers_are_told_by_country(sending: Sending) -> None:
    Route.objects.create(variant=Variant.INTER, connection=_inter(sending))
    Price.objects.create(variant=Variant.INTER, points=9)
    sending.account.countries = ""
    sending.account.save()
    plan = plan_of(sending, numbers=f"+4915112345678\n{ORANGE}", variant=Variant.INTER)
    assert {row["country"]: row["points"] for row in plan.operators} == {"DE": 9, "PL": 9}


def _inter(sending: Sending) -> Any:
    sending.connection.kind = "jomobile"
    sending.connection.save()
    return sending.connection


def named(sending: Sending, **names: str) -> Group:
    """Make a group of people with these first names, by the last digit of their numbers."""
    group = Group.objects.create(account=sending.account, name="Named")
    rows = [(number(index), name) for index, name in enumerate(names.values())]
    upsert.contacts(account_id=sending.account.pk, fields=("first_name",), rows=rows, group_id=group.pk)
    return group


def test_the_dearest_texts_are_named_with_their_readers(sending: Sending) -> None:
    group = named(sending, short="Al", long="x" * 60)
    plan = plan_of(sending, groups=[group], text="y" * 110 + "#first_name#")
    first, second = plan.dearest
    assert (first["number"], first["parts"], first["points"]) == (number(1), 2, 2 * PRICE)
    assert (second["number"], second["parts"]) == (number(0), 1)


def test_texts_that_all_cost_the_same_are_not_called_dear(sending: Sending) -> None:
    assert plan_of(sending, numbers=ALL).dearest == []


def test_one_special_character_is_told_with_what_it_costs(sending: Sending) -> None:
    Route.objects.create(variant=Variant.PRO, connection=_inter(sending))
    Price.objects.create(variant=Variant.PRO, points=5)
    plan = plan_of(sending, numbers=ALL, text="a" * 100 + "ą", policy=CharacterPolicy.UNICODE, variant=Variant.PRO)
    assert {"how": "PLAIN", "points": 4 * 5} in plan.savings


@pytest.mark.parametrize("length, saving", [(160, None), (161, 1), (180, 20), (181, None), (307, 1)])
def test_a_few_characters_too_many_are_told(sending: Sending, length: int, saving: int | None) -> None:
    found = plan_of(sending, numbers=ALL, text="a" * length).savings
    assert found == ([] if saving is None else [{"how": "SHORTER", "characters": saving, "points": 4 * PRICE}])


def test_the_plan_page_shows_them(sending: Sending) -> None:
    plan = plan_of(sending, numbers=ALL, text="a" * 161)
    page = sending.persona.client.get(f"/campaigns/{plan.campaign_id}/plan/").content.decode()
    assert "With 1 character less in the text it would take 12 points less." in page
    for name in ("Orange", "T-Mobile", "Plus", "Play"):
        assert f"<td>{name}</td>" in page
