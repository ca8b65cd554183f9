"""Accounts and the people in them: what is created together, and what switching off takes along."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import keys, points, tenants
from accounts.models import Account, AppKey, AuditEntry, Transfer, User, Wallet
from tests.personas import People, Persona


def row(persona: Persona) -> Account:
    """Return the persona's account as it is in the database now."""
    return Account.objects.get(pk=persona.account.pk)


def everything() -> list[int]:
    """Return how many rows there are of all that opening an account makes."""
    return [model.objects.count() for model in (Account, User, Wallet, AppKey, Transfer, AuditEntry)]


def open_slave(opener: Persona, **fields: object) -> tuple[Account, str]:
    """Open a slave of the persona's account."""
    form = {"kind": Account.Kind.SLAVE, "master": row(opener), "name": "New", "email": "new@example.com"}
    return tenants.open_account(**{**form, "password": "x", **fields})  # type: ignore[arg-type]


def test_an_account_is_opened_with_its_owner_its_key_and_its_points(people: People) -> None:
    account, value = open_slave(people.master, opening_points=25, actor=people.master.user)
    owner = User.objects.get(email="new@example.com")
    assert (owner.role, owner.account, owner.check_password("x")) == (User.Role.OWNER, account, True)
    assert keys.find(value) == AppKey.objects.get(account=account)
    assert points.balance(account) == points.Balance(posted=25, held=0)
    assert account.window_start is not None


def test_the_opening_points_of_a_slave_come_from_its_master(master: Persona) -> None:
    issued = Wallet.objects.get(kind=Wallet.Kind.ISSUED).posted
    open_slave(master, opening_points=10_000)
    assert master.available == 0
    assert Wallet.objects.get(kind=Wallet.Kind.ISSUED).posted == issued


def test_opening_points_never_overdraw_the_master_and_leave_no_half_of_an_account(master: Persona) -> None:
    before = everything()
    with pytest.raises(points.NotEnoughPoints, match="1 are missing"):
        open_slave(master, opening_points=10_001)
    assert everything() == before
    assert master.available == 10_000


@pytest.mark.parametrize("email", ["stranger@example.com", "STRANGER@Example.com"])
def test_an_e_mail_that_is_taken_leaves_no_half_of_an_account(people: People, email: str) -> None:
    before = everything()
    with pytest.raises(tenants.TenantError, match="signs in here already"):
        open_slave(people.master, email=email, opening_points=5)
    assert everything() == before
    assert people.master.available == 10_000


def test_only_a_master_has_slaves(slave: Persona) -> None:
    before = everything()
    with pytest.raises(tenants.TenantError, match="Only a master"):
        open_slave(slave)
    with pytest.raises(tenants.TenantError, match="needs a master"):
        open_slave(slave, master=None)
    assert everything() == before


def test_switching_a_master_off_switches_off_its_slaves_and_nobody_else(people: People) -> None:
    assert tenants.deactivate(account=row(people.master), actor=people.staff.user) == 2
    assert not row(people.master).is_active
    assert not row(people.slave).is_active
    assert row(people.stranger).is_active
    audited = AuditEntry.objects.filter(action="account.deactivate", actor=people.staff.user)
    assert {entry.account_id for entry in audited} == {people.master.account.pk, people.slave.account.pk}


def test_switching_off_twice_changes_and_records_nothing(people: People) -> None:
    tenants.deactivate(account=row(people.master), actor=None)
    before = everything()
    assert tenants.deactivate(account=row(people.master), actor=None) == 0
    assert everything() == before


def test_switching_a_slave_off_leaves_its_master_on(people: People) -> None:
    assert tenants.deactivate(account=row(people.slave), actor=None) == 1
    assert row(people.master).is_active


def test_people_of_an_account_that_is_off_are_not_let_in(people: People) -> None:
    assert people.slave.client.get("/").status_code == 200
    tenants.deactivate(account=row(people.master), actor=None)
    assert people.slave.client.get("/").status_code == 302
    assert not User.objects.get(pk=people.slave.user.pk).is_active


def test_a_slave_cannot_be_switched_on_while_its_master_is_off(people: People) -> None:
    tenants.deactivate(account=row(people.master), actor=None)
    with pytest.raises(tenants.TenantError, match="master account on first"):
        tenants.activate(account=row(people.slave), actor=None)
    assert not row(people.slave).is_active


def test_switching_a_master_on_leaves_its_slaves_off_until_somebody_decides(people: People) -> None:
    tenants.deactivate(account=row(people.master), actor=None)
    tenants.activate(account=row(people.master), actor=people.staff.user)
    assert row(people.master).is_active
    assert not row(people.slave).is_active
    tenants.activate(account=row(people.slave), actor=people.staff.user)
    assert row(people.slave).is_active
    assert AuditEntry.objects.filter(action="account.activate", actor=people.staff.user).count() == 2


def test_e_mails_of_people_are_kept_in_lower_case(slave: Persona) -> None:
    made = tenants.add_person(
        email="Second@Example.com", password="x", role=User.Role.VIEWER, account=slave.account, actor=slave.user
    )
    assert made.email == "second@example.com"
    assert User.objects.get_by_natural_key("SECOND@example.com") == made
    entry = AuditEntry.objects.get(action="person.create", actor=slave.user)
    assert (entry.details, entry.account) == ({"role": "VIEWER"}, slave.account)


@pytest.mark.parametrize("role", [User.Role.ADMIN, User.Role.OWNER])
def test_staff_have_no_account_and_all_others_have_one(slave: Persona, role: User.Role) -> None:
    account = slave.account if role == User.Role.ADMIN else None
    with pytest.raises(IntegrityError), transaction.atomic():
        tenants.add_person(email="odd@example.com", password="x", role=role, account=account)
    assert not User.objects.filter(email="odd@example.com").exists()
