"""/accounts: one's own account, and switching it off (JS-100 to JS-102, JS-104, JS-105)."""

from __future__ import annotations

import pytest

from accounts import keys, tenants
from accounts.models import Account, AppKey, AuditEntry
from smspanel import crypto
from tests.api.calling import Software
from tests.personas import People, Persona

PROFILE = {
    "first_name": "Anna",
    "last_name": "Nowak",
    "pesel": "44051401359",
    "id_number": "ABC123456",
    "nip": "5260001246",
    "company_name": "Example sp. z o.o.",
    "krs": "0000000001",
    "regon": "000000001",
    "contact_person": "Jan Kot",
    "register_entry": "KRS 1",
    "description": "The shop",
    "street": "Długa",
    "house_no": "1A",
    "flat_no": "2",
    "postcode": "00-001",
    "city": "Łódź",
    "contact_first_name": "Jan",
    "contact_last_name": "Kot",
    "contact_phone": "48500222333",
    "department": "Sales",
    "payment_code": "JS188761",
    "channel_id": 3,
    "tariff_id": 1,
    "administrator": True,
}


def test_js_100_a_master_sees_every_field_of_its_account(masters: Software, master: Persona) -> None:
    Account.objects.filter(pk=master.account.pk).update(**PROFILE)
    assert masters.get("accounts/account") == {
        "email": "master@example.com",
        "password": None,
        "appKey": masters.headers["App-Key"],
        "verifyCode": None,
        "paymentCode": "JS188761",
        "channelId": 3,
        "firstname": "Anna",
        "surname": "Nowak",
        "pesel": "44051401359",
        "idNo": "ABC123456",
        "nip": "5260001246",
        "companyName": "Example sp. z o.o.",
        "krs": "0000000001",
        "regon": "000000001",
        "contactPerson": "Jan Kot",
        "registerEntry": "KRS 1",
        "description": "The shop",
        "street": "Długa",
        "houseNo": "1A",
        "flatNo": "2",
        "postcode": "00-001",
        "city": "Łódź",
        "contactFirstname": "Jan",
        "contactSurname": "Kot",
        "contactPhone": "48500222333",
        "msisdnValidationStatus": "NOT_VERIFIED",
        "registerDate": int(master.account.created_at.timestamp() * 1000),
        "userStatus": "ACTIVE",
        "userType": "COMMERCIAL_COMPANY",
        "department": "Sales",
        "accountType": "MASTER",
        "masterId": None,
        "administrator": 1,
        "variantId": 1,
    }


@pytest.mark.parametrize("form", ["PRIVATE_USER", "COMMERCIAL_COMPANY", "CIVIL_PARTNERSHIP"])
def test_js_100_a_legal_form_is_told_in_justsends_word(masters: Software, master: Persona, form: str) -> None:
    master.account.legal_form = form
    master.account.full_clean()
    master.account.save()
    assert masters.get("accounts/account")["userType"] == form


def test_js_100_what_is_not_known_is_null(masters: Software) -> None:
    told = masters.get("accounts/account")
    empty = {name for name, value in told.items() if value is None}
    assert {"password", "verifyCode", "pesel", "nip", "krs", "city", "paymentCode", "variantId"} <= empty
    assert (told["channelId"], told["administrator"]) == (0, 0)


def test_js_101_a_slave_sees_its_account(software: Software, master: Persona, slave: Persona) -> None:
    fields = {"description": "asdasd", "contact_first_name": "Anna", "contact_last_name": "Nowak"}
    Account.objects.filter(pk=slave.account.pk).update(**fields)
    assert software.get("accounts/subaccount") == {
        "subid": slave.account.pk,
        "email": "slave@example.com",
        "password": None,
        "appKey": software.headers["App-Key"],
        "description": "asdasd",
        "contactFirstname": "Anna",
        "contactSurname": "Nowak",
        "accountType": "SLAVE",
        "userStatus": "ACTIVE",
        "masterId": master.account.pk,
    }


@pytest.mark.parametrize(
    "verb, path",
    [
        ("GET", "accounts/account"),
        ("GET", "accounts/subaccounts/list"),
        ("POST", "accounts/create/subaccount"),
        ("POST", "accounts/reset/1"),
        ("POST", "accounts/edit/subaccount/1"),
    ],
)
def test_what_is_a_masters_is_refused_to_a_slave(software: Software, verb: str, path: str) -> None:
    assert software.error(verb, path, {}) == (102, "NO_AUTHORIZATION")


