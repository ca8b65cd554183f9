"""Parts are packed as the network packs them (contract E1, protocols 0.7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.text import GSM7_BASIC, GSM7_EXTENSION, Alphabet, count

POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
GSM7, UCS2 = Alphabet.GSM7, Alphabet.UCS2

VECTORS = [
    ("", GSM7, 0, 0),
    ("a" * 160, GSM7, 160, 1),
    ("a" * 161, GSM7, 161, 2),
    ("a" * 306, GSM7, 306, 2),
    ("a" * 307, GSM7, 307, 3),
    ("a" * 918, GSM7, 918, 6),
    ("a" * 158 + "{", GSM7, 160, 1),
    ("a" * 159 + "{", GSM7, 161, 2),
    ("a" * 159 + "€", GSM7, 161, 2),
    ("€" * 80, GSM7, 160, 1),
    ("€" * 81, GSM7, 162, 2),
    ("€" * 153, GSM7, 306, 3),
    ("a" * 152 + "€" + "a" * 10, GSM7, 164, 2),
    ("a" * 152 + "€" + "a" * 152, GSM7, 306, 3),
    ("ą" * 70, UCS2, 70, 1),
    ("ą" * 71, UCS2, 71, 2),
    ("ą" * 134, UCS2, 134, 2),
    ("ą" * 135, UCS2, 135, 3),
    ("a" * 159 + "ą", UCS2, 160, 3),
    ("😀" * 35, UCS2, 70, 1),
    ("😀" * 36, UCS2, 72, 2),
    ("😀" * 67, UCS2, 134, 3),
    ("Zażółć gęślą jaźń", UCS2, 17, 1),
    ("a" * 160 + "\r\n", GSM7, 162, 2),
]


@pytest.mark.parametrize("text, alphabet, units, parts", VECTORS)
def test_the_checked_vectors_hold(text: str, alphabet: Alphabet, units: int, parts: int) -> None:
    assert count(text)[:3] == (alphabet, units, parts)


@pytest.mark.parametrize("character", POLISH + "„”–…’`\t\xa0ç")
def test_one_character_outside_the_table_makes_the_text_unicode(character: str) -> None:
    assert count("a" + character).alphabet is UCS2


def test_the_plain_table_has_127_characters_of_one_unit_and_10_of_two() -> None:
    assert {count(character)[:2] for character in GSM7_BASIC} == {(GSM7, 1)}
    assert {count(character)[:2] for character in GSM7_EXTENSION} == {(GSM7, 2)}
    assert (len(set(GSM7_BASIC)), len(set(GSM7_EXTENSION))) == (127, 10)


@pytest.mark.parametrize(
    "text, per_part, remaining",
    [
        ("", 160, 160),
        ("a" * 100, 160, 60),
        ("a" * 161, 153, 145),
        ("a" * 152 + "€" + "a" * 10, 153, 141),
        ("ą" * 10, 70, 60),
        ("ą" * 71, 67, 63),
    ],
)
def test_what_still_fits_is_told(text: str, per_part: int, remaining: int) -> None:
    assert count(text)[3:] == (per_part, remaining)


gsm_texts = st.text(st.sampled_from(GSM7_BASIC[:40] + GSM7_EXTENSION), max_size=700)
unicode_texts = st.text(st.sampled_from("aą😀🏳"), min_size=1, max_size=300).map(lambda text: "ż" + text)
long_texts = st.tuples(gsm_texts | unicode_texts, st.integers(1, 4)).map(lambda pair: pair[0] * pair[1])


def pack_one_by_one(text: str, *, gsm: bool) -> int:
    """Lay character after character into parts, the slow and obvious way."""
    widths = [2 if (c in GSM7_EXTENSION if gsm else ord(c) > 0xFFFF) else 1 for c in text]
    single, joined = (160, 153) if gsm else (70, 67)
    if sum(widths) <= single:
        return int(bool(text))
    parts = used = 0
    for width in widths:
        if not parts or used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts


@given(long_texts)
def test_the_fast_count_equals_the_slow_one(text: str) -> None:
    gsm = set(text) <= set(GSM7_BASIC + GSM7_EXTENSION)
    assert count(text).parts == pack_one_by_one(text, gsm=gsm)


@given(long_texts, st.integers(0, 700))
def test_a_longer_text_never_has_fewer_parts(text: str, cut: int) -> None:
    assert count(text[:cut]).parts <= count(text).parts


@given(long_texts.filter(bool))
def test_what_remains_fits_and_one_more_does_not(text: str) -> None:
    before = count(text)
    filler = "a" * before.remaining
    assert count(text + filler).parts == before.parts
    assert count(text + filler + "a").parts > before.parts
