"""What a message says and how many parts it takes; composer, plan, price and send all ask here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext as _

GSM7_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = "\f^{}\\[~]|€"
OPT_OUT = "optout"
"""The tag for the link by which the recipient leaves; every recipient has another."""
MERGE_TAGS = ("first_name", "last_name", "middle_name", "number", *(f"note_{n}" for n in range(1, 11)), OPT_OUT)


class Alphabet(StrEnum):
    """The two encodings a phone understands."""

    GSM7 = "GSM7"
    UCS2 = "UCS2"


class CharacterPolicy(StrEnum):
    """What a campaign does with characters outside the GSM-7 alphabet."""

    REFUSE = "REFUSE"
    TRANSLITERATE = "TRANSLITERATE"
    UNICODE = "UNICODE"


class Count(NamedTuple):
    """The size of a text: septets (GSM-7) or UTF-16 code units (UCS-2), and the parts they are sent in.

    `per_part` is what one part holds at this length; `remaining` is what the last part can still take.
    """

    alphabet: Alphabet
    units: int
    parts: int
    per_part: int
    remaining: int


class CharactersError(ValueError):
    """Characters of a text cannot go out under its character policy."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(characters)
        self.characters = characters

    @property
    def listing(self) -> str:
        """Name the characters for a person."""
        return ", ".join(map(describe, self.characters))


class NeedsUnicode(CharactersError):
    """The text needs the costlier alphabet and the campaign forbids it."""

    def __str__(self) -> str:
        sentence = _(
            "The text holds characters outside the plain SMS alphabet: %(characters)s. Replace them, or send "
            "the text without accents or as Unicode (70 characters in a part instead of 160)."
        )
        return sentence % {"characters": self.listing}


class NotExpressible(CharactersError):
    """No plain spelling of these characters exists."""

    def __str__(self) -> str:
        sentence = _("No plain spelling exists for %(characters)s. Remove them, or choose to send as Unicode.")
        return sentence % {"characters": self.listing}


_OUTSIDE_GSM7 = re.compile(f"[^{re.escape(GSM7_BASIC + GSM7_EXTENSION)}]")
_TWO_SEPTETS = re.compile(f"[{re.escape(GSM7_EXTENSION)}]")
_TWO_CODE_UNITS = re.compile("[\U00010000-\U0010ffff]")
# Stands for any character of two units: the first half must not be the last unit of a part.
_PAIR = "\ud800\udc00"
_SIZES = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}


@lru_cache(maxsize=8192)
def count(text: str) -> Count:
    """Count the units and parts of a text as the network will; an empty text has no parts."""
    if _OUTSIDE_GSM7.search(text) is None:
        alphabet, units = Alphabet.GSM7, _TWO_SEPTETS.sub(_PAIR, text)
    else:
        alphabet, units = Alphabet.UCS2, _TWO_CODE_UNITS.sub(_PAIR, text)
    single, joined = _SIZES[alphabet]
    length = len(units)
    if length <= single:
        return Count(alphabet, length, int(length > 0), single, single - length)
    parts, remaining = _packed(units, joined) if _PAIR in units else _divided(length, joined)
    return Count(alphabet, length, parts, joined, remaining)


def overflow(text: str) -> int:
    """Return by how many units a text of several parts is too long for one part less, pairs at their edges aside."""
    counted = count(text)
    if counted.parts < 2:
        return 0
    single, joined = _SIZES[counted.alphabet]
    return counted.units - (single if counted.parts == 2 else (counted.parts - 1) * joined)


