"""Merge tags are replaced, never interpreted (S22); percent signs are decoded at most once (JS-25)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.text import MERGE_TAGS, decode_percent, render, tags, unknown_tags


def test_every_tag_takes_the_value_of_its_recipient() -> None:
    values = {name: name.upper() for name in MERGE_TAGS}
    text = " ".join(f"#{name}#" for name in MERGE_TAGS)
    assert render(text, values) == " ".join(name.upper() for name in MERGE_TAGS)
    assert tags(text + text) == MERGE_TAGS


@pytest.mark.parametrize(
    "text, sent",
    [
        ("Hi #first_name#!", "Hi Łukasz!"),
        ("#last_name#", ""),
        ("#first_name##number#", "Łukasz48500100200"),
        ("##first_name##", "#Łukasz#"),
        ("#note_1#", "#first_name#"),
        ("#note_10#", "ten"),
        ("#First_Name# #note_11# # #", "#First_Name# #note_11# # #"),
        ("{first_name} {0.__class__} {{settings.SECRET_KEY}} %(number)s", None),
    ],
)
def test_only_known_tags_are_replaced_and_only_once(text: str, sent: str | None) -> None:
    values = {"first_name": "Łukasz", "number": "48500100200", "note_1": "#first_name#", "note_10": "ten"}
    assert render(text, values) == (text if sent is None else sent)


@pytest.mark.parametrize(
    "text, unknown",
    [
        ("#first_name# and #note_10#", ()),
        ("#imię# #First_Name# #imię#", ("#imię#", "#First_Name#")),
        ("#note_0# #note_11#", ("#note_0#", "#note_11#")),
        ("#1 in town, #2 in the country #", ()),
        ("#first_name#surname#", ()),
    ],
)
def test_a_mistyped_tag_is_reported(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_tags(text) == unknown


pieces = st.lists(st.sampled_from([*(f"#{name}#" for name in MERGE_TAGS), "a", " ", "ż", "{}", "%s"]))


@given(pieces.map("".join), st.text("ABŁ", min_size=1))
def test_no_known_tag_is_left(text: str, value: str) -> None:
    assert tags(render(text, dict.fromkeys(MERGE_TAGS, value))) == ()


@given(st.text())
def test_a_text_without_tags_is_sent_as_it_stands(text: str) -> None:
    if not tags(text):
        assert render(text, {"first_name": "X"}) == text


@pytest.mark.parametrize(
    "text, decoded",
    [
        ("50% rabatu", "50% rabatu"),
        ("50%25", "50%"),
        ("50%25 i 10%", "50%25 i 10%"),
        ("%2525", "%25"),
        ("a+b", "a+b"),
        ("a%2Bb+c", "a+b+c"),
        ("ą", "ą"),
        ("Za%C5%BC%C3%B3%C5%82%C4%87", "Zażółć"),
        ("%zz", "%zz"),
        ("%41%", "%41%"),
        ("%ff", "%ff"),
        ("line%0Afeed\nkept", "line\nfeed\nkept"),
    ],
)
def test_percent_is_decoded_once_and_only_if_all_of_it_can_be(text: str, decoded: str) -> None:
    assert decode_percent(text) == decoded
