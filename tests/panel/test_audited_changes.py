"""Changes of people, accounts and connections are in the audit trail, without secrets and personal data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts import audit
from accounts.models import Account, AuditEntry, Connection, User
from tests.campaigns.sending import open_route
from tests.personas import People

SECRET = "token-that-nobody-reads"


def change(client: Client, address: str, **fields: Any) -> None:
    """Change some fields of a form and send it with all the others as they were."""
    form = client.get(address).context["adminform"].form
    kept = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in (kept | fields).items() if value is not None and value is not False}
    assert client.post(address, data).status_code == 302


def last() -> tuple[str, Any]:
    """Return the newest entry's action and details."""
    entry = AuditEntry.objects.latest("pk")
    return entry.action, entry.details


def test_a_person_s_role_account_and_switch_are_written(people: People) -> None:
    user, other = people.slave.user, people.stranger.account
    address = f"/accounts/user/{user.pk}/change/"
    change(people.staff.client, address, role="EDITOR", account=other.pk, enabled=False, name="Ala Kot")
    fields = ["account", "enabled", "name", "role"]
    assert last() == (
        "person.change",
        {"fields": fields, "values": {"account": other.pk, "enabled": False, "role": "EDITOR"}},
    )
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.subject) == (people.staff.user, f"accounts.User:{user.pk}")


def test_an_account_s_changed_fields_are_named_without_personal_values(people: People) -> None:
    address = f"/accounts/account/{people.master.account.pk}/change/"
    change(people.staff.client, address, pesel="44051401359", nip="5260001246", time_zone="Europe/London")
    assert last() == (
        "account.change",
        {"fields": ["nip", "pesel", "time_zone"], "values": {"time_zone": "Europe/London"}},
    )
    assert AuditEntry.objects.latest("pk").account == people.master.account


def test_js_55_the_rights_to_replies_are_staff_s_to_give_and_are_written(people: People) -> None:
    rights = {"may_use_prefixes": "on", "may_use_nine_digits": "on"}
    for persona, granted in ((people.slave, False), (people.master, False), (people.staff, True)):
        change(
            persona.client, f"/accounts/account/{people.slave.account.pk}/change/", city=persona.user.email, **rights
        )
        account = Account.objects.get(pk=people.slave.account.pk)
        assert (account.may_use_prefixes, account.may_use_nine_digits) == (granted, granted)
    assert last()[1]["values"] == dict.fromkeys(rights, True)


def test_an_owner_s_own_change_is_written_too(people: People) -> None:
    change(people.master.client, f"/accounts/account/{people.master.account.pk}/change/", city="Łódź")
    assert last() == ("account.change", {"fields": ["city"], "values": {}})


def test_a_connection_s_fields_are_written_and_its_secrets_are_not(people: People) -> None:
    connection = open_route("http://127.0.0.1:1")
    address = f"/accounts/connection/{connection.pk}/change/"
    change(people.staff.client, address, max_parallel=7, is_active=False, credential_token=SECRET)
    entry = AuditEntry.objects.get(action="connection.change")
    assert entry.details == {"fields": ["is_active", "max_parallel"], "values": {"is_active": False, "max_parallel": 7}}
    everything = json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))
    assert SECRET not in everything


def test_a_form_that_changes_nothing_is_not_written(people: People) -> None:
    before = AuditEntry.objects.count()
    change(people.staff.client, f"/accounts/user/{people.slave.user.pk}/change/")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "field"), [("user", "name"), ("account", "city"), ("connection", "name")], ids=lambda value: value
)
def test_a_change_that_cannot_be_audited_is_not_made(
    people: People, monkeypatch: pytest.MonkeyPatch, kind: str, field: str
) -> None:
    def full(**_: object) -> None:
        raise OSError("The disk is full.")

    rows = {"user": people.slave.user, "account": people.slave.account, "connection": open_route("http://127.0.0.1:1")}
    models = {"user": User, "account": Account, "connection": Connection}
    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError, match="disk is full"):
        change(people.staff.client, f"/accounts/{kind}/{rows[kind].pk}/change/", **{field: "Changed"})
    assert not models[kind]._default_manager.filter(**{field: "Changed"}).exists()
