"""The live counter names what makes a text dear, and spells it plainly."""

from __future__ import annotations

import pytest

from campaigns import text
from tests.personas import Persona


def counter(persona: Persona, draft: str, policy: str = "UNICODE") -> str:
    page: str = persona.client.post("/campaigns/count/", {"text": draft, "policy": policy}).content.decode()
    return page


@pytest.mark.parametrize(
    ("draft", "policy", "told"),
    [
        ("a" * 150, "UNICODE", ["GSM7", "10 characters left", "160 in a part"]),
        ("a" * 161, "UNICODE", ["2 parts", "145 characters left", "153 in a part"]),
        ("ą", "UNICODE", ["UCS2", "69 characters left", "70 in a part"]),
        ("ą", "TRANSLITERATE", ["GSM7", "159 characters left"]),
    ],
)
def test_alphabet_parts_and_room_are_shown(slave: Persona, draft: str, policy: str, told: list[str]) -> None:
    page = counter(slave, draft, policy)
    assert all(words in page for words in told), page


def test_each_character_outside_the_alphabet_is_named_once(slave: Persona) -> None:
    page = counter(slave, "Zażółć\u00a0żółw")
    for name in ("ż", "ó", "ł", "ć", "no-break space (U+00A0)"):
        assert page.count(f'<code class="sp-strong">{name}</code>') == 1


def test_the_plain_spelling_is_offered(slave: Persona) -> None:
    assert 'data-plain="Zazolc &quot;gesla&quot;"' in counter(slave, "Zażółć „gęślą”")


def test_what_has_no_plain_spelling_stays_and_is_not_offered(slave: Persona) -> None:
    assert 'data-plain="Zolw 😀"' in counter(slave, "Żółw 😀")
    assert "data-plain" not in counter(slave, "Hello 😀")


def test_a_plain_text_has_nothing_to_replace(slave: Persona) -> None:
    assert 'id="strangers"' not in counter(slave, "Hello ü")


def test_plain_spellings_are_those_of_the_policy() -> None:
    draft = "Zażółć „gęślą” – jaźń…"
    assert text.plain(draft) == text.apply_policy(draft, text.CharacterPolicy.TRANSLITERATE)
