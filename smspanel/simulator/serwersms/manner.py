"""How all messages of one call are sent, and whether the account may send like that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from smspanel.simulator.clock import from_local
from smspanel.simulator.serwersms.wire import NAME, GeneralError, SerwerSmsSwitches, flag, text
from smspanel.simulator.wire import Json, Request
from smspanel.simulator.world import World

OWN_NUMBER = re.compile(r"[0-9]{4}|[0-9]{9}")
TWO_WAY = "2waySMS"
ECO, FULL, VOICE = "eco", "full", "voice"


@dataclass(frozen=True)
class Manner:
    """Hold how all messages of one call are sent; the date is in virtual Unix seconds."""

    kind: str
    sender: str
    ucs2: bool
    flash: bool
    test: bool
    details: bool
    date: float | None
    dlr_url: str | None


def manner_of(world: World, request: Request, values: dict[str, Json], *, voice: bool) -> Manner:
    """Return how the call wants its messages sent; raise GeneralError where the account may not."""
    switches = world.switchboard.of(SerwerSmsSwitches)
    sender = "" if voice else text(values, "sender").strip()
    kind = VOICE if voice else FULL if sender else ECO
    _check_rights(world, switches, kind, sender, flash=flag(values.get("flash")))
    utf = flag(values.get("utf"))
    if utf and kind == ECO:
        request.note("utf_without_sender", "SMS ECO+ cannot carry diacritics")
        if switches.eco_utf == "refuse":
            raise GeneralError(1006, "utf needs a sender")
    return Manner(
        kind=kind,
        sender=sender,
        ucs2=utf and kind == FULL,
        flash=flag(values.get("flash")),
        test=flag(values.get("test")),
        details=flag(values.get("details")) and not switches.omit_items,
        date=_date(text(values, "date")),
        dlr_url=_dlr_url(request, text(values, "dlr_url")),
    )


def _check_rights(world: World, switches: SerwerSmsSwitches, kind: str, sender: str, *, flash: bool) -> None:
    if kind == ECO and not switches.eco_allowed:
        raise GeneralError(3001)
    if kind == FULL and not switches.full_allowed:
        raise GeneralError(3003)
    if kind == VOICE and not switches.voice_allowed:
        raise GeneralError(3007)
    if flash and not switches.flash_allowed:
        raise GeneralError(3008)
    free = not sender or sender == TWO_WAY or OWN_NUMBER.fullmatch(sender)
    if free or not switches.sender_approval:
        return
    authorized = {entry.name for entry in world.registers.senders(NAME) if entry.status == "authorized"}
    if sender not in authorized:
        raise GeneralError(3009, f"the sender {sender} is not authorized")


def _date(value: str) -> float | None:
    try:
        return from_local(value) if value else None
    except ValueError:
        raise GeneralError(1006, "date is not YYYY-MM-DD HH:MM:SS") from None


def _dlr_url(request: Request, value: str) -> str | None:
    url = unquote(value) if value.lower().startswith(("http%3a", "https%3a")) else value
    if url and not ("#SMSID#" in url and "#STAN#" in url):
        request.note("dlr_url", "it has no #SMSID# or no #STAN#")
    return url or None
