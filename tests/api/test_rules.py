"""What may not be ordered, by the number that tells it; each refusal leaves nothing behind (A.1.1)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts import points
from campaigns import stopping
from campaigns.errors import Rule
from campaigns.models import Campaign, ForbiddenWord, Prefix, ReservedName, Route, Variant
from contacts import blacklist
from contacts.models import BlacklistEntry
from smspanel import clock
from smspanel.api import codes
from tests.api.calling import Software, bulk, message
from tests.campaigns.sending import Sending


def refused(software: Software, **fields: Any) -> int:
    """Return the errorId of an order that is refused and leaves nothing behind."""
    before = points.balance(software.account)
    code, _word = software.error("POST", "bulk/send", bulk(**fields))
    assert not Campaign.objects.exists()
    assert points.balance(software.account) == before
    return code


def test_every_rule_has_a_number() -> None:
    assert set(codes.OF_RULE) == set(Rule)


@pytest.mark.parametrize(
    "sender, code",
    [
        ("500100200", 311),
        ("+48500100200", 312),
        ("Shop 48500", 311),
        ("1234", 311),
        ("A", 312),
        ("", 312),
        ("Twelve chars", 312),
        ("Żabka", 313),
        ("Bank PL", 314),
        ("Somebody", 315),
    ],
)
def test_js_26_a_bad_sender_name_is_refused_by_what_is_wrong_with_it(
    software: Software, sending: Sending, sender: str, code: int
) -> None:
    ReservedName.objects.create(name="BANK PL")
    assert refused(software, bulkVariant="PRO", **{"from": sender}) == code


def test_315_a_strangers_sender_name_is_not_allowed(strangers: Software, sending: Sending) -> None:
    assert refused(strangers, bulkVariant="PRO", **{"from": "Shop"}) == 315


@pytest.mark.parametrize("name, code", [("", 312), ("x" * 101, 312)])
def test_312_a_name_of_a_wrong_length_is_refused(software: Software, sending: Sending, name: str, code: int) -> None:
    assert refused(software, name=name) == code


def test_321_a_start_at_night_is_refused_in_the_zone_of_the_account(software: Software, sending: Sending) -> None:
    sending.account.window_start, sending.account.window_end = time(8), time(22)
    sending.account.save()
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(sending.account.zone)
    night = datetime.combine(tomorrow, time(22, 30), sending.account.zone)
    assert refused(software, sendDate=night.isoformat()) == 321
    assert refused(software, sendDate=night.astimezone(tz=None).isoformat()) == 321


@pytest.mark.parametrize("written", ["tomorrow", "2030-08-01", "2030-08-01T09:10:10", "2030-13-01T09:10:10+00:00", "1"])
def test_322_a_date_that_is_not_iso_8601_with_an_offset_is_refused(
    software: Software, sending: Sending, written: str
) -> None:
    assert refused(software, sendDate=written) == 322


@pytest.mark.parametrize(
    "text, code", [("", 331), ("   ", 331), ("a" * 1531, 331), ("Party 🎉", 332), ("Best CASINO here", 333)]
)
def test_331_332_333_a_text_that_cannot_go_out_is_refused(
    software: Software, sending: Sending, text: str, code: int
) -> None:
    ForbiddenWord.objects.create(word="casino")
    assert refused(software, message=text) == code


def test_302_more_numbers_than_an_order_may_have_are_refused(
    software: Software, sending: Sending, settings: Any
) -> None:
    settings.ORDER_LIMIT = 3
    group = sending.group(["48500000300", "48500000400"])
    assert refused(software, to=["48500000100"] * 4) == 302
    assert refused(software, groupId=group.pk) == 302


def test_302_the_limit_is_justsends_own() -> None:
    from django.conf import settings

    assert settings.ORDER_LIMIT == 18_000


@pytest.mark.parametrize("to", [[], ["nonsense"], ["4777", "221234567"]])
def test_125_without_a_number_that_can_be_reached_nothing_is_ordered(
    software: Software, sending: Sending, to: list[str]
) -> None:
    assert refused(software, to=to) == 125


def test_125_numbers_on_the_blacklist_are_left_out_of_a_bulk(software: Software, sending: Sending) -> None:
    source = BlacklistEntry.Source.PERSON
    blacklist.add(account=sending.account, raw_numbers=["48500000100"], source=source, actor=None)
    assert refused(software, to=["48500000100"]) == 125
    assert software.post("bulk/send", bulk())["bulkSize"] == 1


def test_125_a_blocked_group_gets_nothing(software: Software, sending: Sending) -> None:
    group = sending.group(["48500000300"])
    group.is_blocked = True
    group.save()
    assert refused(software, groupId=group.pk) == 125


def test_301_an_order_that_costs_too_much_is_refused(software: Software, sending: Sending) -> None:
    points.adjust(account=sending.account, points=-995, key="t", memo="t", actor=None)
    assert refused(software) == 301


def test_102_what_is_not_sold_to_the_account_is_refused(software: Software, sending: Sending) -> None:
    Route.objects.filter(variant=Variant.ECO).delete()
    assert refused(software) == 102


def test_js_55_107_and_108_replies_need_the_right_and_a_prefix(software: Software, sending: Sending) -> None:
    Prefix.objects.create(name="TUDORS")
    assert refused(software, bulkVariant="PRO_RESP", **{"from": "TUDORS"}) == 107
    assert refused(software, bulkVariant="ECO_RESP", **{"from": "500600700"}) == 108
    sending.account.may_use_prefixes = True
    sending.account.save()
    assert refused(software, bulkVariant="PRO_RESP", **{"from": "TUDORS"}) == 107


def test_126_a_dear_order_is_filed_for_approval_with_its_points_held(software: Software, sending: Sending) -> None:
    sending.account.approval_above = 5
    sending.account.save()
    assert software.error("POST", "bulk/send", bulk())[0] == 126
    waiting = Campaign.objects.get()
    assert (waiting.state, points.balance(sending.account).held) == (Campaign.State.TO_PAY, 6)
    assert software.get(f"bulk/{waiting.pk}")["bulkStatus"] == "TO_PAY"


def test_104_a_stopped_account_orders_nothing(software: Software, sending: Sending) -> None:
    stopping.stop(account=sending.account, actor=None, reason="Wrong text")
    assert refused(software) == 104
    assert software.error("POST", "message/send", message()) == (104, "INVALID_USER_STATUS")
    assert not Campaign.objects.exists()
