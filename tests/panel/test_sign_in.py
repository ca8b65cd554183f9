"""Who gets in, and who does not."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import tenants
from accounts.models import Account, User
from tests.personas import People

PASSWORD = "correct horse battery"


def sign_in(email: str, password: str = PASSWORD) -> bool:
    """Try to sign in, and say whether it worked."""
    client = Client(REMOTE_ADDR="127.0.0.9")
    client.post("/login/", {"username": email, "password": password})
    return "_auth_user_id" in client.session


@pytest.fixture
def owner(people: People) -> User:
    """Somebody with a password."""
    people.slave.user.set_password(PASSWORD)
    people.slave.user.save()
    return people.slave.user


@pytest.mark.parametrize("email", ["slave@example.com", "Slave@Example.com"])
def test_people_sign_in_by_email_in_any_case(owner: User, email: str) -> None:
    assert sign_in(email)


def test_a_wrong_password_does_not_get_in(owner: User) -> None:
    assert not sign_in(owner.email, "wrong")


def test_guessing_is_locked_out_for_this_place_only(owner: User) -> None:
    for _ in range(9):
        sign_in(owner.email, "wrong")
    assert not sign_in(owner.email)
    elsewhere = Client(REMOTE_ADDR="127.0.0.10")
    elsewhere.post("/login/", {"username": owner.email, "password": PASSWORD})
    assert "_auth_user_id" in elsewhere.session


def test_people_of_a_deactivated_account_are_out_at_once(people: People, owner: User) -> None:
    tenants.deactivate(account=people.master.account, actor=people.staff.user)
    assert not sign_in(owner.email)
    assert people.slave.client.get("/").status_code == 302
    assert Account.objects.get(pk=people.stranger.account.pk).is_active


def test_somebody_who_is_switched_off_is_out_while_colleagues_stay(people: People, owner: User) -> None:
    colleague = tenants.add_person(
        email="colleague@example.com", password=PASSWORD, role=User.Role.EDITOR, account=people.slave.account
    )
    User.objects.filter(pk=owner.pk).update(enabled=False)
    assert not sign_in(owner.email)
    assert sign_in(colleague.email)


def test_after_signing_in_one_is_on_the_overview(owner: User) -> None:
    answer = Client().post("/login/", {"username": owner.email, "password": PASSWORD})
    assert answer["Location"] == "/"
