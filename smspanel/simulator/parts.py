"""How many SMS a text takes, counted by the simulator itself and not by the panel's rules."""

from __future__ import annotations

import unicodedata

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
PLAIN = str.maketrans("łŁ„”“–—…’‘‚«»\u00a0\t`", 'lL"""--.\'\'\'""  \'')


def is_gsm(text: str) -> bool:
    """Say whether every character is in the GSM 03.38 alphabet or its extension."""
    return not set(text) - GSM_BASIC - GSM_EXTENDED


def packed(widths: list[int], single: int, per_part: int) -> int:
    """Count the parts when characters of these widths are packed greedily and none is cut in two."""
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > per_part:
            parts, used = parts + 1, 0
        used += width
    return parts


def count_parts(text: str, *, ucs2: bool) -> int:
    """Count the parts of the text in UCS-2, or in GSM-7 when ucs2 is false and every character fits."""
    if ucs2 or not is_gsm(text):
        return packed([2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67)
    return packed([2 if character in GSM_EXTENDED else 1 for character in text], 160, 153)


def to_gsm(text: str) -> str:
    """Drop diacritics, and put a question mark for whatever still is not in the GSM alphabet."""
    if is_gsm(text):
        return text
    return "".join(_to_gsm(character) for character in text.translate(PLAIN))


def _to_gsm(character: str) -> str:
    if is_gsm(character):
        return character
    bare = unicodedata.normalize("NFKD", character)[:1]
    return bare if is_gsm(bare) else "?"
