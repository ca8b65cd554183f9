"""The words with which people ask not to be written to any more, or to be written to again (E5)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

STOP_WORDS: Final = frozenset(
    {
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "CANCEL",
        "REVOKE",
        "OPTOUT",
        "WYPISZ",
        "REZYGNUJE",
        "NIE CHCE",
        "ANULUJ",
        "USUN",
    }
)

START_WORDS: Final = frozenset({"START", "UNSTOP", "WZNOW", "WRACAM", "PRZYWROC"})
MOST_WORDS: Final = 8
"""Whoever writes more than so many words says something else, which is in the inbox anyway."""
LEAST_LETTERS: Final = 4
"""A shorter stop word with a slip in it is just another word."""

# Neither is a letter with a mark that decomposition would take off.
_LETTERS: Final = str.maketrans({"Ł": "L", "ł": "l"})
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+\Z")


def asks_to_stop(text: str) -> bool:
    """Say whether the whole text is a stop word, whatever its case, accents, spaces and punctuation around it."""
    return _plain(text) in STOP_WORDS


def asks_to_start(text: str) -> bool:
    """Say whether the whole text is a word with which people come back."""
    return _plain(text) in START_WORDS


def nearly_asks_to_stop(text: str) -> bool:
    """Say whether a short text that is no stop word holds one, or is one but for spaces or a slip of the thumb."""
    words = re.findall(r"\w+", _plain(text))
    if asks_to_stop(text) or not words or len(words) > MOST_WORDS:
        return False
    line, together = f" {' '.join(words)} ", "".join(words)
    return any(
        f" {stop} " in line or _is_near(together, stop.replace(" ", "")) or any(_is_near(word, stop) for word in words)
        for stop in STOP_WORDS
    )


def _is_near(word: str, stop: str) -> bool:
    """Say whether a word is a stop word, or one slip away: a letter too many, too few, wrong, or two swapped."""
    if word == stop:
        return True
    if len(stop) < LEAST_LETTERS or abs(len(word) - len(stop)) > 1:
        return False
    shorter, longer = sorted((word, stop), key=len)
    start = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    swapped = word[:start] + word[start : start + 2][::-1] + word[start + 2 :]
    return word[start + 1 :] == stop[start + 1 :] or swapped == stop


def _plain(text: str) -> str:
    """Return the words of a text in plain capitals, without what is neither a letter nor a digit around them."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    visible = "".join(
        character
        for character in decomposed
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    return " ".join(_AROUND.sub("", visible).upper().split())
