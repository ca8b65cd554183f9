"""A secret is masked however an answer or a log spells it."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from json import dumps
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smspanel.redaction import beginning, redact

SECRET = 'Zażółć "k/ey"+\\1 %&'


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower(),
        dumps(SECRET)[1:-1],
        dumps(SECRET, ensure_ascii=False)[1:-1],
        dumps(SECRET)[1:-1].replace("/", "\\/"),
    ],
)
def test_every_spelling_is_masked(spelling: str) -> None:
    assert redact(f"before {spelling} after", [SECRET]) == "before *** after"


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("user", ["", "u", "us", "use", "user"])
def test_a_password_inside_basic_auth_is_masked(encode: type[bytes], user: str) -> None:
    header = "Basic " + encode(f"{user}:{SECRET}".encode()).decode()
    masked = redact(header, [SECRET])
    assert "***" in masked
    assert len(masked) < len("Basic ") + 14


def test_a_text_without_secrets_is_kept() -> None:
    assert redact("nothing here", ["", "secret"]) == "nothing here"
    assert redact("nothing here", []) == "nothing here"


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert redact("abcdef", ["abc", "abcdef"]) == "***"


@given(st.text(), st.text(min_size=1), st.text())
def test_no_secret_survives(before: str, secret: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret]) or secret in "***"


@given(before=st.text(max_size=12), after=st.text(max_size=30), length=st.integers(0, 40))
def test_the_beginning_of_a_long_text_shows_no_half_of_a_secret(before: str, after: str, length: int) -> None:
    secret = "tell-nobody"
    kept = beginning(f"{before}{secret}{after}", [secret], length)
    assert len(kept) <= length
    assert f"{before}***{after}".startswith(kept[: len(before) + 3])
    assert secret[:4] not in kept.replace(before, "").replace(after, "")


def test_a_short_text_is_kept_whole() -> None:
    assert beginning("nothing to hide", ["tell-nobody"], 100) == "nothing to hide"
    assert beginning("nothing to hide", [], 7) == "nothing"
