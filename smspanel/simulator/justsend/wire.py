"""The envelope of JustSend, its error codes, the fields of its bodies, and its switches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from smspanel.simulator.registers import Sender
from smspanel.simulator.switches import Switches
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

NAME = "justsend"
ROOT = "/api/rest/v2/"
ERRORS = {
    100: ("INTERNAL_ERROR", "Internal error"),
    101: ("NO_AUTHENTICATION", "No user authentication"),
    102: ("NO_AUTHORIZATION", "No authorization"),
    103: ("NOT_FOUND", "Not found"),
    104: ("INVALID_USER_STATUS", "Invalid user status"),
    105: ("NO_SUBUSER_FOUND", "Subuser not found"),
    106: ("NO_SUFFICIENT_POINTS", "Not sufficient points"),
    107: ("INVALID_BULK_STATE", "Bulk is accepted"),
    125: ("INVALID_VALUE", "No valid msisdn"),
    126: ("NO_ACCESS", "The bulk must be authorized by an administrator"),
    301: ("NOT_FUNDS", "Not sufficient funds in your account"),
    302: ("LIMIT_EXCEEDED", "Limit exceeded for to"),
    311: ("INVALID_VALUE", "Invalid value of {0} parameter"),
    312: ("INVALID_LENGTH", "Invalid length of {0} parameter"),
    313: ("DISALLOWED_CHARACTERS", "Value of from contains disallowed characters"),
    314: ("FORBIDDEN_VALUE", "Forbidden value of from parameter"),
    315: ("FORBIDDEN_VALUE", "Forbidden value of {0} parameter"),
    321: ("INVALID_VALUE", "Invalid value of {0} parameter"),
    322: ("INVALID_FORMAT", "Invalid format of sendDate parameter"),
    331: ("INVALID_LENGTH", "Invalid length of message parameter"),
    332: ("DISALLOWED_CHARACTERS", "Value of message contains disallowed characters"),
    333: ("FORBIDDEN_VALUE", "Forbidden value of message parameter"),
    341: ("LIMIT_EXCEEDED", "Limit exceeded for message"),
    342: ("NUMBER_ON_BLACK_LIST", "Number {0} is on black list"),
    400: ("INVALID_FORMAT", "Invalid format of date"),
}
SENDERS = (Sender("INFO", "active"), Sender("INFORMACJA", "active"), Sender("SMS", "active"))
PRICES = {"ECO": 3, "FULL": 6, "PRO": 7, "ECO_RESP": 10, "PRO_RESP": 14, "INTER": 20, "VOICE": 7}
LATE_SECOND = re.compile(r"(T\d\d:\d\d):[6-9]\d")

TEXT, TEXTS, FLAG, NUMBER, OBJECT = "a text", "a list of texts", "a flag", "a number", "an object"
BULK = {
    **dict.fromkeys(("name", "message", "bulkVariant", "sendDate", "from", "country", "language"), TEXT),
    **dict.fromkeys(("alert", "doubleEncode", "personalizedMessage", "forward"), FLAG),
    **dict.fromkeys(("to", "forwardMsisdns", "forwardEmails"), TEXTS),
    "groupId": NUMBER,
    "groupSmsContent": TEXT,
    "voiceRepeating": OBJECT,
}
REPEATING = dict.fromkeys(("repeatDtmf", "minPeriod", "maxPeriod", "maxCount", "pause"), TEXT)
SINGLE = {
    **dict.fromkeys(("to", "from", "message", "bulkVariant", "languageMessage", "audioFileUrl"), TEXT),
    "doubleEncode": FLAG,
}


@dataclass(frozen=True)
class JustSendSwitches(Switches):
    """Hold how the MASTER account is set up; times are virtual seconds."""

    app_key: str = "sim-app-key"
    points: int = 1_000_000
    inactive: bool = False
    auth_status: int = 200
    approval: Literal["none", "to_pay", "refuse"] = "none"
    night_window: bool = True
    empty_list: Literal["list", "error"] = "list"
    member_objects: bool = False
    blacklist_removal: Literal["both", "removed", "remove"] = "both"
    same_text_limit: int = 3
    forbidden_word: str = ""
    report_delay: float = 0.0
    postback_url: str = ""


class JustSendError(Exception):
    """Refuse a request with one of the provider's codes; nothing of it was done."""

    def __init__(self, code: int, about: str = "", word: str = "") -> None:
        """Take the code, which parameter it is about, and another response code than the usual."""
        super().__init__(code, about)
        self.code = code
        self.about = about
        self.word = word


@dataclass(frozen=True)
class Account:
    """Hold who is calling; only a MASTER has accounts below it."""

    id: int
    is_master: bool
    points: int


@dataclass(frozen=True)
class Call:
    """Hold one request whose sender is known; `args` are the segments of its path that vary."""

    world: World
    request: Request
    account: Account
    args: tuple[str, ...]
    body: Json

    @property
    def fields(self) -> dict[str, Json]:
        """Return the body, if it is an object."""
        return self.body if isinstance(self.body, dict) else {}

    def number(self, place: int = 0) -> int:
        """Return a segment as a number; raise JustSendError when there can be nothing of that id."""
        if not re.fullmatch(r"[0-9]{1,18}", self.args[place]):
            raise JustSendError(103)
        return int(self.args[place])


@dataclass(frozen=True)
class Done:
    """Hold the data of a success, what the journal writes, and how many messages were taken."""

    data: object
    decision: str
    taken: int = 0


def success(done: Done) -> Reply:
    """Wrap data in the envelope."""
    envelope = {"responseCode": "OK", "errorId": 0, "message": "Successful", "data": done.data}
    return Reply.of_json(envelope, decision=done.decision, taken=done.taken)


def failure(error: JustSendError, status: int = 200) -> Reply:
    """Wrap an error in the envelope."""
    word, message = ERRORS[error.code]
    message = message.format(error.about or "the")
    envelope = {"responseCode": error.word or word, "errorId": error.code, "message": message, "data": None}
    return Reply.of_json(envelope, status=status, decision=f"error {error.code} {error.about}".strip())


def text(values: dict[str, Json], name: str) -> str:
    """Return a field as text, empty when it is absent or no scalar."""
    value = values.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def texts(value: Json) -> list[str]:
    """Return a list of scalars as texts, and anything else as an empty one."""
    return [str(entry) for entry in value if isinstance(entry, str | int)] if isinstance(value, list) else []


def flag(values: dict[str, Json], name: str) -> bool:
    """Read a boolean, which may be the word."""
    return values.get(name) in (True, "true")


def moment(value: str) -> float:
    """Read ISO 8601 with an offset as Unix seconds; raise ValueError on anything else.

    A second beyond 59 is taken for 59: the provider's own tests send such dates.
    """
    at = datetime.fromisoformat(LATE_SECOND.sub(r"\1:59", value))
    if at.tzinfo is None or not 1970 < at.year < 9999:
        raise ValueError("the date has no offset or is out of range")
    return at.timestamp()


def lint(request: Request, known: dict[str, str], values: dict[str, Json]) -> None:
    """Note fields the provider does not know and known ones of a wrong type."""
    for name, value in values.items():
        kind = known.get(name)
        if kind is None:
            request.note("unknown_field", name)
        elif not (_is_of(kind, value) or (name == "from" and value is None)):
            request.note("wrong_type", f"{name} is not {kind}")


def _is_of(kind: str, value: Json) -> bool:
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if kind == FLAG:
        return isinstance(value, bool) or value in ("true", "false")
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, dict if kind == OBJECT else str)
