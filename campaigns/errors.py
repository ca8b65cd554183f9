"""Why a campaign was refused: the rule that it breaks, and the sentence for its owner."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """What must hold for something to be sent; the REST API has a number for each (smspanel/api/codes.py)."""

    ACCOUNT = "ACCOUNT"
    NAME_LENGTH = "NAME_LENGTH"
    TEXT_EMPTY = "TEXT_EMPTY"
    TEXT_LENGTH = "TEXT_LENGTH"
    TEXT_CHARACTERS = "TEXT_CHARACTERS"
    TEXT_FORBIDDEN = "TEXT_FORBIDDEN"
    TEXT_REPEATED = "TEXT_REPEATED"
    TOO_OFTEN = "TOO_OFTEN"
    SENDER_MISSING = "SENDER_MISSING"
    SENDER_LENGTH = "SENDER_LENGTH"
    SENDER_CHARACTERS = "SENDER_CHARACTERS"
    SENDER_NUMBER = "SENDER_NUMBER"
    SENDER_RESERVED = "SENDER_RESERVED"
    SENDER_NOT_ALLOWED = "SENDER_NOT_ALLOWED"
    PREFIX_RIGHT = "PREFIX_RIGHT"
    NINE_DIGITS_RIGHT = "NINE_DIGITS_RIGHT"
    NUMBER = "NUMBER"
    NUMBER_BLACKLISTED = "NUMBER_BLACKLISTED"
    NOBODY = "NOBODY"
    TOO_MANY = "TOO_MANY"
    GROUP = "GROUP"
    TIME = "TIME"
    NO_PRICE = "NO_PRICE"
    NO_WAY = "NO_WAY"
    COUNTRY = "COUNTRY"
    DAILY_CAP = "DAILY_CAP"
    FILE = "FILE"
    OPTION = "OPTION"


class Problem(NamedTuple):
    """A rule that is broken, and what to do about it."""

    rule: Rule
    sentence: str


class CampaignRefused(Exception):
    """What was asked for cannot be done; nothing was changed. The message says why and what to do."""

    def __init__(self, message: str = "", *, rule: Rule | None = None) -> None:
        super().__init__(message)
        self.rule = rule

    @classmethod
    def because(cls, problems: list[Problem]) -> CampaignRefused:
        """Return the refusal for all of these problems; its rule is that of the first."""
        return cls(" ".join(problem.sentence for problem in problems), rule=problems[0].rule)


class NotPossibleNow(CampaignRefused):
    """The campaign is in a state in which this cannot be done."""