def _divided(length: int, size: int) -> tuple[int, int]:
    parts = -(-length // size)
    return parts, parts * size - length


def _packed(units: str, size: int) -> tuple[int, int]:
    """Fill part after part, moving a pair that would be cut to the next one."""
    parts = end = start = 0
    while end < len(units):
        start, end = end, end + size
        if end < len(units) and "\ud800" <= units[end - 1] <= "\udbff":
            end -= 1
        parts += 1
    return parts, start + size - len(units)


def offending(text: str) -> tuple[str, ...]:
    """Return the distinct characters that force UCS-2, in their order."""
    return tuple(dict.fromkeys(_OUTSIDE_GSM7.findall(text)))


def describe(character: str) -> str:
    """Name a character so that a person can find it: itself if it shows, else its Unicode name."""
    if character.isprintable() and not character.isspace() and not unicodedata.combining(character):
        return character
    name = unicodedata.name(character, _("control character"))
    return f"{name.lower()} (U+{ord(character):04X})"


def apply_policy(text: str, policy: CharacterPolicy) -> str:
    """Return the text as it may go out, with composed accents and one-unit line ends.

    Raises NeedsUnicode (REFUSE) or NotExpressible (TRANSLITERATE) with the characters in the way.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    strangers = () if policy == CharacterPolicy.UNICODE else offending(text)
    if not strangers:
        return text
    if policy == CharacterPolicy.REFUSE:
        raise NeedsUnicode(strangers)
    plain = {ord(character): _plain(character) for character in strangers}
    if missing := tuple(character for character in strangers if plain[ord(character)] is None):
        raise NotExpressible(missing)
    return text.translate(plain)


def plain(text: str) -> str:
    """Return the text with a plain spelling of every character that has one; the others stay."""
    text = unicodedata.normalize("NFC", text)
    spellings = {ord(character): _plain(character) for character in offending(text)}
    return text.translate({code: spelling for code, spelling in spellings.items() if spelling is not None})


# Unicode does not decompose these, or not into what people would type on a phone.
_SPELLINGS = {
    **dict(zip("łŁđĐðÐħĦıŧŦŋŊĸ−⁄•·×÷µ¦\t\v", "lLdDdDhHitTnNk-/**x:u| \n", strict=True)),
    **dict.fromkeys("„“”‟«»″", '"'),
    **dict.fromkeys("‘’‚‛‹›′`´ʼ", "'"),
    **dict.fromkeys("\x85\u2028\u2029", "\n"),
} | {"œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ẞ": "SS", "©": "(C)", "®": "(R)"}
_BY_CATEGORY = {"Zs": " ", "Pd": "-", "Mn": "", "Me": "", "Cf": ""}


def _plain(character: str) -> str | None:
    """Spell one character in GSM-7, or return None if nobody would recognise it."""
    if (spelling := _SPELLINGS.get(character)) is not None:
        return spelling
    if (spelling := _BY_CATEGORY.get(unicodedata.category(character))) is not None:
        return spelling
    apart = unicodedata.normalize("NFKD", character)
    if apart == character:
        return None
    letters = (_SPELLINGS.get(letter, letter) for letter in apart if not unicodedata.combining(letter))
    spelling = "".join(letters).strip()
    return spelling if spelling and not _OUTSIDE_GSM7.search(spelling) else None


_KNOWN_TAG = re.compile(f"#({'|'.join(sorted(MERGE_TAGS, key=len, reverse=True))})#")
_ANY_TAG = re.compile(r"#([^\W\d]\w{0,40})#")


def tags(text: str) -> tuple[str, ...]:
    """Return the names of the merge tags in a text, each once."""
    return tuple(dict.fromkeys(_KNOWN_TAG.findall(text)))


def unknown_tags(text: str) -> tuple[str, ...]:
    """Return what looks like a merge tag but would be sent as it stands, as written, each once."""
    rest = _KNOWN_TAG.sub(" ", text)
    return tuple(dict.fromkeys(match[0] for match in _ANY_TAG.finditer(rest)))


def render(text: str, values: Mapping[str, str]) -> str:
    """Put one recipient's values in place of the merge tags; a tag inside a value stays as it is."""
    if "#" not in text:
        return text
    return _KNOWN_TAG.sub(lambda tag: values.get(tag[1], ""), text)


_ONLY_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")


def decode_percent(text: str) -> str:
    """Decode %HH once if every % begins one and the bytes are UTF-8; + is never a space (JS-25)."""
    if "%" not in text or _ONLY_ESCAPES.fullmatch(text) is None:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
