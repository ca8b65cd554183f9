"""/message: one text to one number (JS-22 to JS-25)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from accounts import points
from campaigns.models import Campaign, ForbiddenWord, Message
from contacts import blacklist
from contacts.models import BlacklistEntry
from smspanel import clock, doorbell
from tests.api.calling import Software, message
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold


def test_js_22_a_message_goes_out_once_and_is_answered_with_its_id(software: Software, sending: Sending) -> None:
    told = software.post("message/send", message())
    assert isinstance(told, int)
    doorbell.run_all_due()
    assert sending.air() == {"48500000100": 1}
    assert Message.objects.get(pk=told).state == Message.State.SENT
    assert points.balance(sending.account).posted == 1_000 - 3
    assert_all_hold()


def test_js_22_the_name_and_the_variant_are_those_of_the_order(software: Software, sending: Sending) -> None:
    told = software.post("message/send", message(bulkVariant="PRO", **{"from": "shop"}))
    campaign = Message.objects.get(pk=told).campaign
    assert (campaign.single, campaign.sender and campaign.sender.name, campaign.hold and campaign.hold.amount) == (
        *(True, "Shop"),
        7,
    )


def test_js_23_js_24_get_is_off_until_it_is_switched_on(software: Software, sending: Sending) -> None:
    short, long = "message/send/48500000100/Hello", "message/send/48500000100/Shop/Hello/PRO?doubleEncode=false"
    assert software.error("GET", short) == software.error("GET", long) == (102, "NO_AUTHORIZATION")
    sending.account.may_send_by_get = True
    sending.account.save()
    sent = [software.get(short), software.get(long)]
    variants = Message.objects.filter(pk__in=sent).order_by("pk").values_list("campaign__variant", flat=True)
    assert list(variants) == ["ECO", "PRO"]


def test_js_22_what_looks_like_a_merge_tag_is_sent_as_it_stands(software: Software, sending: Sending) -> None:
    software.post("message/send", message(message="Call #number#, #first_name#"))
    doorbell.run_all_due()
    assert [sms["text"] for sms in sending.simulator.air()] == ["Call #number#, #first_name#"]


def test_js_22_the_parts_are_those_of_the_text_as_it_stands(software: Software, sending: Sending) -> None:
    told = software.post("message/send", message(message="#first_name#" * 14))
    doorbell.run_all_due()
    assert Message.objects.get(pk=told).parts == 2
    assert points.balance(sending.account) == points.Balance(posted=1_000 - 2 * 3, held=0)


@pytest.mark.parametrize(
    "double, written, read",
    [
        (True, "50%25 rabatu", "50% rabatu"),
        (False, "50%25 rabatu", "50%25 rabatu"),
        (True, "50% rabatu", "50% rabatu"),
        (True, "a+b", "a+b"),
        ("true", "%C4%85", "ą"),
        (True, "broken %zz", "broken %zz"),
    ],
)
def test_js_25_a_text_that_was_encoded_twice_is_decoded_once_more(
    software: Software, sending: Sending, double: object, written: str, read: str
) -> None:
    body = message(message=written, doubleEncode=double, bulkVariant="PRO", **{"from": "Shop"})
    assert Message.objects.get(pk=software.post("message/send", body)).campaign.text == read


def test_js_25_an_address_is_decoded_as_addresses_are(software: Software, sending: Sending) -> None:
    sending.account.may_send_by_get = True
    sending.account.save()
    told = software.get(f"message/send/48500000100/Shop/{quote('Zażółć 100 %')}/PRO")
    assert Message.objects.get(pk=told).campaign.text == "Zażółć 100 %"


@pytest.mark.parametrize("to", ["4850594838512345", "4777", "", "not a number", "22 123 45 67"])
def test_js_26_a_number_that_cannot_get_messages_is_refused(software: Software, sending: Sending, to: str) -> None:
    assert software.error("POST", "message/send", message(to=to)) == (311, "INVALID_VALUE")
    assert not Campaign.objects.exists()


def test_341_the_same_text_reaches_a_number_three_times_a_day(software: Software, sending: Sending) -> None:
    for _time in range(3):
        software.post("message/send", message())
    assert software.error("POST", "message/send", message()) == (341, "LIMIT_EXCEEDED")
    software.post("message/send", message(message="Another text"))
    with clock.travel(days=1):
        software.post("message/send", message())


def test_342_a_number_on_the_blacklist_is_refused(software: Software, sending: Sending) -> None:
    source = BlacklistEntry.Source.PERSON
    blacklist.add(account=sending.account, raw_numbers=["48500000100"], source=source, actor=None)
    assert software.error("POST", "message/send", message()) == (342, "NUMBER_ON_BLACK_LIST")


def test_333_a_forbidden_word_is_refused_however_it_is_spelled(software: Software, sending: Sending) -> None:
    ForbiddenWord.objects.create(word="kasyno żółte")
    assert software.error("POST", "message/send", message(message="KASYNO  Zolte!")) == (333, "FORBIDDEN_VALUE")
    software.post("message/send", message(message="kasynowe"))


@pytest.mark.parametrize(
    "text, error", [("", (331, "INVALID_LENGTH")), ("a" * 1531, (331, "INVALID_LENGTH")), ("🎉", (332, None))]
)
def test_331_332_a_text_that_cannot_go_out_is_refused(
    software: Software, sending: Sending, text: str, error: tuple[int, str | None]
) -> None:
    found = software.error("POST", "message/send", message(message=text))
    assert found == (error[0], error[1] or "DISALLOWED_CHARACTERS")


def test_301_without_points_nothing_is_sent(software: Software, sending: Sending) -> None:
    points.adjust(account=sending.account, points=-998, key="t", memo="t", actor=None)
    assert software.error("POST", "message/send", message()) == (301, "NOT_FUNDS")
    assert not Message.objects.exists()


def test_126_a_dear_message_waits_for_approval_and_is_not_lost(software: Software, sending: Sending) -> None:
    sending.account.approval_above = 2
    sending.account.save()
    assert software.error("POST", "message/send", message())[0] == 126
    assert Message.objects.get().campaign.state == Campaign.State.TO_PAY
    doorbell.run_all_due()
    assert (sending.air(), points.balance(sending.account).held) == ({}, 3)


def test_outside_the_hours_a_message_waits_for_the_morning(software: Software, sending: Sending) -> None:
    now = clock.now().astimezone(sending.account.zone)
    opens, closes = now + timedelta(hours=2), now + timedelta(hours=4)
    sending.account.window_start, sending.account.window_end = opens.time(), closes.time()
    sending.account.save()
    software.post("message/send", message())
    doorbell.run_all_due()
    assert sending.air() == {}
    with clock.travel(hours=2, minutes=1):
        doorbell.run_all_due()
    assert sending.air() == {"48500000100": 1}
