"""/payment: points, and moving them between a master and its subaccounts (JS-80 to JS-82, JS-84)."""

from __future__ import annotations

import pytest

from accounts import points
from accounts.models import IdempotencyKey, Transfer
from tests.api.calling import Software, bulk
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.personas import People, Persona


def test_js_80_the_points_are_all_of_them_also_those_that_are_held(software: Software, sending: Sending) -> None:
    assert software.get("payment/points") == 1_000
    software.post("bulk/send", bulk())
    assert software.get("payment/points") == 1_000


def test_js_81_free_points_are_those_that_are_not_held(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    software.post("bulk/send", bulk())
    assert software.get("payment/points/subaccount") == {"balanceInPoints": 1_000, "freePoints": 994}
    assert masters.get("payment/points/subaccount") == {"balanceInPoints": 10_000, "freePoints": 10_000}
    assert strangers.get("payment/points/subaccount") == {"balanceInPoints": 1_000, "freePoints": 1_000}


@pytest.mark.parametrize(
    "amount, left", [("5", (9_995, 1_005)), ("+5", (9_995, 1_005)), ("-5", (10_005, 995)), ("-1000", (11_000, 0))]
)
def test_js_82_points_are_given_and_taken_back(
    masters: Software, master: Persona, slave: Persona, amount: str, left: tuple[int, int]
) -> None:
    told = masters.post(f"payment/subaccount/{slave.account.pk}/{amount}")
    slave_id, master_id = slave.account.pk, master.account.pk
    assert told == f"Balance points for SubAccount with id {slave_id} and his Master with id {master_id} was changed"
    assert (master.available, slave.available) == left
    assert_all_hold()


@pytest.mark.parametrize("amount", ["10001", "-1001", "0", "-0", "9" * 18, "9" * 40])
def test_js_82_nobody_gives_what_they_do_not_have(
    masters: Software, master: Persona, slave: Persona, amount: str
) -> None:
    path = f"payment/subaccount/{slave.account.pk}/{amount}"
    assert masters.error("POST", path) == (106, "NO_SUFFICIENT_POINTS")
    assert (master.available, slave.available) == (10_000, 1_000)


def test_js_82_points_that_are_held_cannot_be_taken_back(
    masters: Software, software: Software, sending: Sending
) -> None:
    software.post("bulk/send", bulk())
    path = f"payment/subaccount/{sending.account.pk}"
    assert masters.error("POST", f"{path}/-995") == (106, "NO_SUFFICIENT_POINTS")
    assert masters.post(f"{path}/-994")


@pytest.mark.parametrize("amount", ["five", "1.5", ""])
def test_js_82_what_is_no_number_is_refused(masters: Software, slave: Persona, amount: str) -> None:
    assert masters.error("POST", f"payment/subaccount/{slave.account.pk}/{amount}")[0] in {103, 321}


def test_js_82_a_repeated_call_with_its_key_moves_once(masters: Software, slave: Persona) -> None:
    path = f"payment/subaccount/{slave.account.pk}/5"
    answers = [masters.post(path, **{"Idempotency-Key": "a"}) for _time in range(2)]
    assert answers[0] == answers[1]
    assert slave.available == 1_005
    masters.post(path, **{"Idempotency-Key": "b"})
    masters.post(path)
    assert slave.available == 1_015


def test_js_82_a_key_moves_once_also_when_its_answer_is_forgotten(masters: Software, slave: Persona) -> None:
    path = f"payment/subaccount/{slave.account.pk}"
    masters.post(f"{path}/5", **{"Idempotency-Key": "a"})
    IdempotencyKey.objects.all().delete()
    masters.post(f"{path}/5", **{"Idempotency-Key": "a"})
    assert slave.available == 1_005
    IdempotencyKey.objects.all().delete()
    assert masters.error("POST", f"{path}/6", **{"Idempotency-Key": "a"}) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_js_82_two_masters_may_choose_the_same_key(masters: Software, slave: Persona, stranger: Persona) -> None:
    key = f"api:{stranger.account.pk}:a"
    points.grant(account=stranger.account, points=1, key=key, memo="t")
    masters.post(f"payment/subaccount/{slave.account.pk}/5", **{"Idempotency-Key": "a"})
    assert slave.available == 1_005


def test_js_82_a_foreign_subaccount_is_told_like_a_missing_one(
    masters: Software, strangers: Software, people: People
) -> None:
    missing = strangers.call("POST", f"payment/subaccount/{10**9}/5")
    assert (missing["errorId"], missing["responseCode"]) == (105, "NO_SUBUSER_FOUND")
    for foreign in (people.slave, people.master, people.stranger):
        assert strangers.call("POST", f"payment/subaccount/{foreign.account.pk}/5") == missing
    assert strangers.call("POST", f"payment/subaccount/{10**30}/5") == missing
    assert masters.call("POST", f"payment/subaccount/{people.master.account.pk}/5") == missing
    assert not Transfer.objects.filter(memo="API").exists()


def test_js_82_a_subaccount_moves_nothing(software: Software, people: People) -> None:
    for whose in (people.slave, people.master):
        path = f"payment/subaccount/{whose.account.pk}/-5"
        assert software.error("POST", path) == (102, "NO_AUTHORIZATION")


def test_js_84_the_account_tells_its_payment_code_and_tariff(masters: Software, master: Persona) -> None:
    assert (masters.get("accounts/account")["paymentCode"], masters.get("accounts/account")["variantId"]) == (
        None,
        None,
    )
    master.account.payment_code, master.account.tariff_id = "JS188761", 1
    master.account.save()
    told = masters.get("accounts/account")
    assert (told["paymentCode"], told["variantId"]) == ("JS188761", 1)
