"""The simulator's own counting of parts."""

from __future__ import annotations

import pytest

from smspanel.simulator.parts import count_parts, is_gsm, to_gsm


@pytest.mark.parametrize(
    "text, parts",
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 918, 6),
        ("a" * 158 + "{", 1),
        ("a" * 159 + "€", 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ą" * 70, 1),
        ("ą" * 71, 2),
        ("ą" * 134, 2),
        ("ą" * 135, 3),
        ("a" * 159 + "ą", 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
        ("Zażółć gęślą jaźń", 1),
    ],
)
def test_parts_are_packed_greedily(text: str, parts: int) -> None:
    assert count_parts(text, ucs2=False) == parts


def test_ucs2_is_counted_when_it_is_asked_for() -> None:
    assert count_parts("a" * 71, ucs2=True) == 2


@pytest.mark.parametrize(
    "text, plain",
    [
        ("ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ", "acelnoszz ACELNOSZZ"),
        ("„a” – b…", '"a" - b.'),
        ("ść 😀 Ж", "sc ? ?"),
        ("€ ß é à", "€ ß é à"),
    ],
)
def test_diacritics_are_dropped(text: str, plain: str) -> None:
    assert to_gsm(text) == plain
    assert is_gsm(plain)
