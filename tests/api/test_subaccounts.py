"""/accounts: making and changing subaccounts (JS-103, JS-106)."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts import api_calls, points, tenants
from accounts.models import Account, AuditEntry, IdempotencyKey, User
from tests.api.calling import BASE, Software
from tests.invariants import assert_all_hold
from tests.personas import Persona
from tests.project.files import procfile

PASSWORD = "correct-horse-battery"
FORBIDDEN = (315, "FORBIDDEN_VALUE")


def new(**fields: Any) -> dict[str, Any]:
    """Return the body of a subaccount that can be made, with some fields changed."""
    return {
        "points": 100,
        "email": "new@example.com",
        "firstname": "Anna",
        "surname": "Nowak",
        "description": "The shop",
        "password": PASSWORD,
    } | fields


def owner(account_id: int) -> User:
    """Return who owns an account."""
    return User.objects.get(account=account_id)


def test_js_103_a_subaccount_is_made_with_its_owner_its_key_and_its_points(masters: Software, master: Persona) -> None:
    told = masters.post("accounts/create/subaccount", new())
    made = Account.objects.get(email="new@example.com")
    assert told == {
        "subid": made.pk,
        "email": "new@example.com",
        "password": None,
        "appKey": told["appKey"],
        "description": "The shop",
        "contactFirstname": "Anna",
        "contactSurname": "Nowak",
        "accountType": "SLAVE",
        "userStatus": "ACTIVE",
        "masterId": master.account.pk,
    }
    assert (owner(made.pk).check_password(PASSWORD), points.balance(made).posted) == (True, 100)
    assert Client(headers={"App-Key": told["appKey"]}).get(f"{BASE}/payment/points").json()["data"] == 100
    assert_all_hold()


def test_js_103_a_repeated_call_with_its_key_makes_one_and_answers_alike(masters: Software, master: Persona) -> None:
    answers = [masters.post("accounts/create/subaccount", new(), **{"Idempotency-Key": "a"}) for _time in range(2)]
    assert answers[0] == answers[1]
    assert master.available == 9_900
    kept = IdempotencyKey.objects.get()
    assert answers[0]["appKey"] not in kept.sealed_answer


@pytest.mark.parametrize("nothing", [0, None, ""])
def test_js_103_a_subaccount_may_begin_without_points(masters: Software, nothing: Any) -> None:
    told = masters.post("accounts/create/subaccount", new(points=nothing, firstname=None, surname="", description=None))
    assert (told["description"], told["contactFirstname"]) == (None, None)
    assert Account.objects.get(pk=told["subid"]).name == "new@example.com"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "slave@example.com"},
        {"email": "STRANGER@example.com"},
        {"email": "nobody"},
        {"email": ""},
        {"email": "a" * 250 + "@example.com"},
        {"email": None},
        {"password": ""},
        {"password": None},
        {"password": "short"},
        {"password": "password1234"},
        {"password": "new@example.com"},
        {"password": "a\0bcdefghijklmn"},
        {"points": -1},
        {"points": "many"},
        {"points": []},
        {"points": 10**30},
        {"firstname": "a" * 61},
        {"surname": {}},
        {"description": "a" * 201},
    ],
    ids=str,
)
def test_js_103_a_forbidden_value_leaves_no_half_of_an_account(
    masters: Software, master: Persona, fields: dict[str, Any]
) -> None:
    before = [model.objects.count() for model in (Account, User)]
    assert masters.error("POST", "accounts/create/subaccount", new(**fields)) == FORBIDDEN
    assert [model.objects.count() for model in (Account, User)] == before
    assert master.available == 10_000


def test_js_103_a_master_cannot_give_more_points_than_it_has(masters: Software, master: Persona) -> None:
    path = "accounts/create/subaccount"
    assert masters.error("POST", path, new(points=10_001)) == (106, "NO_SUFFICIENT_POINTS")
    assert not Account.objects.filter(email="new@example.com").exists()
    assert master.available == 10_000


@pytest.mark.parametrize("way", ["json", "form", "query"])
def test_js_106_a_subaccount_is_changed_in_three_ways(masters: Software, slave: Persona, way: str) -> None:
    fields = {"firstname": "Zoë", "surname": "Nowak", "password": PASSWORD, "description": "Łódź & more"}
    path = f"{BASE}/accounts/edit/subaccount/{slave.account.pk}"
    client = Client(headers=masters.headers)
    ways = {
        "json": lambda: client.post(path, json.dumps(fields), content_type="application/json"),
        "form": lambda: client.post(path, fields),
        "query": lambda: client.post(f"{path}?{urlencode(fields)}", "null", content_type="application/json"),
    }
    told = ways[way]().json()["data"]
    assert (told["subid"], told["contactFirstname"], told["contactSurname"]) == (slave.account.pk, "Zoë", "Nowak")
    assert (told["description"], told["password"]) == ("Łódź & more", None)
    assert owner(slave.account.pk).check_password(PASSWORD)


def test_js_106_what_is_not_given_stays(masters: Software, slave: Persona) -> None:
    path = f"accounts/edit/subaccount/{slave.account.pk}"
    masters.post(path, {"firstname": "Anna", "description": "The shop"})
    told = masters.post(path, {"surname": "Nowak", "password": "", "firstname": None})
    assert (told["contactFirstname"], told["contactSurname"], told["description"]) == ("Anna", "Nowak", "The shop")
    assert owner(slave.account.pk).check_password("x")
    assert masters.post(path, {"description": ""})["description"] is None


def test_js_106_a_change_is_audited_without_its_values(masters: Software, slave: Persona) -> None:
    masters.post(f"accounts/edit/subaccount/{slave.account.pk}", {"firstname": "Anna", "password": PASSWORD})
    entries = list(AuditEntry.objects.filter(action__in=["account.change", "person.password"]).order_by("pk"))
    assert [(entry.action, entry.account, entry.details) for entry in entries] == [
        ("account.change", slave.account, {"fields": ["contact_first_name"], "values": {}}),
        ("person.password", slave.account, {}),
    ]


@pytest.mark.parametrize(
    "fields",
    [{"password": "short"}, {"password": "password1234"}, {"firstname": "a" * 61}, {"description": []}],
    ids=str,
)
def test_js_106_a_forbidden_value_changes_nothing(masters: Software, slave: Persona, fields: dict[str, Any]) -> None:
    body = {"surname": "Nowak"} | fields
    assert masters.error("POST", f"accounts/edit/subaccount/{slave.account.pk}", body) == FORBIDDEN
    assert Account.objects.get(pk=slave.account.pk).contact_last_name == ""
    assert owner(slave.account.pk).check_password("x")


def test_js_106_of_several_owners_the_one_with_the_accounts_e_mail_is_meant(masters: Software, slave: Persona) -> None:
    account = slave.account
    User.objects.filter(account=account).update(email="first@example.com")
    tenants.add_person(email="slave@example.com", password="y", role=User.Role.OWNER, account=account)
    masters.post(f"accounts/edit/subaccount/{account.pk}", {"password": PASSWORD})
    changed = [user.email for user in User.objects.filter(account=account) if user.check_password(PASSWORD)]
    assert changed == ["slave@example.com"]


def test_js_106_an_account_without_an_owner_has_no_password_to_change(masters: Software, slave: Persona) -> None:
    User.objects.filter(account=slave.account).delete()
    path = f"accounts/edit/subaccount/{slave.account.pk}"
    assert masters.error("POST", path, {"password": PASSWORD}) == FORBIDDEN


@pytest.mark.usefixtures("valkey")
@pytest.mark.parametrize("password", ["hunter2-hunter2", "short7"])
def test_js_106_a_password_in_the_address_is_in_no_log_of_ours(
    masters: Software, slave: Persona, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    caplog.set_level(logging.DEBUG)
    path = f"accounts/edit/subaccount/{slave.account.pk}?password={password}"
    masters.call("POST", path, None, **{"Idempotency-Key": "a"})
    masters.call("POST", f"accounts/edit/subaccount/{10**9}?password={password}")
    masters.call("PUT", path)
    assert password not in caplog.text
    told = json.dumps([*map(repr, api_calls.newest(masters.account)), *AuditEntry.objects.values()], default=str)
    assert password not in told
    assert "accounts/edit/subaccount/<int:sub_id>" in told


def test_js_106_the_web_server_writes_no_addresses() -> None:
    assert "--access-log" not in procfile()["web"]
