"""Guessing passwords and keys (G16): nobody gets in, from wherever and however spelt, and nobody is kept out."""

from __future__ import annotations

import random
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import guessing, keys, tenants
from accounts.models import User
from tests import proof
from tests.personas import People, Persona

PASSWORD: Final = "correct horse battery"
PEOPLE, PLACES = 50, 500
ATTEMPTS: Final = 10_000 if proof.LONG else 500
KEYS: Final = 100_000 if proof.LONG else 5_000
PROXY: Final = "10.0.0.1"


def try_to_sign_in(email: str, password: str, place: str) -> tuple[bool, bool]:
    """Try through the proxy; say whether the password was looked at, and whether it got in."""
    client = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": place})
    answer = client.post("/login/", {"username": email, "password": password})
    return answer.status_code != 429, "_auth_user_id" in client.session


@pytest.fixture(autouse=True)
def one_proxy(settings: Settings) -> None:
    """Put one proxy in front of the panel, which says who calls."""
    settings.TRUSTED_PROXIES = 1


@pytest.fixture
def victims(people: People) -> list[User]:
    """Many people with a password."""
    emails = [f"somebody{index}@example.com" for index in range(PEOPLE)]
    add = partial(tenants.add_person, password=PASSWORD, role=User.Role.EDITOR, account=people.slave.account)
    return [add(email=email) for email in emails]


@pytest.mark.crash
def test_nobody_gets_in_and_everybody_still_does(victims: list[User], seed: int) -> None:
    chance, looked, got_in = random.Random(seed), Counter[str](), 0
    for attempt in range(ATTEMPTS):
        email = chance.choice(victims[:5] if attempt % 2 else victims).email
        place = f"203.0.{chance.randrange(2)}.{chance.randrange(PLACES // 2)}"
        was_looked_at, is_in = try_to_sign_in(email, f"{PASSWORD}{attempt}", f"198.51.100.1, {place}")
        looked[email] += was_looked_at
        got_in += is_in
    let_in = sum(try_to_sign_in(user.email, PASSWORD, "192.0.2.7")[1] for user in victims)
    assert (got_in, let_in) == (0, PEOPLE)
    assert max(looked.values()) <= guessing.MANY + guessing.USUAL + guessing.FEW * PLACES
    proof.record(
        "G16",
        "wrong passwords for many people from many addresses",
        database=connection.vendor,
        seed=seed,
        attempts=ATTEMPTS,
        people=PEOPLE,
        addresses=PLACES,
        got_in=got_in,
        kept_out=PEOPLE - let_in,
    )


def looked_at(email: str, places: list[str]) -> int:
    """Try a wrong password from each place and return how many were looked at."""
    return sum(try_to_sign_in(email, "wrong", place)[0] for place in places)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda one: f"  {one} ", lambda one: one.replace("s", "ſ")])
def test_another_spelling_of_the_email_is_no_other_person(victims: list[User], change: Callable[[str], str]) -> None:
    email = victims[0].email
    assert looked_at(email, ["203.0.113.9"] * (guessing.USUAL + 1)) < guessing.USUAL + 1
    assert looked_at(change(email), ["203.0.113.9"] * 3) == 0
    assert try_to_sign_in(change(victims[1].email), "wrong", "203.0.113.9") == (True, False)


def test_who_has_a_whole_network_of_ipv6_has_one_place(victims: list[User]) -> None:
    places = [f"2001:db8:1:2:{secrets.randbits(16):x}::{n}" for n in range(guessing.USUAL + 5)]
    assert looked_at(victims[0].email, places) <= guessing.USUAL
    assert try_to_sign_in(victims[0].email, PASSWORD, "2001:db8:1:3::1") == (True, True)


def test_who_has_many_places_gets_few_guesses_from_each(victims: list[User]) -> None:
    email = victims[0].email
    for place in range(guessing.MANY // 5):
        looked_at(email, [f"203.0.113.{place}"] * 5)
    assert looked_at(email, ["198.51.100.8"] * 6) <= guessing.FEW
    assert looked_at(victims[1].email, ["198.51.100.8"] * 4) == 4
    assert try_to_sign_in(email, PASSWORD, "192.0.2.7") == (True, True)


def guesses(known: str, number: int) -> list[str]:
    """Return keys that do not exist, every other one with a prefix that does."""
    return [f"{known if n % 2 else 'sp_' + secrets.token_hex(4)}_{secrets.token_hex(20)}" for n in range(number)]


@pytest.mark.crash
def test_no_key_is_guessed(slave: Persona) -> None:
    key, value = keys.issue(account=slave.account, actor=None)
    began = time.perf_counter()
    found = sum(keys.find(guess) is not None for guess in guesses(key.prefix, KEYS))
    took = (time.perf_counter() - began) / KEYS
    assert found == 0
    assert keys.find(value) == key
    proof.record(
        "G16",
        "guessed App-Keys, every other one with a prefix that exists",
        database=connection.vendor,
        guesses=KEYS,
        found=found,
        milliseconds_each=took * 1000,
    )


def times(guessed: list[str]) -> list[float]:
    """Return how long each look-up took."""
    took = []
    for guess in guessed:
        began = time.perf_counter()
        keys.find(guess)
        took.append(time.perf_counter() - began)
    return took


def likelihood(one: list[float], other: list[float]) -> float:
    """Return how likely two samples differ so by chance, by the test of Mann and Whitney."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_value, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    spread = (n * m * (n + m + 1) / 12) ** 0.5
    distance = abs(ranks - n * (n + 1) / 2 - n * m / 2) / spread
    return 2 * (1 - statistics.NormalDist().cdf(distance))


def test_the_time_tells_nothing_of_a_prefix_that_exists(slave: Persona) -> None:
    key, _value = keys.issue(account=slave.account, actor=None)
    times(guesses(key.prefix, 100))
    rounds = []
    for _round in range(5):
        took = times(guesses(key.prefix, 1_000))
        rounds.append(likelihood(took[::2], took[1::2]))
    # By chance alone, five rounds in a row look different once in ten thousand million runs.
    assert max(rounds) > 0.01


def test_a_look_up_by_prefix_would_be_told() -> None:
    chance = random.Random(1)
    took = [1.0 + chance.random() / 10 + 0.01 * (n % 2) for n in range(1_000)]
    assert likelihood(took[::2], took[1::2]) < 0.01
