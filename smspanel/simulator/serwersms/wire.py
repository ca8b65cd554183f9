"""SerwerSMS's words on the wire: error codes, fields and how their values are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from smspanel.simulator.bodies import Params
from smspanel.simulator.registers import Sender
from smspanel.simulator.switches import Switches
from smspanel.simulator.wire import Json, Request

NAME = "serwersms"
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
BLACKLISTED = 3190
REPEATED_ID = 3191
ERRORS = {
    1000: ("InvalidAction", "No such action"),
    1001: ("InvalidUser", "Incorrect login or token"),
    1002: ("InvalidRole", "No right to use the API"),
    1003: ("InvalidIP", "This IP address is not allowed"),
    1004: ("InvalidID", "No such id"),
    1005: ("InvalidRole", "No right to this action"),
    1006: ("InvalidData", "Malformed data"),
    1007: ("InvalidRole", "The account is not fully active"),
    1008: ("InvalidRole", "No right to see numbers"),
    2000: ("ValidationRequired", "A required field is missing"),
    2001: ("ValidationPhone", "Incorrect phone"),
    2002: ("ValidationCode", "Incorrect code"),
    3000: ("SendError", "The limit of SMS ECO+ is used up"),
    3001: ("SendError", "No right to send SMS ECO+"),
    3002: ("SendError", "The limit of SMS FULL is used up"),
    3003: ("SendError", "No right to send SMS FULL"),
    3006: ("SendError", "The limit of VOICE messages is used up"),
    3007: ("SendError", "No right to send VOICE messages"),
    3008: ("SendError", "No right to send flash SMS"),
    3009: ("SendError", "No right to send SMS"),
    3100: ("SendError", "Sending is blocked"),
    3101: ("SendError", "The message is empty"),
    3102: ("SendError", "The message is too long"),
    3103: ("SendError", "Incorrect number"),
    3104: ("SendError", "No specified phone numbers"),
    BLACKLISTED: ("SendError", "The number is blacklisted"),  # our own number, the real one is not public
    REPEATED_ID: ("SendError", "The unique_id was used before"),  # our own number as well
}
USED_UP = {"eco": 3000, "full": 3002, "voice": 3006}
SENDERS = (
    Sender("INFORMACJA", "authorized", predefined=True),
    Sender("INFO", "authorized"),
    Sender("CZEKA", "pending_authorization"),
)

TEXT, TEXTS, FLAG, NUMBER, ROWS = "text", "texts", "flag", "number", "rows"
COMMON = {"username": TEXT, "password": TEXT, "system": TEXT, "ic": TEXT}
SENDING = dict.fromkeys(("details", "utf", "flash", "test", "speed"), FLAG) | {
    "sender": TEXT,
    "text": TEXT,
    "date": TEXT,
    "unique_id": TEXTS,
    "group_id": TEXTS,
    "dlr_url": TEXT,
}
PAGING = {"page": NUMBER, "limit": NUMBER, "order": TEXT}
RECEIVED = {
    "type": TEXT,
    "ndi": TEXT,
    "phone": TEXTS,
    "date_from": TEXT,
    "date_to": TEXT,
    "read": FLAG,
    **PAGING,
}
CONTACT = dict.fromkeys(
    ("phone", "email", "first_name", "last_name", "company", "tax_id", "address", "city", "description"), TEXT
)
FIELDS: dict[str, dict[str, str]] = {
    "messages/send_sms": {
        **SENDING,
        "phone": TEXTS,
        "vcard": FLAG,
        "wap_push": TEXT,
        "contact_id": TEXTS,
    },
    "messages/send_personalized": {**SENDING, "messages": ROWS, "uniqe_id": TEXTS, "voice": FLAG},
    "messages/reports": {
        **PAGING,
        **dict.fromkeys(("id", "unique_id", "phone"), TEXTS),
        **dict.fromkeys(("date_from", "date_to", "status", "type", "stat_id"), TEXT),
        "show_contact": FLAG,
    },
    "messages/view": {"id": TEXT, "unique_id": TEXT, "show_contact": FLAG},
    "messages/delete": {"id": TEXTS, "unique_id": TEXTS},
    "messages/recived": RECEIVED,
    "messages/received": RECEIVED,
    "account/limits": {"show_type": FLAG},
    "senders/index": {"predefined": FLAG, "sort": TEXT, "order": TEXT, "type": TEXT},
    "senders/add": {"name": TEXT},
    "blacklist/add": {"phone": TEXT},
    "blacklist/check": {"phone": TEXT},
    "blacklist/delete": {"phone": TEXT},
    "blacklist/index": {"phone": TEXT, **PAGING},
    "messages/send_voice": {
        **dict.fromkeys(("phone", "group_id", "contact_id", "unique_id"), TEXTS),
        **dict.fromkeys(("text", "file_id", "date"), TEXT),
        **dict.fromkeys(("test", "details"), FLAG),
    },
    "phones/check": {"phone": TEXT, "id": TEXT},
    "phones/test": {"phone": TEXT},
    "groups/index": {"search": TEXT, "sort": TEXT, **PAGING},
    "groups/view": {"id": NUMBER},
    "groups/add": {"name": TEXT},
    "groups/edit": {"id": NUMBER, "name": TEXT},
    "groups/delete": {"id": NUMBER},
    "groups/check": {"phone": TEXT},
    "contacts/index": {"group_id": NUMBER, "search": TEXT, "sort": TEXT, **PAGING},
    "contacts/view": {"id": NUMBER},
    "contacts/add": {"group_id": NUMBER, **CONTACT},
    "contacts/edit": {"id": NUMBER, "group_id": NUMBER, **CONTACT},
    "contacts/delete": {"id": NUMBER},
    "contacts/import": {"group_name": TEXT, "contact": ROWS},
    "templates/index": {"sort": TEXT, "order": TEXT},
    "templates/add": {"name": TEXT, "text": TEXT},
    "templates/edit": {"id": NUMBER, "name": TEXT, "text": TEXT},
    "templates/delete": {"id": NUMBER},
    "subaccounts/index": {},
    "subaccounts/view": {"id": NUMBER},
    "subaccounts/add": {
        **dict.fromkeys(("subaccount_username", "subaccount_password", "name", "phone", "email"), TEXT),
        "subaccount_id": NUMBER,
    },
    "subaccounts/limit": {"id": NUMBER, "type": TEXT, "value": NUMBER},
    "subaccounts/delete": {"id": NUMBER},
    "payments/index": {},
    "payments/view": {"id": NUMBER},
    "payments/invoice": {"id": NUMBER},
    "stats/index": {"type": TEXT, "begin": TEXT, "end": TEXT},
}


@dataclass(frozen=True)
class SerwerSmsSwitches(Switches):
    """Hold how the account is set up; limits are in SMS parts, None is no limit."""

    token: str = "sim-token"  # noqa: S105
    username: str = "sim"
    password: str = "sim-password"  # noqa: S105
    inactive: bool = False
    ip_check: bool = False
    eco_allowed: bool = True
    full_allowed: bool = True
    flash_allowed: bool = True
    voice_allowed: bool = False
    eco_limit: int | None = None
    full_limit: int | None = None
    voice_limit: int | None = None
    sender_approval: bool = True
    unique_id_control: bool = False
    eco_utf: Literal["ignore", "refuse"] = "ignore"
    undelivered_reason: str = "wrong_number"
    push_vocabulary: Literal["english", "polish", "smpp"] = "english"
    omit_items: bool = False
    slow_hlr: bool = False
    error_code_as_string: bool = False


class GeneralError(Exception):
    """Refuse a whole request with one of the provider's codes; nothing was queued."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Take the code, and what exactly is wrong for the journal and the message."""
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def error_body(code: int, detail: str = "") -> dict[str, Json]:
    """Return code, type and message as the provider names them."""
    kind, message = ERRORS[code]
    return {"code": code, "type": kind, "message": f"{message}: {detail}" if detail else message}


