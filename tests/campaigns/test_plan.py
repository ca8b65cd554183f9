"""The plan: who is left out and why, in order, and adding up; exact parts and points; when it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from campaigns import planning
from campaigns.models import Plan
from contacts.models import BlacklistEntry, Contact
from smspanel import clock
from tests.campaigns.sending import PRICE, Sending, left_out, number

TEN = [number(index) for index in range(10)]
FOREIGN = "4915112345678"


def plan_of(sending: Sending, members: list[str], **fields: Any) -> Plan:
    """Plan a campaign to a group with these members."""
    return sending.draft([sending.group(members)] if members else [], **fields).plan


def blacklist(sending: Sending, *numbers: str) -> None:
    """Put numbers on the account's blacklist."""
    for one in numbers:
        BlacklistEntry.objects.create(account=sending.account, msisdn=one)


def assert_adds_up(plan: Plan) -> None:
    """Check that everybody who was named is either left out for one reason or written to."""
    assert plan.candidates == plan.recipients + sum(row["count"] for row in plan.waterfall)
    assert plan.recipients == sum(plan.parts_breakdown.values())
    assert plan.parts == sum(int(parts) * people for parts, people in plan.parts_breakdown.items())
    assert plan.points == plan.parts * plan.price


def test_every_reason_is_counted_in_its_order_and_it_adds_up(sending: Sending) -> None:
    blacklist(sending, TEN[1], FOREIGN)
    excluded = sending.group([TEN[0], TEN[1]], "Not them")
    plan = sending.draft(
        [sending.group(TEN[:6], "First"), sending.group(TEN[4:9], "Second")],
        numbers=f"{TEN[0]}\nnobody\n{FOREIGN}\n12",
        excluded_groups=[excluded],
    ).plan
    assert [row["reason"] for row in plan.waterfall] == [
        "INVALID", "REPEATED", "FOREIGN", "EXCLUDED_GROUP", "BLACKLISTED",
    ]  # fmt: skip
    assert [row["count"] for row in plan.waterfall] == [2, 3, 1, 2, 0]
    assert (plan.candidates, plan.recipients, plan.status) == (15, 7, Plan.Status.READY)
    assert_adds_up(plan)


def test_somebody_in_two_groups_is_written_to_once(sending: Sending) -> None:
    plan = sending.draft([sending.group(TEN[:6], "First"), sending.group(TEN[4:], "Second")]).plan
    assert (plan.candidates, plan.recipients, left_out(plan)) == (12, 10, {"REPEATED": 2})
    assert_adds_up(plan)


def test_a_number_for_which_there_are_two_reasons_counts_for_the_first(sending: Sending) -> None:
    blacklist(sending, *TEN[:4])
    plan = plan_of(sending, TEN, excluded_groups=[sending.group(TEN[2:6], "Not them")])
    assert left_out(plan) == {"EXCLUDED_GROUP": 4, "BLACKLISTED": 2}
    assert_adds_up(plan)


def test_the_blacklist_of_another_account_leaves_nobody_out(sending: Sending, stranger: Any) -> None:
    BlacklistEntry.objects.create(account=stranger.account, msisdn=TEN[0])
    assert plan_of(sending, TEN).recipients == 10


def test_a_number_is_pasted_in_any_spelling_and_still_repeated(sending: Sending) -> None:
    plan = plan_of(sending, [], numbers="500 000 100, +48 500-000-100; 0048500000100\n500000200")
    assert (plan.candidates, plan.recipients, left_out(plan)) == (4, 2, {"REPEATED": 2})


def test_up_to_three_examples_of_each_reason_are_shown(sending: Sending) -> None:
    blacklist(sending, *TEN[:5])
    shown = {row["reason"]: row["examples"] for row in plan_of(sending, TEN, numbers="x1;x2;x3;x4").waterfall}
    assert (shown["BLACKLISTED"], shown["INVALID"]) == (TEN[:3], ["x1", "x2", "x3"])


@pytest.mark.parametrize("numbers", [[], TEN])
def test_when_nobody_is_left_it_says_so(sending: Sending, numbers: list[str]) -> None:
    blacklist(sending, *numbers)
    plan = plan_of(sending, numbers)
    assert (plan.status, plan.points) == (Plan.Status.REFUSED, 0)
    assert plan.problems == ["Nobody is left to write to. Add numbers or groups."]
    assert_adds_up(plan)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_without_a_text_it_says_so(sending: Sending, text: str) -> None:
    plan = plan_of(sending, TEN, text=text)
    assert plan.status == Plan.Status.REFUSED
    assert "The text is empty. Write what your customers should read." in plan.problems


def test_parts_and_points_are_those_of_each_person_s_own_text(sending: Sending) -> None:
    group = sending.group(TEN)
    group.members.filter(msisdn__in=TEN[:3]).update(first_name="A" * 60)
    plan = sending.draft([group], text="#first_name#" + "b" * 150).plan
    assert plan.parts_breakdown == {"1": 7, "2": 3}
    assert plan.points == (7 + 2 * 3) * PRICE
    assert [sample["parts"] for sample in plan.samples] == [1, 2]
    assert_adds_up(plan)


def test_pasted_numbers_take_their_names_from_the_contacts(sending: Sending) -> None:
    sending.group(TEN[:1])
    Contact.objects.update(first_name="Ola")
    plan = plan_of(sending, [], numbers="\n".join(TEN[:2]), text="Hi #first_name#")
    assert [sample["text"] for sample in plan.samples] == ["Hi ", "Hi Ola"]


@pytest.mark.parametrize(("length", "ready"), [(153 * 10, True), (153 * 10 + 1, False)])
def test_a_text_has_at_most_ten_parts(sending: Sending, length: int, ready: bool) -> None:
    plan = plan_of(sending, TEN, text="a" * length)
    assert (plan.status == Plan.Status.READY) is ready
    assert ready or "The longest message has 11 parts" in plan.problems[0]


def test_characters_that_the_policy_forbids_are_named(sending: Sending) -> None:
    plan = plan_of(sending, TEN, text="Cześć", policy="REFUSE")
    assert plan.status == Plan.Status.REFUSED
    assert "ś" in plan.problems[0]


def test_the_end_is_estimated_from_the_start(sending: Sending) -> None:
    start = clock.now() + timedelta(hours=5)
    plan = plan_of(sending, TEN, start_at=start)
    assert plan.starts_at == start
    assert plan.finishes_at == start + planning.estimated_duration(10)


def test_a_plan_that_is_not_waited_for_is_not_made(sending: Sending) -> None:
    plan = plan_of(sending, TEN)
    assert planning.make(plan.pk) is None
    assert planning.make(0) is None
