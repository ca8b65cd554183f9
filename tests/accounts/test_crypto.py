"""Secrets at rest: what opens a sealed value, and what does not."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from smspanel import crypto

PLACE = "accounts.Connection:1"


@pytest.mark.parametrize("value", ["", "token", "zażółć €😀", "x" * 10_000, '"quoted"\n\0'])
def test_a_sealed_value_opens_in_its_place(value: str) -> None:
    token = crypto.seal(value, place=PLACE)
    assert crypto.unseal(token, place=PLACE) == value
    assert len(value) < 5 or value not in token


def test_the_same_value_never_looks_the_same() -> None:
    assert crypto.seal("token", place=PLACE) != crypto.seal("token", place=PLACE)


@pytest.mark.parametrize("place", ["accounts.Connection:2", "accounts.AppKey:1", ""])
def test_a_token_that_was_moved_to_another_row_does_not_open(place: str) -> None:
    with pytest.raises(crypto.CannotOpen, match="another row"):
        crypto.unseal(crypto.seal("token", place=PLACE), place=place)


@pytest.mark.parametrize("change", ["", "garbage", "ł", "gAAAAAB="])
def test_what_is_no_token_does_not_open(change: str) -> None:
    with pytest.raises(crypto.CannotOpen, match="No encryption key"):
        crypto.unseal(change, place=PLACE)


def test_a_token_that_was_tampered_with_does_not_open() -> None:
    token = crypto.seal("token", place=PLACE)
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(token[:middle] + other + token[middle + 1 :], place=PLACE)


def test_a_token_of_another_installation_does_not_open(settings: Settings) -> None:
    token = crypto.seal("token", place=PLACE)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(crypto.CannotOpen, match="No encryption key"):
        crypto.unseal(token, place=PLACE)


def test_old_tokens_open_while_the_old_key_is_kept_behind_the_new_one(settings: Settings) -> None:
    old, new = settings.ENCRYPTION_KEYS, Fernet.generate_key().decode()
    before = crypto.seal("token", place=PLACE)
    settings.ENCRYPTION_KEYS = [new, *old]
    assert crypto.unseal(before, place=PLACE) == "token"
    after = crypto.seal("token", place=PLACE)
    settings.ENCRYPTION_KEYS = old
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(after, place=PLACE)


def test_a_rotated_token_opens_without_the_old_key(settings: Settings) -> None:
    new = Fernet.generate_key().decode()
    token = crypto.seal("token", place=PLACE)
    settings.ENCRYPTION_KEYS = [new, *settings.ENCRYPTION_KEYS]
    rotated = crypto.rotate(token)
    settings.ENCRYPTION_KEYS = [new]
    assert crypto.unseal(rotated, place=PLACE) == "token"


def test_a_digest_is_the_sha_256_in_hexadecimal() -> None:
    assert crypto.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
