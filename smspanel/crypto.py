"""Secrets at rest: sealed with MultiFernet, keys outside the database, each token bound to its place."""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

BLOCK: Final = 16
"""Bytes that are veiled at once."""


class CannotOpen(Exception):
    """The token was sealed with a key this installation does not have, or for another place."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(value: str, *, place: str) -> str:
    """Encrypt the value; `place` (table and row) is sealed in, so that a token cannot be moved to another row."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(json.dumps([place, value]).encode()).decode()


def unseal(token: str, *, place: str) -> str:
    """Decrypt a token that was sealed for the same place; raises CannotOpen."""
    try:
        sealed_place, value = json.loads(_box(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()))
    except InvalidToken as error:
        raise CannotOpen("No encryption key of this installation opens this secret.") from error
    if not hmac.compare_digest(sealed_place, place):
        raise CannotOpen("This secret was sealed for another row.")
    return str(value)


def rotate(token: str) -> str:
    """Seal the same value again with the newest key; raises CannotOpen."""
    try:
        return _box(tuple(settings.ENCRYPTION_KEYS)).rotate(token.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen("No encryption key of this installation opens this secret.") from error


def veil(block: bytes) -> bytes:
    """Return 16 bytes that only this installation can turn back, the same every time."""
    encryptor = _veiling().encryptor()
    return encryptor.update(block) + encryptor.finalize()


def unveil(block: bytes) -> bytes:
    """Return the 16 bytes behind veiled ones; for those of somebody else, any 16 bytes."""
    decryptor = _veiling().decryptor()
    return decryptor.update(block) + decryptor.finalize()


def _veiling() -> Cipher[modes.ECB]:
    # One block is all there ever is, so that no mode is needed: AES is a permutation of blocks that nobody can guess.
    key = hmac.digest(settings.SECRET_KEY.encode(), b"smspanel.veil", "sha256")
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # one block


def digest(value: str) -> str:
    """Return the SHA-256 of a high-entropy secret, for looking it up."""
    return hashlib.sha256(value.encode()).hexdigest()
