"""Only an administrator makes or changes staff; support manages everybody else."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import tenants
from accounts.models import User
from tests.personas import People, Persona, signed_in

STAFF = ["ADMIN", "SUPPORT"]
OTHERS = ["OWNER", "EDITOR", "VIEWER"]


@pytest.fixture
def support(people: People) -> Persona:
    """Somebody of the operator who is no administrator."""
    user = tenants.add_person(email="support@example.com", password="x", role=User.Role.SUPPORT)
    return signed_in(user, None)


def add(who: Persona, role: str, account: int | str) -> User | None:
    """Fill in the form for a new person."""
    form = {"email": "new@example.com", "role": role, "account": account, "language": "en", "password": "x" * 12}
    who.client.post("/accounts/user/add/", form)
    return User.objects.filter(email="new@example.com").first()


def change(who: Persona, user: User, **fields: Any) -> User:
    """Fill in the form of somebody who is there."""
    form = {"email": user.email, "role": user.role, "account": user.account_id or "", "language": "en", "enabled": "on"}
    who.client.post(f"/accounts/user/{user.pk}/change/", form | fields)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", STAFF)
def test_support_makes_nobody_staff(people: People, support: Persona, role: str) -> None:
    assert add(support, role, "") is None
    assert change(support, people.slave.user, role=role, account="").role == "OWNER"


@pytest.mark.parametrize("role", STAFF)
def test_support_does_not_touch_staff_nor_itself(people: People, support: Persona, role: str) -> None:
    other = tenants.add_person(email="other@example.com", password="x", role=User.Role(role))
    for user in (other, support.user, people.staff.user):
        assert change(support, user, email="taken@example.com", role="ADMIN") == user
        assert not User.objects.filter(email="taken@example.com").exists()
        assert User.objects.get(pk=user.pk).role == user.role


@pytest.mark.parametrize("role", OTHERS)
def test_support_manages_the_people_of_accounts(people: People, support: Persona, role: str) -> None:
    made = add(support, role, people.slave.account.pk)
    assert made is not None
    assert (made.role, made.account) == (role, people.slave.account)
    assert change(support, made, role="VIEWER").role == "VIEWER"


@pytest.mark.parametrize("role", STAFF)
def test_an_administrator_makes_and_changes_staff(people: People, role: str) -> None:
    made = add(people.staff, role, "")
    assert made is not None
    assert made.role == role
    assert change(people.staff, made, role="SUPPORT", name="Ala").name == "Ala"


@pytest.mark.parametrize("role", STAFF)
def test_owners_make_nobody_staff(people: People, role: str) -> None:
    assert add(people.master, role, "") is None
    assert change(people.master, people.master.user, role=role, account="").role == "OWNER"


def test_the_verb_itself_refuses(people: People, support: Persona) -> None:
    for actor in (support.user, people.master.user):
        with pytest.raises(tenants.TenantError, match="administrator"):
            tenants.add_person(email="x@example.com", password="x", role=User.Role.SUPPORT, actor=actor)


@pytest.mark.parametrize("page", ["import/", "process_import/"])
def test_people_are_not_imported(people: People, support: Persona, page: str) -> None:
    for persona in (support, people.staff, people.master):
        assert persona.client.post(f"/accounts/user/{page}", {}).status_code in {403, 404}


def test_the_list_of_people_is_not_edited_in_place(support: Persona) -> None:
    changelist = support.client.get("/accounts/user/").context["cl"]
    assert (changelist.list_editable, changelist.formset) == ((), None)
