"""Read phone numbers as people write them, once: E.164 digits or a clear refusal (contract E2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    ValidationResult,
    national_significant_number,
)

from contacts.operators import Operator, guess_operator

__all__ = [
    "SMS",
    "VOICE",
    "InvalidNumber",
    "Kind",
    "Number",
    "Operator",
    "Problem",
    "apart",
    "guess_operator",
    "normalise",
    "polish_mobile",
    "readable",
]


class Kind(StrEnum):
    """What answers at a number."""

    MOBILE = "mobile"
    FIXED = "fixed"


SMS = frozenset({Kind.MOBILE})
VOICE = frozenset({Kind.MOBILE, Kind.FIXED})


class Problem(StrEnum):
    """Why a text is not a number we can send to."""

    EMPTY = "EMPTY"
    SCIENTIFIC = "SCIENTIFIC"
    SHORT_CODE = "SHORT_CODE"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    LANDLINE = "LANDLINE"
    PREMIUM = "PREMIUM"
    EXTENSION = "EXTENSION"
    TWO_NUMBERS = "TWO_NUMBERS"
    UNKNOWN_COUNTRY = "UNKNOWN_COUNTRY"
    UNASSIGNED = "UNASSIGNED"
    NOT_A_NUMBER = "NOT_A_NUMBER"


_SENTENCES = {
    Problem.EMPTY: gettext_lazy("There is no phone number."),
    Problem.SCIENTIFIC: gettext_lazy(
        "The spreadsheet shortened this number (as in 4.85E+10) and lost digits. Format the column as text "
        "and enter the number again."
    ),
    Problem.SHORT_CODE: gettext_lazy("This is a short code; messages can be sent to full numbers only."),
    Problem.TOO_SHORT: gettext_lazy("Digits are missing."),
    Problem.TOO_LONG: gettext_lazy("There are too many digits."),
    Problem.LANDLINE: gettext_lazy("This is a fixed line; it cannot receive text messages."),
    Problem.PREMIUM: gettext_lazy("This is a premium-rate or service number."),
    Problem.EXTENSION: gettext_lazy("This number has an extension; leave the extension out or use a mobile number."),
    Problem.TWO_NUMBERS: gettext_lazy("There are two numbers in one place; keep one, or use a row for each."),
    Problem.UNKNOWN_COUNTRY: gettext_lazy("No country has this code; write the number as +48 500 100 200."),
    Problem.UNASSIGNED: gettext_lazy("No such number exists: its first digits are not in use."),
    Problem.NOT_A_NUMBER: gettext_lazy("This is not a phone number."),
}


class InvalidNumber(ValueError):
    """A text is not a number we can send to; `code` says why, `message` says it to a person."""

    def __init__(self, code: Problem) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        """Explain the problem in the language of the reader."""
        return str(_SENTENCES[self.code])

    def __str__(self) -> str:
        return self.message


class Number(NamedTuple):
    """A number we can send to; `repaired` tells what had to be guessed, else it is empty."""

    msisdn: str
    country: str
    kind: Kind
    repaired: str = ""


# Written between digits for the eye; those of the last line are invisible and come along when copied.
_NOISE = dict.fromkeys(
    map(
        ord,
        " \t\r\n\xa0\u202f\u2007\u2009-‐‑‒–—−./()'`’\ufeff\u200b\xad\u200e\u200f\u202a\u202c\u2060",
    )
)
_POLISH_MOBILE = re.compile(r"(?:(?:\+|00)?48)?(0?)((?:45|5[0137]|6[069]|7[2389]|88)[0-9]{7})").fullmatch


def polish_mobile(raw: str) -> str | None:
    """Return an ordinary Polish mobile number, None for anything else; a tenth of the library's time."""
    match = _POLISH_MOBILE(raw) or _POLISH_MOBILE(raw.translate(_NOISE))
    return "48" + match[2] if match else None


def normalise(raw: str, *, default_country: str = "PL", kinds: frozenset[Kind] = SMS) -> Number:
    """Return the number that a person wrote, or raise InvalidNumber.

    Only an ordinary Polish mobile number is recognised by a pattern; it is ten times faster than the library.
    """
    if default_country == "PL" and (match := _POLISH_MOBILE(raw.translate(_NOISE))) is not None:
        return Number("48" + match[2], "PL", Kind.MOBILE, _leading_zero_note() if match[1] else "")
    return _read(_tidy(raw), default_country, kinds)


def readable(raws: Iterable[str], *, kinds: frozenset[Kind] = SMS | VOICE) -> list[str]:
    """Return the numbers that can be read, each once and sorted, so that all who lock their rows do so in one order."""
    found = set()
    for raw in raws:
        with suppress(InvalidNumber):
            found.add(normalise(raw, kinds=kinds).msisdn)
    return sorted(found)


