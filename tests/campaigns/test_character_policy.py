"""A campaign refuses, respells or keeps characters outside GSM-7; nothing becomes a silent question mark."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.text import (
    Alphabet,
    CharacterPolicy,
    NeedsUnicode,
    NotExpressible,
    apply_policy,
    count,
    offending,
)

REFUSE, TRANSLITERATE, UNICODE = CharacterPolicy


def test_offending_characters_are_named_once_and_in_order() -> None:
    assert offending("żółw: €5 ż") == ("ż", "ó", "ł")


def test_refusal_lists_the_characters_even_invisible_ones() -> None:
    with pytest.raises(NeedsUnicode) as caught:
        apply_policy("a\u00a0łb", REFUSE)
    assert caught.value.characters == ("\u00a0", "ł")
    assert "no-break space (U+00A0), ł" in str(caught.value)


@pytest.mark.parametrize(
    "text, plain",
    [
        ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ"),
        ("„Tak” – powiedział…", '"Tak" - powiedzial...'),
        ("l’été à\u00a0Noël", "l'été à Noel"),
        ("`kod`\tcena", "'kod' cena"),
        ("10\u202f000 m² ½", "10 000 m2 1/2"),
        ("ﬁrma™ © Œuvre", "firmaTM (C) OEuvre"),
        ("zero\u200bwidth\u00adhyphen", "zerowidthhyphen"),
        ("one\u2028two", "one\ntwo"),
        ("Ärger, ñandú, €{}", "Ärger, ñandu, €{}"),
    ],
)
def test_transliteration_spells_what_people_would_type(text: str, plain: str) -> None:
    assert apply_policy(text, TRANSLITERATE) == plain


@pytest.mark.parametrize("character", ["😀", "ж", "中", "\x00", "\ufffd", "°"])
def test_what_cannot_be_spelled_is_refused_by_name(character: str) -> None:
    with pytest.raises(NotExpressible) as caught:
        apply_policy(f"ż{character}", TRANSLITERATE)
    assert caught.value.characters == (character,)
    assert str(caught.value)


@pytest.mark.parametrize("policy", CharacterPolicy)
def test_line_ends_and_composed_accents_cost_one_unit(policy: CharacterPolicy) -> None:
    assert apply_policy("e\u0301\r\nb\rc", policy) == "é\nb\nc"


def test_unicode_is_kept() -> None:
    assert apply_policy("Zażółć 😀", UNICODE) == "Zażółć 😀"


@given(st.text())
def test_a_transliterated_text_is_always_plain_and_holds_no_new_question_mark(text: str) -> None:
    try:
        plain = apply_policy(text, TRANSLITERATE)
    except NotExpressible:
        return
    assert count(plain).alphabet is Alphabet.GSM7
    assert plain.count("?") == unicodedata.normalize("NFKD", text).count("?")
