"""What needs no database: parts of a text and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from campaigns import text
from contacts import numbers
from tests.bench.measure import Row, compare

AMOUNT = 20_000
TEXTS = 100_000
GSM = re.compile(
    "[@£$¥èéùìòÇ\\nØø\\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\\f^{}\\\\\\[~\\]|€]*"
)
POLISH = re.compile(r"\+?48[4-8][0-9]{8}")


def rows() -> Iterator[Row]:
    """Measure the pure cores against the least that any code could do."""
    texts = [_text(index) for index in range(TEXTS)]
    yield compare(
        "parts of distinct texts, some with escapes, some in UCS-2 / one regular expression that tells which",
        "texts",
        TEXTS,
        bare=lambda: [GSM.fullmatch(one) for one in texts],
        ours=lambda: [text.count(one) for one in texts],
        target=0.3,
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


def _text(index: int) -> str:
    """Return one of many texts: every tenth has characters that take two places, every twentieth is not GSM-7."""
    price = "[12 €]" if index % 10 == 3 else "12 EUR"
    thanks = "Dziękujemy!" if index % 20 == 7 else "Thank you!"
    return f"Dear customer {index}, your parcel {index * 7919} waits until 18:00, pay {price}. {thanks}"
