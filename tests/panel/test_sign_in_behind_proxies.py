"""Behind proxies the lock falls on who guesses: what the proxies say is believed, what a client says is not."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from smspanel.visitors import address_of
from tests.personas import People

PASSWORD = "correct horse battery"
PROXY, GUESSER, OWNER = "10.0.0.1", "203.0.113.9", "198.51.100.7"


def sign_in(password: str, claimed: str) -> bool:
    """Try to sign in through the proxy, and say whether it worked."""
    client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": claimed})
    client.post("/login/", {"username": "slave@example.com", "password": password})
    return "_auth_user_id" in client.session


@pytest.fixture(autouse=True)
def one_proxy(settings: Settings, people: People) -> None:
    """Put one proxy in front of the panel, and give the slave a password."""
    settings.TRUSTED_PROXIES = 1
    people.slave.user.set_password(PASSWORD)
    people.slave.user.save()


@pytest.mark.parametrize(
    ("proxies", "claimed", "found"),
    [
        (0, "", PROXY),
        (0, OWNER, PROXY),
        (1, OWNER, OWNER),
        (1, f"{GUESSER}, {OWNER}", OWNER),
        (1, "", PROXY),
        (1, "nonsense", PROXY),
        (1, "2001:DB8::1", "2001:db8::1"),
        (2, f"{GUESSER},{OWNER}, 10.0.0.2", OWNER),
        (2, OWNER, PROXY),
    ],
)
def test_the_address_is_what_the_outermost_proxy_saw(
    settings: Settings, proxies: int, claimed: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": claimed} if claimed else {}
    assert address_of(RequestFactory(REMOTE_ADDR=PROXY, headers=headers).get("/")) == found


def test_one_visitor_who_guesses_locks_out_no_other(people: People) -> None:
    for _ in range(9):
        sign_in("wrong", GUESSER)
    assert not sign_in(PASSWORD, GUESSER)
    assert sign_in(PASSWORD, OWNER)


def test_a_forged_header_does_not_move_the_lock(people: People) -> None:
    for guess in range(9):
        sign_in("wrong", f"198.51.100.{guess}, {GUESSER}")
    assert not sign_in(PASSWORD, f"198.51.100.99, {GUESSER}")
    assert sign_in(PASSWORD, OWNER)
