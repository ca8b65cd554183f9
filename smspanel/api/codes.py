"""The errorIds of JustSend (JS-06, A.1.1) and which rule of ours each of them tells."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from campaigns.errors import Rule


@dataclass(frozen=True, slots=True)
class Code:
    """One errorId, its responseCode, and the HTTP status it has where errors have statuses of their own."""

    id: int
    word: str
    status: int


INTERNAL: Final = Code(100, "INTERNAL_ERROR", 500)
KEY: Final = Code(101, "NO_AUTHENTICATION", 401)
RIGHT: Final = Code(102, "NO_AUTHORIZATION", 403)
NOT_FOUND: Final = Code(103, "NOT_FOUND", 404)
USER_STATUS: Final = Code(104, "INVALID_USER_STATUS", 409)
SUBUSER: Final = Code(105, "NO_SUBUSER_FOUND", 404)
POINTS: Final = Code(106, "NO_SUFFICIENT_POINTS", 402)
PREFIX_RIGHT: Final = Code(107, "NO_AUTHORIZATION_BULK", 403)
BULK_STATE: Final = Code(107, "INVALID_BULK_STATE", 409)
NINE_DIGITS_RIGHT: Final = Code(108, "NO_AUTHORIZATION_BULK", 403)
PREFIX: Final = Code(109, "ILLEGAL_CREATE_PREFIX", 409)
NOBODY: Final = Code(125, "INVALID_VALUE", 422)
APPROVAL: Final = Code(126, "NO_AUTHORIZATION_BULK", 200)
FUNDS: Final = Code(301, "NOT_FUNDS", 402)
TOO_MANY: Final = Code(302, "LIMIT_EXCEEDED", 422)
NUMBER: Final = Code(311, "INVALID_VALUE", 422)
LENGTH: Final = Code(312, "INVALID_LENGTH", 422)
SENDER_CHARACTERS: Final = Code(313, "DISALLOWED_CHARACTERS", 422)
SENDER_FORBIDDEN: Final = Code(314, "FORBIDDEN_VALUE", 422)
VALUE: Final = Code(315, "FORBIDDEN_VALUE", 422)
SEND_DATE: Final = Code(321, "INVALID_VALUE", 422)
DATE_FORMAT: Final = Code(322, "INVALID_FORMAT", 422)
TEXT_LENGTH: Final = Code(331, "INVALID_LENGTH", 422)
TEXT_CHARACTERS: Final = Code(332, "DISALLOWED_CHARACTERS", 422)
TEXT_FORBIDDEN: Final = Code(333, "FORBIDDEN_VALUE", 422)
TEXT_REPEATED: Final = Code(341, "LIMIT_EXCEEDED", 422)
BLACKLISTED: Final = Code(342, "NUMBER_ON_BLACK_LIST", 422)
REPORT_DATE: Final = Code(400, "INVALID_FORMAT", 400)
# JustSend has no code for these three; ours are the HTTP statuses, and they always come with them.
IDEMPOTENCY_CONFLICT: Final = Code(409, "IDEMPOTENCY_CONFLICT", 409)
IDEMPOTENCY_REUSE: Final = Code(422, "IDEMPOTENCY_KEY_REUSED", 422)
TOO_OFTEN: Final = Code(429, "LIMIT_EXCEEDED", 429)

ALWAYS_WITH_STATUS: Final = frozenset({IDEMPOTENCY_CONFLICT, IDEMPOTENCY_REUSE, TOO_OFTEN})

OF_RULE: Final = MappingProxyType(
    {
        Rule.ACCOUNT: USER_STATUS,
        Rule.NAME_LENGTH: LENGTH,
        Rule.TEXT_EMPTY: TEXT_LENGTH,
        Rule.TEXT_LENGTH: TEXT_LENGTH,
        Rule.TEXT_CHARACTERS: TEXT_CHARACTERS,
        Rule.TEXT_FORBIDDEN: TEXT_FORBIDDEN,
        Rule.TEXT_REPEATED: TEXT_REPEATED,
        Rule.TOO_OFTEN: TEXT_REPEATED,
        Rule.SENDER_MISSING: LENGTH,
        Rule.SENDER_LENGTH: LENGTH,
        Rule.SENDER_CHARACTERS: SENDER_CHARACTERS,
        Rule.SENDER_NUMBER: NUMBER,
        Rule.SENDER_RESERVED: SENDER_FORBIDDEN,
        Rule.SENDER_NOT_ALLOWED: VALUE,
        Rule.PREFIX_RIGHT: PREFIX_RIGHT,
        Rule.NINE_DIGITS_RIGHT: NINE_DIGITS_RIGHT,
        Rule.NUMBER: NUMBER,
        Rule.NUMBER_BLACKLISTED: BLACKLISTED,
        Rule.NOBODY: NOBODY,
        Rule.TOO_MANY: TOO_MANY,
        Rule.GROUP: NOBODY,
        Rule.TIME: SEND_DATE,
        Rule.NO_PRICE: RIGHT,
        Rule.NO_WAY: RIGHT,
        Rule.COUNTRY: RIGHT,
        Rule.DAILY_CAP: TOO_MANY,
        Rule.FILE: NOBODY,
        Rule.OPTION: SEND_DATE,
    }
)
"""Every rule, so that no refusal is without a number; `make lint` cannot see that, a test does."""
