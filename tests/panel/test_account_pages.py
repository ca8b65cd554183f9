"""Accounts, people, keys and connections by hand, and that dangerous clicks ask first."""

from __future__ import annotations

from accounts import connections, keys
from accounts.models import Account, AppKey, AuditEntry, Connection, User
from tests.personas import People, Persona

NEW = {"name": "New shop", "email": "new@example.com", "description": "", "password": "a long password"}


def test_a_master_opens_a_subaccount_with_points(master: Persona) -> None:
    master.client.post("/accounts/account/add/", NEW | {"opening_points": "500"})
    made = Account.objects.get(email="new@example.com")
    assert (made.master, made.wallet.available, master.available) == (master.account, 500, 9_500)
    assert User.objects.get(email="new@example.com").account == made


def test_opening_points_that_are_not_there_open_nothing(master: Persona) -> None:
    answer = master.client.post("/accounts/account/add/", NEW | {"opening_points": "10001"}, follow=True)
    assert "1 are missing" in answer.content.decode()
    assert not Account.objects.filter(email="new@example.com").exists()
    assert not User.objects.filter(email="new@example.com").exists()


def test_staff_open_masters_and_slaves_open_nothing(people: People) -> None:
    people.staff.client.post("/accounts/account/add/", NEW)
    assert Account.objects.get(email="new@example.com").kind == Account.Kind.MASTER
    assert people.slave.client.get("/accounts/account/add/").status_code == 403


def test_switching_off_asks_first_and_takes_the_slaves_along(people: People) -> None:
    address = f"/accounts/account/{people.master.account.pk}/switch_off/"
    assert people.staff.client.get(address).status_code == 200
    assert Account.objects.get(pk=people.master.account.pk).is_active
    people.staff.client.post(address)
    assert not Account.objects.get(pk=people.slave.account.pk).is_active
    assert AuditEntry.objects.filter(action="account.deactivate").count() == 2


def test_a_key_is_shown_on_request_only_and_that_is_audited(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    assert value not in slave.client.get(f"/accounts/appkey/{key.pk}/change/").content.decode()
    address = f"/accounts/appkey/{key.pk}/show_value/"
    assert value not in slave.client.get(address).content.decode()
    assert value in slave.client.post(address, follow=True).content.decode()
    assert AuditEntry.objects.filter(action="key.reveal", actor=slave.user).exists()


def test_a_master_does_not_read_the_keys_of_its_slave(people: People) -> None:
    key, value = keys.issue(account=people.slave.account, actor=None)
    answer = people.master.client.post(f"/accounts/appkey/{key.pk}/show_value/", follow=True)
    assert value not in answer.content.decode()


def test_a_revoked_key_opens_nothing(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    assert keys.find(value) == key
    slave.client.post(f"/accounts/appkey/{key.pk}/revoke/")
    assert keys.find(value) is None
    assert AppKey.objects.get(pk=key.pk).revoked_at


def test_nobody_makes_themselves_staff(slave: Persona) -> None:
    form = {"email": slave.user.email, "role": "ADMIN", "language": "en", "enabled": "on", "name": ""}
    slave.client.post(f"/accounts/user/{slave.user.pk}/change/", form)
    slave.client.post("/accounts/user/add/", form | {"email": "x@example.com", "password": "a long password"})
    assert not User.objects.filter(role="ADMIN").exclude(email="staff@example.com").exists()


def test_credentials_of_a_connection_are_stored_sealed_and_never_shown(staff: Persona) -> None:
    form = {"name": "Mine", "base_url": "", "is_active": "on", "max_parallel": "2", "calls_per_second": "2"}
    staff.client.post("/accounts/connection/add/?kind=serwersms", form | {"credential_token": "sesame"})
    connection = Connection.objects.get()
    assert connections.credentials_of(connection) == {"token": "sesame"}
    assert "sesame" not in connection.sealed_credentials
    page = f"/accounts/connection/{connection.pk}/change/"
    assert "sesame" not in staff.client.get(page).content.decode()
    staff.client.post(page, form | {"name": "Renamed", "credential_token": ""})
    assert connections.credentials_of(connection) == {"token": "sesame"}
