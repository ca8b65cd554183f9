"""Phone numbers as the simulated providers read them."""

from __future__ import annotations

SEPARATORS = str.maketrans("", "", " \u00a0-.()/")
POLAND = "48"


def corrected(raw: str) -> str | None:
    """Return the number as digits with its country code, or None when it cannot be a mobile number."""
    compact = raw.translate(SEPARATORS)
    digits = compact.removeprefix("+") if compact.startswith("+") else compact.removeprefix("00")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if digits == compact and len(digits) == 9:
        digits = POLAND + digits
    if digits.startswith(POLAND):
        return digits if len(digits) == 11 and digits[2] != "0" else None
    return digits if 10 <= len(digits) <= 15 and digits[0] != "0" else None


def network(number: str) -> str:
    """Return a network for a number: always the same, and roughly the one to which a Polish range was first given."""
    shared, last = number.removeprefix(POLAND)[:2], number.removeprefix(POLAND)[2:3]
    if shared in {"60", "66", "69"}:
        return "Plus" if last in set("13579") else "T-Mobile"
    return "Play" if shared in {"53", "73"} else "Orange"


def only_digits(raw: str) -> str:
    """Keep nothing but the digits."""
    return "".join(character for character in raw if character.isdigit())
