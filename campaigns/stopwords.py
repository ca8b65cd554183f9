"""The words with which people ask not to be written to any more (E5)."""

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

# Neither is a letter with a mark that decomposition would take off.
_LETTERS: Final = str.maketrans({"Ł": "L", "ł": "l"})
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+\Z")


def asks_to_stop(text: str) -> bool:
    """Say whether the whole text is a stop word, whatever its case, accents, spaces and punctuation around it."""
    return _plain(text) in STOP_WORDS


def _plain(text: str) -> str:
    """Return the words of a text in plain capitals, without what is neither a letter nor a digit around them."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    visible = "".join(
        character
        for character in decomposed
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    return " ".join(_AROUND.sub("", visible).upper().split())
