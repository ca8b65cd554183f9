"""Finds forbidden words in texts, however they are spelled: case and accents make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NOT_DECOMPOSED = str.maketrans("łŁ", "lL")
_GAP = re.compile(r"[^\w]+|_+")


def folded(text: str) -> str:
    """Return the words of a text in lower case, without accents, one space between them."""
    bare = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED)).casefold()
    return _GAP.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Forbidden words and phrases, ready to be looked for."""

    words: dict[str, str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Dictionary:
        """Return a dictionary of these words."""
        return cls({folded(word): word for word in words if folded(word)})

    def found_in(self, text: str) -> list[str]:
        """Return the words that stand in the text as whole words, as the dictionary spells them."""
        if not self.words:
            return []
        padded = f" {folded(text)} "
        return [word for bare, word in self.words.items() if f" {bare} " in padded]
