"""What reads as a phone number is masked, and nothing else."""

from __future__ import annotations

import pytest

from smspanel import masking


@pytest.mark.parametrize(
    "text, shown",
    [
        ("48500100205", "48 500 *** *05"),
        ("+48500100205", "+48 500 *** *05"),
        ("500100205", "500 *** *05"),
        ("500 100 205", "500 *** *05"),
        ("500-100-205", "500 *** *05"),
        ("500\u00a0100\u00a0205", "500 *** *05"),
        ("+48 500 100 205", "+48 500 *** *05"),
        ("(+48) 500.100.205", "(+48 500 *** *05"),
        ("0048500100205", "00 485 *** *** 05"),
        ("4915123456789", "49 151 *** *** 89"),
        ("22 123 45 67", "221 *** *67"),
        ("500100205, 500100206", "500 *** *05, 500 *** *06"),
        ("500100205-500100206", "500 *** *05-500 *** *06"),
        ("x48500100205_2", "x48 500 *** *05_2"),
        ("to 485001002…", "to 485 *** *02…"),
        ("to 48500100…", "to 48500***…"),
        ('<a href="/x?q=48500100205">', '<a href="/x?q=48 500 *** *05">'),
    ],
)
def test_a_number_keeps_its_beginning_and_its_end(text: str, shown: str) -> None:
    assert masking.mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 05:18:30",
        "2026-11-22 05",
        "22.11.2026 05",
        "192.168.100.200",
        "12345678",
        "1\u00a0234\u00a0567\u00a0890",
        "1,000,000,000",
        "12345678901234567890",
        "12345678-1234-4234-8234-123456789012",
        '<link href="/static/smspanel/panel.123456789012.css">',
        '<i style="width: 33.333333333%">',
        "<style>a { margin: 0.123456789012em }</style>",
        '<svg><path d="M12 345 67.89 012 345"/></svg>',
        '<input name="text" value="Call 500100205">',
        "<textarea name='text'>Call 500 100 205</textarea>",
    ],
)
def test_what_is_no_number_or_stands_in_a_box_is_left_alone(text: str) -> None:
    assert masking.mask(text) == text


@pytest.mark.parametrize("typed", ["48500100205", "500 100 205", "+48 500-100-205", "0048500100205", "x 500100205 y"])
def test_what_was_just_typed_is_shown_and_nothing_beside_it(typed: str) -> None:
    known = masking.numbers_in([typed])
    assert masking.mask("48500100205 500100205 48500100206", typed=known) == "48500100205 500100205 48 500 *** *06"


def test_pages_of_numbers_are_closed_and_others_are_not() -> None:
    closed = ("person", "person-erase", "api", "postback-secret", "admin:accounts_appkey_changelist", "download")
    assert all(masking.is_closed(name) for name in closed)
    opened = ("campaign", "points", "admin:index", "admin:accounts_user_changelist", "personal", "campaign-plan")
    assert not any(masking.is_closed(name) for name in opened)
