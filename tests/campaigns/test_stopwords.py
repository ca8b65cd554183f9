"""A whole text that is a stop word is one, however it is written; a longer text never is (E5)."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.stopwords import STOP_WORDS, asks_to_stop

AROUND = st.text(string.punctuation + string.whitespace + "„”…–—\u200b\ufeff\xa0😡", max_size=5)
ACCENTED = str.maketrans("ACELNOSZacelnosz", "ĄĆĘŁŃÓŚŻąćęłńóśż")


@given(word=st.sampled_from(sorted(STOP_WORDS)), before=AROUND, after=AROUND)
def test_case_accents_and_punctuation_around_a_stop_word_do_not_matter(word: str, before: str, after: str) -> None:
    for written in (word, word.lower(), word.title(), word.translate(ACCENTED), word.lower().translate(ACCENTED)):
        assert asks_to_stop(f"{before}{written}{after}")


@given(
    word=st.sampled_from(sorted(STOP_WORDS)),
    more=st.text(string.ascii_letters + string.digits, min_size=1, max_size=8),
    joint=st.sampled_from([" ", ", ", "-", "\n"]),
)
def test_a_text_that_says_more_is_no_stop_word(word: str, more: str, joint: str) -> None:
    assert not asks_to_stop(f"{word}{joint}{more}")
    assert not asks_to_stop(f"{more}{joint}{word}")


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", "„Stop!”", "NIE  CHCĘ!", "nie\nchcę", "usuń", "USUŃ :)", "Rezygnuję"]
)
def test_js_58_what_people_write_to_be_left_alone_is_understood(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize("text", ["", " ", "!?", "TAK", "STOPA", "nie stop", "NIECHCE", "S T O P", "STOP 1", "END OF"])
def test_what_only_resembles_a_stop_word_is_none(text: str) -> None:
    assert not asks_to_stop(text)