def apart(raw: str) -> list[str]:
    """Return the numbers of a text that holds several, each as it is written; they are still to be read."""
    pieces = [piece for piece in _BETWEEN.split(raw) if sum(map(str.isdecimal, piece)) >= 7]
    if len(pieces) > 1:
        return pieces
    digits = "".join(filter(str.isdecimal, raw))
    return [digits[: len(digits) // 2], digits[len(digits) // 2 :]]


def _leading_zero_note() -> str:
    return _("The leading 0 was left out.")


_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+").fullmatch
_DECIMAL_TAIL = re.compile(r"(?<=\d{9})[.,]0+$")
_LABEL = re.compile(r"^(?:tel|telefon|kom|komórka|mob|mobile|phone|gsm|nr|sms)[.:\s]*(?=[+(\d])", re.IGNORECASE)
_EXTENSION = re.compile(r"\d[\s.,;]*(?:(?:ext|extension|wew|wewn|w|x)[.:=\s]*|#\s*)\d{1,6}$", re.IGNORECASE).search
_BETWEEN = re.compile(r"[,;|/\\\n]|(?<=\d)\s*\+|\b(?:lub|oraz|albo|i|or|and)\b")


def _tidy(raw: str) -> str:
    """Return the text as + and ASCII digits, or say why that would be a guess."""
    text = "".join(c for c in raw if unicodedata.category(c) not in {"Cf", "Cc"} or c in "\t\r\n")
    text = _LABEL.sub("", _DECIMAL_TAIL.sub("", text.strip().lstrip("'").strip()))
    if not text:
        raise InvalidNumber(Problem.EMPTY)
    if _SCIENTIFIC(text):
        raise InvalidNumber(Problem.SCIENTIFIC)
    if _EXTENSION(text):
        raise InvalidNumber(Problem.EXTENSION)
    if sum(sum(map(str.isdecimal, piece)) >= 7 for piece in _BETWEEN.split(text)) > 1:
        raise InvalidNumber(Problem.TWO_NUMBERS)
    bare = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text.translate(_NOISE))
    if not re.fullmatch(r"\+?[0-9]+", bare):
        raise InvalidNumber(Problem.NOT_A_NUMBER)
    return bare


_WITH_POLISH_CODE = re.compile(r"(?:(?:\+|00)?48)?(0?)([0-9]{9})").fullmatch


def _read(bare: str, default_country: str, kinds: frozenset[Kind]) -> Number:
    """Let the library judge what is not an ordinary Polish mobile number."""
    note = ""
    if default_country == "PL" and (match := _WITH_POLISH_CODE(bare)) is not None:
        bare, note = f"+48{match[2]}", _leading_zero_note() if match[1] else ""
    elif bare.startswith("00"):
        bare = "+" + bare[2:]
    elif default_country == "PL" and not bare.startswith("+"):
        bare, note = _foreign_without_plus(bare)
    parsed = _parse(bare, default_country)
    kind = _kind(parsed)
    if kind not in kinds:
        raise InvalidNumber(Problem.LANDLINE)
    country = phonenumbers.region_code_for_number(parsed) or ""
    return Number(f"{parsed.country_code}{national_significant_number(parsed)}", country, kind, note)


def _foreign_without_plus(digits: str) -> tuple[str, str]:
    """Add the + to digits that only make sense abroad; anything else is a Polish number of a wrong length."""
    if len(digits) < 9:
        raise InvalidNumber(Problem.SHORT_CODE if 3 <= len(digits) <= 6 else Problem.TOO_SHORT)
    half = len(digits) // 2
    if _POLISH_MOBILE(digits[:half]) and _POLISH_MOBILE(digits[half:]):
        raise InvalidNumber(Problem.TWO_NUMBERS)
    try:
        number = _parse("+" + digits, None)
    except InvalidNumber:
        raise InvalidNumber(Problem.TOO_LONG) from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidNumber(Problem.TOO_LONG)
    return "+" + digits, _("Read as a foreign number: +%(code)s.") % {"code": number.country_code}


_PARSE_PROBLEMS = {
    NumberParseException.INVALID_COUNTRY_CODE: Problem.UNKNOWN_COUNTRY,
    NumberParseException.TOO_SHORT_NSN: Problem.TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: Problem.TOO_SHORT,
    NumberParseException.TOO_LONG: Problem.TOO_LONG,
}
_LENGTH_PROBLEMS = {
    ValidationResult.INVALID_COUNTRY_CODE: Problem.UNKNOWN_COUNTRY,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Problem.TOO_SHORT,
    ValidationResult.TOO_SHORT: Problem.TOO_SHORT,
    ValidationResult.INVALID_LENGTH: Problem.TOO_SHORT,
    ValidationResult.TOO_LONG: Problem.TOO_LONG,
}
_KINDS = {
    PhoneNumberType.MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Kind.MOBILE,
    PhoneNumberType.FIXED_LINE: Kind.FIXED,
    PhoneNumberType.VOIP: Kind.FIXED,
}


def _parse(text: str, region: str | None) -> PhoneNumber:
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise InvalidNumber(_PARSE_PROBLEMS.get(error.error_type, Problem.NOT_A_NUMBER)) from None
    if problem := _LENGTH_PROBLEMS.get(phonenumbers.is_possible_number_with_reason(parsed)):
        raise InvalidNumber(problem)
    return parsed


def _kind(parsed: PhoneNumber) -> Kind:
    found = phonenumbers.number_type(parsed)
    if found == PhoneNumberType.UNKNOWN:
        raise InvalidNumber(_polish_length_problem(parsed) or Problem.UNASSIGNED)
    if found not in _KINDS:
        raise InvalidNumber(Problem.PREMIUM)
    return _KINDS[found]


def _polish_length_problem(parsed: PhoneNumber) -> Problem | None:
    """Tell a wrong length from a wrong range; the library also allows for local forms and pagers."""
    length = len(national_significant_number(parsed))
    if parsed.country_code != 48 or length == 9:
        return None
    return Problem.TOO_SHORT if length < 9 else Problem.TOO_LONG
