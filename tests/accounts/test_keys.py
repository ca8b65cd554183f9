"""App-Keys: found by digest, shown from a sealed value, useless once revoked."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts import keys, tenants
from accounts.models import Account, AppKey, AuditEntry
from smspanel import clock, crypto
from tests.personas import People, Persona


def test_a_key_is_found_by_its_value(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=slave.user, label="Shop")
    found = keys.find(value)
    assert found == key
    assert found is not None
    assert (found.account, found.label) == (slave.account, "Shop")
    assert value.startswith(key.prefix)


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda value: value[:-1], lambda value: value + " "])
def test_another_value_is_no_key(slave: Persona, change: type[str]) -> None:
    _key, value = keys.issue(account=slave.account, actor=None)
    assert keys.find(change(value)) is None
    assert keys.find("") is None


def test_the_database_holds_no_key_that_could_be_used(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=slave.user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_appkey WHERE id = %s", [key.pk])
        kept = str(cursor.fetchall())
        cursor.execute("SELECT * FROM accounts_auditentry")
        audited = str(cursor.fetchall())
    secret = value.removeprefix(key.prefix)
    assert secret not in kept + audited
    assert crypto.digest(value) in kept
    assert secret not in repr(key) + str(key)


def test_showing_a_key_is_recorded(slave: Persona, staff: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    assert keys.reveal(key=key, actor=staff.user) == value
    entry = AuditEntry.objects.get(action="key.reveal")
    assert (entry.actor, entry.account, entry.details) == (staff.user, slave.account, {})


def test_a_sealed_key_opens_in_its_own_row_only(slave: Persona) -> None:
    first, _value = keys.issue(account=slave.account, actor=None)
    second, _value = keys.issue(account=slave.account, actor=None)
    AppKey.objects.filter(pk=first.pk).update(sealed=second.sealed)
    first.refresh_from_db()
    with pytest.raises(crypto.CannotOpen):
        keys.reveal(key=first, actor=None)


def test_a_revoked_key_is_useless_and_stays_in_the_books(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    keys.revoke(key=key, actor=slave.user)
    keys.revoke(key=key, actor=slave.user)
    assert keys.find(value) is None
    assert AppKey.objects.filter(pk=key.pk, revoked_at__isnull=False).exists()
    assert AuditEntry.objects.filter(action="key.revoke").count() == 1


def test_a_reset_leaves_one_key_of_this_account_and_those_of_others(people: People) -> None:
    _key, old = keys.issue(account=people.slave.account, actor=None)
    _key, foreign = keys.issue(account=people.master.account, actor=None)
    key, new = keys.reset(account=people.slave.account, actor=people.slave.user)
    assert (keys.find(old), keys.find(new)) == (None, key)
    assert keys.find(foreign) is not None
    assert AppKey.objects.filter(account=people.slave.account, revoked_at__isnull=True).count() == 1


def test_keys_of_an_account_that_is_off_sleep(people: People) -> None:
    _key, value = keys.issue(account=people.slave.account, actor=None)
    tenants.deactivate(account=Account.objects.get(pk=people.master.account.pk), actor=None)
    assert keys.find(value) is None
    for persona in (people.master, people.slave):
        tenants.activate(account=Account.objects.get(pk=persona.account.pk), actor=None)
    assert keys.find(value) is not None


def test_the_last_use_is_noted_once_a_minute(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    noted = []
    for seconds in (0, 50, 70):
        with clock.travel(seconds=seconds):
            keys.find(value)
        key.refresh_from_db()
        noted.append(key.last_used_at)
    assert noted[0] is not None
    assert noted[0] == noted[1]
    assert noted[2] is not None
    assert (noted[2] - noted[0]).total_seconds() >= 70


def test_a_key_that_is_not_found_is_not_noted_as_used(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    keys.revoke(key=key, actor=None)
    keys.find(value)
    key.refresh_from_db()
    assert key.last_used_at is None
