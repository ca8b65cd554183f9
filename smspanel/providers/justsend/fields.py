"""How single fields of JustSend are read: numbers that come as texts, phone numbers, moments, ids in sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: object) -> str:
    """Return a scalar of an answer as text, and anything else as nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Return a whole number of an answer, which may come as digits in a string."""
    digits = text(value)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else None


def number_in(sentence: object) -> int | None:
    """Return the number in a sentence such as “Created group id: 67 768”, whatever parts its thousands."""
    digits = re.sub(r"\D", "", text(sentence))
    return int(digits) if digits else None


def msisdn(value: object) -> str:
    """Return a phone number as E.164 digits; the provider leaves 48 out where it was left out before."""
    digits = re.sub(r"\D", "", text(value))
    return f"48{digits}" if len(digits) == 9 else digits


def moment(value: object) -> datetime | None:
    """Read milliseconds since 1970."""
    milliseconds = number(value)
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def iso(at: datetime) -> str:
    """Write a moment as the provider wants it: ISO 8601 with the offset that Warsaw has then."""
    return at.astimezone(WARSAW).isoformat(timespec="seconds")
