"""Files that only this installation opens: encrypted in chunks, so that their size does not matter.

A file begins with a mark and the length of a token: the file's own key, sealed with the encryption keys. AES-256-GCM
chunks follow, each with its number and whether it is the last one in its nonce, so that none can be changed, moved,
left out or cut off unnoticed (the STREAM construction).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from smspanel import crypto

MARK: Final = b"smspanel sealed 1\n"
CHUNK: Final = 1 << 20
TAG: Final = 16
_PLACE: Final = "sealed file"


class CannotRead(Exception):
    """A file that was not sealed here, or was changed or cut off since; the message says which."""


def is_sealed(path: Path) -> bool:
    """Say whether a file begins like a sealed one."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def seal(source: BinaryIO, target: BinaryIO) -> None:
    """Encrypt what the source holds."""
    key = AESGCM.generate_key(bit_length=256)
    token = crypto.seal(key.hex(), place=_PLACE).encode()
    target.write(MARK + struct.pack(">H", len(token)) + token)
    box = AESGCM(key)
    target.writelines(box.encrypt(nonce, chunk, None) for nonce, chunk in _chunks(source, CHUNK))


def unseal(source: BinaryIO, target: BinaryIO) -> None:
    """Decrypt what the source holds; raises CannotRead, and what the target then holds is not to be used."""
    if source.read(len(MARK)) != MARK:
        raise CannotRead("This is not a sealed file of the panel.")
    try:
        (length,) = struct.unpack(">H", source.read(2))
        box = AESGCM(bytes.fromhex(crypto.unseal(source.read(length).decode(), place=_PLACE)))
        target.writelines(box.decrypt(nonce, chunk, None) for nonce, chunk in _chunks(source, CHUNK + TAG))
    except crypto.CannotOpen as error:
        raise CannotRead("No encryption key of this installation opens this file.") from error
    except (InvalidTag, struct.error, ValueError) as error:
        raise CannotRead("This file is damaged or cut off.") from error


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Return the chunks of a stream with their nonces; a stream that is empty has one empty chunk."""
    number, chunk = 0, source.read(size)
    while True:
        after = source.read(size)
        yield struct.pack(">QI", number, not after), chunk
        if not after:
            return
        number, chunk = number + 1, after
