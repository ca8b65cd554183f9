"""Idempotency-Key: a repeated request is one request (R1)."""

from __future__ import annotations

from typing import Any

from accounts import api_calls, points
from accounts.models import IdempotencyKey
from campaigns.models import Campaign
from smspanel import clock
from tests.api.calling import Software, bulk, message
from tests.campaigns.sending import Sending


def test_the_same_request_twice_is_one_order_with_one_answer(software: Software, sending: Sending) -> None:
    first = software.call("POST", "bulk/send", bulk(), Idempotency_Key="order-1")
    again = software.call("POST", "bulk/send", bulk(), Idempotency_Key="order-1")
    assert (first["errorId"], again) == (0, first)
    assert (Campaign.objects.count(), points.balance(sending.account).held) == (1, 6)


def test_without_a_key_the_same_request_twice_is_two_orders(software: Software, sending: Sending) -> None:
    assert software.post("message/send", message()) != software.post("message/send", message())
    assert Campaign.objects.count() == 2


def test_a_key_of_another_request_is_refused(software: Software, sending: Sending) -> None:
    software.post("message/send", message(), Idempotency_Key="k")
    assert software.error("POST", "message/send", message(message="Other"), Idempotency_Key="k")[0] == 422
    assert Campaign.objects.count() == 1


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(
    software: Software, strangers: Software, sending: Sending
) -> None:
    assert software.post("message/send", message(), Idempotency_Key="k")
    assert strangers.post("message/send", message(), Idempotency_Key="k")
    assert Campaign.objects.count() == 2


def test_a_refused_request_may_be_repeated_when_its_reason_is_gone(software: Software, sending: Sending) -> None:
    sending.account.approval_above = 1_000
    sending.account.save()
    points.adjust(account=sending.account, points=-1_000, key="a", memo="t", actor=None)
    assert software.error("POST", "message/send", message(), Idempotency_Key="k")[0] == 301
    points.grant(account=sending.account, points=100, key="b", memo="t")
    assert software.post("message/send", message(), Idempotency_Key="k")


def test_a_key_that_is_too_long_is_refused(software: Software, sending: Sending) -> None:
    assert software.error("POST", "message/send", message(), Idempotency_Key="k" * 101)[0] == 312


def test_kept_answers_are_sealed_and_forgotten_after_a_week(software: Software, sending: Sending) -> None:
    told = software.call("POST", "bulk/send", bulk(name="Spring"), Idempotency_Key="k")
    kept = IdempotencyKey.objects.get()
    assert told["data"]["shortName"] not in kept.sealed_answer
    with clock.travel(days=8):
        api_calls.forget_old()
    assert not IdempotencyKey.objects.exists()


def test_a_file_is_part_of_what_the_key_stands_for(software: Software, sending: Sending, settings: Any) -> None:
    path = "bulk/send/personalized/n/x/2014-08-01T09:10:10+00:00/ECO/true"
    software.headers["Idempotency-Key"] = "k"
    first = software.upload(path, b"48500000100;Hello")
    assert software.upload(path, b"48500000100;Hello") == first
    assert software.upload(path, b"48500000100;Other")["errorId"] == 422