def flag(value: Json) -> bool:
    """Read a boolean as PHP does: every text but the empty one, "0" and our "none" is true."""
    return value not in (None, False, 0, "", "0", "none")


def text(values: dict[str, Json], name: str) -> str:
    """Return a field as text, empty when it is absent."""
    value = values.get(name)
    return "" if value is None or isinstance(value, list | dict) else str(value)


def texts(values: dict[str, Json], name: str) -> list[str]:
    """Return a field that may be one text or an array as a list, empty when it is absent or empty."""
    value = values.get(name)
    if isinstance(value, list):
        return ["" if entry is None else str(entry) for entry in value]
    return [str(value)] if value not in (None, "") else []


def number(values: dict[str, Json], name: str, default: int) -> int:
    """Return a field as a whole number; raise GeneralError when it is something else."""
    value = text(values, name)
    if not value:
        return default
    if not WHOLE_NUMBER.fullmatch(value):
        raise GeneralError(1006, f"{name} is not a number")
    return int(value)


def lint(request: Request, action: str, params: Params) -> None:
    """Note fields the provider does not know and known ones of a wrong type."""
    known = FIELDS.get(action)
    if known is None:
        return
    for name, value in params.values.items():
        kind = known.get(name) or COMMON.get(name)
        if kind is None:
            request.note("unknown_field", f"{action}: {name}")
        elif value is not None and not _is_of(kind, value, params.is_form):
            request.note("wrong_type", f"{action}: {name} is not {kind}")
    if params.is_form and any(phone.startswith(" ") for phone in texts(params.values, "phone")):
        request.note("raw_plus_in_form", f"{action}: the + of a phone was not encoded")


def _is_of(kind: str, value: Json, is_form: bool) -> bool:
    if kind == TEXTS:
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
    if kind == ROWS:
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, dict) for v in value))
    if kind == NUMBER:
        return value.isdigit() if isinstance(value, str) else isinstance(value, int) and value is not True
    if kind == FLAG:
        return isinstance(value, bool) or value in (0, 1, "0", "1", "true") or (is_form and value == "false")
    return isinstance(value, str)
