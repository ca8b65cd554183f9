"""Mask secrets in whatever is logged or stored."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

MASK = "***"


def redact(text: str, secrets: Collection[str]) -> str:
    """Mask the secrets in a text, also percent-encoded, JSON-escaped or inside base64 such as Basic auth."""
    pattern = pattern_of(secrets)
    return pattern.sub(MASK, text) if pattern else text


def beginning(text: str, secrets: Collection[str], length: int) -> str:
    """Return so many characters from the beginning of a text, masked; the rest of a long one is not looked at.

    What is cut off first may leave half a secret, which nothing recognises any more; this does not.
    """
    pattern = pattern_of(secrets)
    if pattern is None:
        return text[:length]
    pieces, end = [], 0
    # The pattern names every spelling, so none that begins before the cut ends after its length.
    for found in pattern.finditer(text, 0, length + len(pattern.pattern)):
        if found.start() >= length:
            break
        pieces += [text[end : found.start()], MASK]
        end = found.end()
    return "".join([*pieces, text[end:length]])[:length]


def pattern_of(secrets: Collection[str]) -> re.Pattern[str] | None:
    """Return what finds the secrets however they are spelled, for looking through many texts; None for no secret."""
    spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if spellings else None


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
    for piece in _base64_pieces(secret.encode()):
        yield piece
        yield piece.replace("+", "-").replace("/", "_")
        yield quote(piece, safe="")


def _base64_pieces(secret: bytes) -> Iterator[str]:
    """Yield what the secret looks like inside base64, wherever it begins in a group of three bytes."""
    for before in range(3):
        encoded = b64encode(bytes(before) + secret).decode().rstrip("=")
        depends_on_what_follows = (before + len(secret)) % 3 != 0
        piece = encoded[(0, 2, 3)[before] : len(encoded) - depends_on_what_follows]
        if len(piece) >= 6:  # a shorter one is found in innocent texts
            yield piece
