"""`createsuperuser` makes the first administrator of an installation."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


@pytest.fixture(autouse=True)
def _password(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")


def test_it_makes_an_administrator_who_may_sign_in() -> None:
    call_command("createsuperuser", "--noinput", "--email", "You@example.com", verbosity=0)
    user = User.objects.get()
    assert (user.email, user.role, user.account, user.is_active) == ("you@example.com", "ADMIN", None, True)
    assert user.check_password("correct horse battery")


@pytest.mark.parametrize("email", ["you@example.com", "YOU@example.com"])
def test_an_email_that_is_taken_is_refused_with_a_sentence(email: str) -> None:
    call_command("createsuperuser", "--noinput", "--email", "you@example.com", verbosity=0)
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", "--email", email, verbosity=0)


@pytest.mark.parametrize("email", ["", "you"])
def test_what_is_no_email_is_refused_with_a_sentence(email: str) -> None:
    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", "--email", email, verbosity=0)
    assert not User.objects.exists()
