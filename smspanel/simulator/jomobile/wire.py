"""JO Mobile's words on the wire: switches, errors, fields and how their values are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from smspanel.simulator.registers import Sender
from smspanel.simulator.switches import Switches
from smspanel.simulator.wire import Json, Reply, Request

NAME = "jomobile"
MOST_NUMBERS = 100
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
SENDERS = tuple(Sender(name, "registered") for name in ("INFO", "INFORMACJA", "Verify", "PANEL"))

TEXT, TEXTS, FLAG, NUMBER, NUMBERS, ROWS = "text", "texts", "flag", "number", "numbers", "rows"
PRICE = {"ISO": TEXT, "MCC": NUMBER, "MNC": NUMBER}
PERSON = dict.fromkeys(
    ("name", "surname", "patronymic", "date_birth", "male", *(f"note_{place}" for place in range(1, 11))), TEXT
)
MEMBER = {"number": NUMBER, **PERSON}
ELEMENT = {
    **dict.fromkeys(("senderID", "text", "type", "beginDate", "beginTime", "callback_url"), TEXT),
    "number": TEXTS,
    "lifetime": NUMBER,
    "delivery": FLAG,
}
FIELDS: dict[str, dict[str, str]] = {
    "authorize": {"username": TEXT, "password": TEXT},
    "accesstoken": {"authorization_code": TEXT},
    "send": ELEMENT,
    "replacement": ELEMENT,
    "sms-full-data": {
        **dict.fromkeys(("sender", "time_period", "type_sms"), TEXT),
        **dict.fromkeys(("MCC", "MNC", "limit", "offset"), NUMBER),
        **dict.fromkeys(("phone", "state"), TEXTS),
        "id_base": NUMBERS,
    },
    "register": dict.fromkeys(("login", "password", "name", "phone", "email", "company_name", "skype"), TEXT),
    "group": dict.fromkeys(("id_group", "limit", "offset"), NUMBER),
    "group-create": {**dict.fromkeys(("name_group", "time_birth", "originator_birth", "text_birth"), TEXT)}
    | {"on_birth": FLAG},
    "group-delete": {"id_group": NUMBERS},
    "group-number-add": {"id_group": NUMBER, "numbers": ROWS},
    "group-number-search": {"id_group": NUMBER, "numbers": NUMBERS},
    "group-number-delete": {"id_group": NUMBER, "numbers": NUMBERS},
    "black-list-add": {"numbers": NUMBERS},
    "black-list-search": {"numbers": NUMBERS},
    "black-list-delete": {"numbers": NUMBERS},
    "product-price": PRICE,
    "account-price": PRICE,
    "country-price": PRICE,
}


@dataclass(frozen=True)
class JoMobileSwitches(Switches):
    """Hold how the account is set up; times are virtual seconds, prefixes are parted by commas.

    `failing_part` is the part, counted from 1, of every message of several parts that ends in `failing_state`
    whatever becomes of the others; `omitted` is how many numbers of a package the reply leaves out.
    """

    username: str = "sim"
    password: str = "sim-password"  # noqa: S105
    token: str = "sim-token"  # noqa: S105
    token_seconds: float = 2_592_000.0
    single_use_codes: bool = True
    inactive: bool = False
    balance: float | None = None
    price: float = 0.05
    sender_approval: bool = True
    closed_prefixes: str = "7,86"
    lenient_object: bool = False
    ids: Literal["uuid", "integer"] = "uuid"
    reply: Literal["by_phone", "plus", "details", "empty"] = "by_phone"
    omitted: int = 0
    errors_with_200: bool = False
    errors_as: Literal["errors", "list", "error"] = "errors"
    full_data: Literal["list", "object"] = "list"
    webhook: str = ""
    push_attempts: int = 5
    parts_reversed: bool = False
    failing_part: int = 0
    failing_state: Literal["undelivered", "expired", "rejected"] = "undelivered"


class Refused(Exception):
    """Refuse a request: `errors` is a word, or texts by field, and nothing was done."""

    def __init__(self, errors: str | dict[str, list[str]], status: int = 400) -> None:
        """Take what the provider says, and the status of the reply."""
        super().__init__(errors)
        self.errors = errors
        self.status = status

    def reply(self, own: JoMobileSwitches) -> Reply:
        """Return the reply in the manner that the switches ask for."""
        said: object = self.errors
        if own.errors_as == "list":
            said = [*self.errors.values()] if isinstance(self.errors, dict) else [self.errors]
        name = "error" if own.errors_as == "error" else "errors"
        status = 200 if own.errors_with_200 and self.status == 400 else self.status
        body: dict[str, object] = {"status": False, "error_code": self.status, name: said}
        return Reply.of_json(body, status=status, decision=f"refused: {said}")


def done(data: object, decision: str, *, taken: int = 0) -> Reply:
    """Return a success."""
    return Reply.of_json({"status": True, "data": data}, decision=decision, taken=taken)


def text(values: dict[str, Json], name: str) -> str:
    """Return a field as text, empty when it is absent, null or false."""
    value = values.get(name)
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)


def texts(values: dict[str, Json], name: str) -> list[str]:
    """Return a field that may be one value or an array as a list of texts."""
    value = values.get(name)
    entries = value if isinstance(value, list) else [value]
    return [str(entry) for entry in entries if isinstance(entry, str | int) and not isinstance(entry, bool)]


def number(values: dict[str, Json], name: str) -> int | None:
    """Return a field as a whole number, None when it is absent or null; refuse anything else."""
    value = text(values, name)
    if not value:
        return None
    if not WHOLE_NUMBER.fullmatch(value):
        raise Refused({name: [f"{name} must be an integer."]})
    return int(value)


def required(values: dict[str, Json], name: str) -> str:
    """Return a field that must not be blank."""
    value = text(values, name)
    if not value.strip():
        raise Refused({name: [f"{name} cannot be blank."]})
    return value


def lint(request: Request, action: str, body: Json) -> None:
    """Note fields the provider does not know and known ones of a wrong type."""
    known = FIELDS.get(action)
    if known is None:
        return
    for values in body if isinstance(body, list) else [body]:
        for name, value in values.items() if isinstance(values, dict) else ():
            if name not in known:
                request.note("unknown_field", f"{action}: {name}")
            elif value is not None and not _is_of(known[name], value):
                request.note("wrong_type", f"{action}: {name} is not {known[name]}")


def _is_of(kind: str, value: Json) -> bool:
    if kind in (TEXTS, NUMBERS):
        wanted = str if kind == TEXTS else int
        return isinstance(value, list) and all(isinstance(entry, wanted) for entry in value)
    if kind == ROWS:
        rows = isinstance(value, list) and all(isinstance(row, dict) for row in value)
        return rows and all(set(row) <= set(MEMBER) for row in value if isinstance(row, dict))  # type: ignore[union-attr]
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    # The platform's own client says false for a text that is not set.
    return isinstance(value, str) or value is False
