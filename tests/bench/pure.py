"""What needs no database: parts of a text and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from campaigns import text
from contacts import numbers
from tests.bench.measure import Row, compare

AMOUNT = 20_000
ASCII = re.compile(r"[\x20-\x7e]*", re.ASCII)
POLISH = re.compile(r"\+?48[4-8][0-9]{8}")


def rows() -> Iterator[Row]:
    """Measure the pure cores against the least that any code could do."""
    texts = [
        f"Dear customer {index}, your parcel {index * 7919} waits until 18:00. Thank you!" for index in range(AMOUNT)
    ]
    yield compare(
        "parts of distinct texts / one regular expression over each",
        "texts",
        AMOUNT,
        bare=lambda: [ASCII.fullmatch(one) and -(-len(one) // 160) for one in texts],
        ours=lambda: [text.count(one) for one in texts],
    )
    polish = [f"+48{500_000_000 + index * 317}" for index in range(AMOUNT)]
    yield compare(
        "Polish numbers / one regular expression over each",
        "numbers",
        AMOUNT,
        bare=lambda: [POLISH.fullmatch(one) for one in polish],
        ours=lambda: [numbers.normalise(one) for one in polish],
    )
    foreign = [f"+4915123{400_000 + index}" for index in range(AMOUNT // 10)]
    yield compare(
        "foreign numbers / phonenumbers alone",
        "numbers",
        len(foreign),
        bare=lambda: [phonenumbers.is_valid_number(phonenumbers.parse(one)) for one in foreign],
        ours=lambda: [numbers.normalise(one) for one in foreign],
    )