def test_js_101_a_master_is_no_subaccount(masters: Software) -> None:
    assert masters.error("GET", "accounts/subaccount") == (102, "NO_AUTHORIZATION")


def test_js_102_a_master_lists_its_slaves_with_their_newest_keys(
    masters: Software, strangers: Software, master: Persona, slave: Persona
) -> None:
    _older, newer = (keys.issue(account=slave.account, actor=None)[1] for _time in range(2))
    keyless = tenants.create_slave(master=master.account, actor=None, name="New", email="new@example.com")
    told = masters.get("accounts/subaccounts/list")
    assert [(one["subid"], one["appKey"]) for one in told] == [(slave.account.pk, newer), (keyless.pk, None)]
    assert set(told[0]) == {
        *("subid", "email", "password", "appKey", "description"),
        *("contactFirstname", "contactSurname", "accountType", "userStatus", "masterId"),
    }
    assert strangers.get("accounts/subaccounts/list") == []


def test_js_102_a_look_at_keys_is_audited_and_takes_the_same_queries_for_many(
    masters: Software, master: Persona, django_assert_max_num_queries: object
) -> None:
    for index in range(20):
        made = tenants.create_slave(master=master.account, actor=None, name="New", email=f"{index}@example.com")
        keys.issue(account=made, actor=None)
    with django_assert_max_num_queries(13):  # type: ignore[operator]  # a fixture of pytest-django
        masters.get("accounts/subaccounts/list")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.account, len(entry.details["keys"])) == ("key.reveal", master.account, 21)


def test_js_102_a_key_that_cannot_be_opened_is_null(masters: Software, slave: Persona) -> None:
    AppKey.objects.filter(account=slave.account).update(sealed=crypto.seal("x", place="elsewhere"))
    assert masters.get("accounts/subaccounts/list")[0]["appKey"] is None


def test_js_104_a_slave_switches_itself_off(software: Software, people: People) -> None:
    slave = people.slave.account
    assert software.get("accounts/deactivate") == f"Slave with id : {slave.pk} was deactivated"
    assert software.error("GET", "accounts/subaccount") == (101, "NO_AUTHENTICATION")
    switched_off = Account.objects.filter(status=Account.Status.NOT_ACTIVE)
    assert list(switched_off) == [slave]
    assert AuditEntry.objects.latest("pk").action == "account.deactivate"


def test_js_104_a_master_switches_itself_off_with_its_slaves(
    masters: Software, software: Software, strangers: Software, people: People
) -> None:
    told = masters.get("accounts/deactivate")
    assert told == f"Master with id : {people.master.account.pk} and his Slaves were deactivated"
    for caller in (masters, software):
        assert caller.error("GET", "payment/points") == (101, "NO_AUTHENTICATION")
    assert strangers.get("payment/points") == 1_000


def test_js_105_a_slaves_key_is_reset(masters: Software, software: Software, slave: Persona) -> None:
    told = masters.post(f"accounts/reset/{slave.account.pk}")
    assert told == f"Slave appKey with id {slave.account.pk} has been reset"
    assert software.error("GET", "payment/points") == (101, "NO_AUTHENTICATION")
    software.headers["App-Key"] = masters.get("accounts/subaccounts/list")[0]["appKey"]
    assert software.get("payment/points") == 1_000


def test_js_105_106_a_foreign_subaccount_is_told_like_a_missing_one(
    masters: Software, strangers: Software, software: Software, people: People
) -> None:
    for path in ("accounts/reset/{}", "accounts/edit/subaccount/{}"):
        missing = strangers.call("POST", path.format(10**9), {"firstname": "X"})
        assert (missing["errorId"], missing["responseCode"]) == (105, "NO_SUBUSER_FOUND")
        for foreign in (people.slave.account.pk, people.master.account.pk, people.stranger.account.pk, 10**30):
            assert strangers.call("POST", path.format(foreign), {"firstname": "X"}) == missing
        assert masters.call("POST", path.format(people.master.account.pk), {"firstname": "X"}) == missing
    assert software.get("payment/points") == 1_000
    assert not Account.objects.filter(contact_first_name="X").exists()
