"""A sealed file is opened by the keys of this installation alone, whole and unchanged or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from cryptography.fernet import Fernet

from smspanel import sealed_files
from smspanel.sealed_files import CHUNK, TAG, CannotRead

SECRET = b"48500100200 Ala "


def sealed(plain: bytes) -> bytes:
    """Seal some bytes."""
    target = io.BytesIO()
    sealed_files.seal(io.BytesIO(plain), target)
    return target.getvalue()


def opened(data: bytes) -> bytes:
    """Open them again."""
    target = io.BytesIO()
    sealed_files.unseal(io.BytesIO(data), target)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_is_opened_as_it_was(size: int) -> None:
    plain = (SECRET * (size // len(SECRET) + 1))[:size]
    data = sealed(plain)
    assert opened(data) == plain
    assert SECRET not in data
    assert sealed(plain)[-TAG:] != data[-TAG:]


def test_a_changed_byte_anywhere_is_noticed() -> None:
    data = sealed(SECRET * 4)
    for place in range(len(data)):
        with pytest.raises(CannotRead):
            opened(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_what_is_cut_off_is_noticed_at_every_place() -> None:
    data = sealed(SECRET * 4)
    for place in range(len(data)):
        with pytest.raises(CannotRead):
            opened(data[:place])


def test_chunks_that_are_left_out_moved_or_added_are_noticed() -> None:
    data = sealed(SECRET * (3 * CHUNK // len(SECRET)))
    size = CHUNK + TAG
    start = len(data) - 3 * size
    head, one, two, three = data[:start], *(data[start + n * size : start + (n + 1) * size] for n in range(3))
    for parts in ([one, two], [one, three], [two, one, three], [one, one, two, three], [one, two, three, three]):
        with pytest.raises(CannotRead):
            opened(head + b"".join(parts))


def test_other_keys_do_not_open_it_and_older_ones_do(settings: Any) -> None:
    data, own = sealed(SECRET), list(settings.ENCRYPTION_KEYS)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *own]
    assert opened(data) == SECRET
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    with pytest.raises(CannotRead, match="No encryption key"):
        opened(data)
