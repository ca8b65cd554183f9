"""Phone numbers for people who may not see them: everything that they are shown goes through here.

One seam masks the finished page, so that no list, history, example or error text can be forgotten: what reads as a
phone number keeps its first five digits and its last two. Pages whose whole purpose is numbers, and files, are closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

FEWEST, MOST = 9, 15
"""Digits of a phone number, with its country or without."""

_PASSED_OVER: Final = (
    r"<(?P<element>style|script|svg|textarea)\b.*?</(?P=element)\s*>"
    r"|<input\b[^>]*>"
    r"|\bstyle=\"[^\"]*\""
    r"|/static/[^\"'\s>]+"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
)
"""What is no text to be read; boxes hold what somebody types, and would give a mask back as if it were typed."""
_GROUP: Final = r"[ \u00a0.\-/]\(?\d{2,4}\)?"
_NUMBER: Final = re.compile(
    rf"(?P<other>{_PASSED_OVER})"
    r"|(?P<whole>(?<!\d)\d{9,15}(?!\d))"
    rf"|(?P<grouped>(?<!\d)\(?\d{{1,5}}\)?(?:{_GROUP}){{2,6}}(?!\d))"
    r"|(?P<cut>(?<!\d)\d{6,8}(?=…|&hellip;))",
    re.DOTALL | re.IGNORECASE,
)
_DATE: Final = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_ADDRESS: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:\u00a0\d{3})+")

CLOSED: Final = (
    *("person", "api", "api-get", "postbacks", "postback-", "campaign-test"),
    *("campaign-file", "contacts-import-rejected", "reports-ask", "download", "person-"),
    *("admin:accounts_appkey_", "admin:accounts_connection_", "admin:campaigns_postback"),
)
"""Names of pages, or how they begin, that are nothing without numbers, or give secrets with which to fetch them."""
_OF_PEOPLE: Final = ("admin:accounts_user_", "admin:accounts_account_")


class NumbersHidden(Exception):
    """Somebody who may not see numbers asked for what shows them; the sentence says so."""


def is_closed(page: str) -> bool:
    """Say whether a page, by the name of its address, is closed to people who may not see numbers."""
    if page.startswith(_OF_PEOPLE):
        return not page.endswith("_changelist")
    return any(page == name or (name.endswith(("-", "_", "postback")) and page.startswith(name)) for name in CLOSED)


def shown(number: str) -> str:
    """Return a number as it is shown to who may not see it: 48 500 *** *05."""
    if len(number) <= FEWEST:  # without its country
        return f"{number[:3]} {_parted('*' * max(len(number) - 5, 0) + number[3:][-2:])}"
    return f"{number[:2]} {number[2:5]} {_parted('*' * (len(number) - 7) + number[-2:])}"


def _parted(text: str) -> str:
    return " ".join(text[at : at + 3] for at in range(0, len(text), 3))


def mask(page: str, *, typed: frozenset[str] = frozenset()) -> str:
    """Mask every number in a page but those that the person has just typed themselves."""

    def replace(found: re.Match[str]) -> str:
        text = found[0]
        if found["other"] is not None or _is_something_else(text):
            return text
        digits = re.sub(r"\D", "", text)
        if found["cut"] is not None:
            return digits[:5] + "*" * (len(digits) - 5)
        return text if digits in typed or not FEWEST <= len(digits) <= MOST else shown(digits)

    return _NUMBER.sub(replace, page)


def _is_something_else(text: str) -> bool:
    """Say whether digits in groups are a date, an address on the network or an amount in thousands."""
    if _DATE.search(text) or _ADDRESS.fullmatch(text):
        return True
    digits = re.sub(r"\D", "", text)
    return bool(_THOUSANDS.fullmatch(text)) and len(digits) != FEWEST and not digits.startswith("48")


def numbers_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the digits of all numbers in what somebody typed, with the country of Poland and without."""
    found: set[str] = set()
    for text in texts:
        for match in re.finditer(rf"\d(?:[ \u00a0.\-/()]{{0,2}}\d){{{FEWEST - 1},{MOST - 1}}}", text):
            digits = re.sub(r"\D", "", match[0]).removeprefix("00")
            found |= {digits, digits.removeprefix("48"), f"48{digits}"}
    return frozenset(digits for digits in found if FEWEST <= len(digits) <= MOST)
