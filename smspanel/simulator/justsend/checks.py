"""What is checked before anything is sent, in the order of the provider's codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from smspanel.simulator.clock import WARSAW
from smspanel.simulator.justsend.groups import has_reserved
from smspanel.simulator.justsend.wire import (
    NAME,
    PRICES,
    Call,
    JustSendError,
    JustSendSwitches,
    flag,
    moment,
    text,
)
from smspanel.simulator.parts import count_parts, is_gsm
from smspanel.simulator.wire import Json

LONGEST_NAME = 100
LONGEST_SENDER = 11
MOST_PARTS = 6
LONGEST_PAUSE = 10
OPENS, CLOSES = 8, 22
POLISH = re.compile(r"[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True)
class Checked:
    """Hold what every message of a call has in common; `send_at` is in virtual Unix seconds."""

    variant: str
    sender: str
    text: str
    parts: int
    send_at: float

    @property
    def price(self) -> int:
        """Return the points of one message."""
        return self.parts * PRICES[self.variant]


def bulk(call: Call) -> Checked:
    """Check a bulk but for its numbers: name, kind, sender, date, text."""
    if not 1 <= len(text(call.fields, "name").strip()) <= LONGEST_NAME:
        raise JustSendError(312, "name")
    return _checked(call, scheduled=True)


def single(call: Call) -> Checked:
    """Check a single message but for its number; it goes at once."""
    return _checked(call, scheduled=False)


def _checked(call: Call, *, scheduled: bool) -> Checked:
    variant = text(call.fields, "bulkVariant")
    if variant not in PRICES:
        raise JustSendError(321, "bulkVariant")
    sender = _sender(call, variant)
    at = _send_at(call) if scheduled else call.world.clock.now()
    content = _content(call)
    parts = 1 if variant == "VOICE" else count_parts(content, ucs2=not is_gsm(content))
    if parts > MOST_PARTS:
        raise JustSendError(331)
    if variant == "VOICE":
        _check_repeating(call.fields.get("voiceRepeating"))
    if variant == "INTER" and not text(call.fields, "country"):
        raise JustSendError(321, "country")
    return Checked(variant, sender, content, parts, at)


def _check_repeating(asked: Json) -> None:
    """Refuse a pause that is too long; whether periods and languages are checked is not known."""
    pause = text(asked, "pause") if isinstance(asked, dict) else ""
    if pause and not (pause.isdecimal() and int(pause) <= LONGEST_PAUSE):
        raise JustSendError(321, "pause")


def _sender(call: Call, variant: str) -> str:
    given = text(call.fields, "from")
    if variant in ("ECO", "VOICE"):
        return variant
    if variant in ("ECO_RESP", "PRO_RESP"):
        if not has_reserved(call.world, call.account.id, given):
            raise JustSendError(107, "from", word="ILLEGAL_CREATE_PREFIX")
        return "4777" if variant == "ECO_RESP" else given
    if not 2 <= len(given) <= LONGEST_SENDER:
        raise JustSendError(312, "from")
    if variant == "FULL":
        if given not in {sender.name for sender in call.world.registers.senders(NAME)}:
            raise JustSendError(315, "from")
        return given
    if re.fullmatch(r"\+?[0-9 ]{9,}", given):
        raise JustSendError(311, "from")
    if POLISH.search(given):
        raise JustSendError(313)
    if given.isdigit():
        raise JustSendError(314)
    return given


def _send_at(call: Call) -> float:
    """Read the date; one that has passed means now, one at night is refused."""
    given = text(call.fields, "sendDate")
    try:
        at = moment(given) if given else call.world.clock.now()
    except ValueError:
        raise JustSendError(322) from None
    hour = datetime.fromtimestamp(at, WARSAW).hour
    if call.world.switchboard.of(JustSendSwitches).night_window and not OPENS <= hour < CLOSES:
        raise JustSendError(321, "sendDate")
    return max(at, call.world.clock.now())


def _content(call: Call) -> str:
    content = text(call.fields, "message")
    if flag(call.fields, "doubleEncode") and not PERCENT.search(content):
        content = unquote(content)
    if not content.strip():
        raise JustSendError(331)
    if CONTROL.search(content):
        raise JustSendError(332)
    forbidden = call.world.switchboard.of(JustSendSwitches).forbidden_word
    if forbidden and forbidden.lower() in content.lower():
        raise JustSendError(333)
    return content
