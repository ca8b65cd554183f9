"""account/limits, senders and blacklist."""

from __future__ import annotations

from smspanel.simulator.clock import local
from smspanel.simulator.msisdn import corrected
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.serwersms.reports import page
from smspanel.simulator.serwersms.wire import NAME, GeneralError, SerwerSmsSwitches, flag, text
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

CHARS = "918/6"
LONGEST_SENDER = 11


def limits(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Tell how many SMS may still be sent; every value is a text, also a number."""
    del request
    own = world.switchboard.of(SerwerSmsSwitches)
    items: list[dict[str, str]] = [
        {"type": "eco", "chars_limit": CHARS, "value": _value(own.eco_limit, allowed=own.eco_allowed)},
        {"type": "full", "chars_limit": CHARS, "value": _value(own.full_limit, allowed=own.full_allowed)},
        {"type": "voice", "value": _value(own.voice_limit, allowed=own.voice_allowed)},
    ]
    kind: dict[str, object] = {"account": {"type": "prepaid"}} if flag(values.get("show_type")) else {}
    return Reply.of_json(kind | {"items": items}, decision="limits")


def _value(limit: int | None, *, allowed: bool) -> str:
    if not allowed:
        return "not_available"
    return "no_limit" if limit is None else str(limit)


def senders(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List sender names by name."""
    del request
    known = world.registers.senders(NAME)
    if flag(values.get("predefined")):
        known = [sender for sender in known if sender.predefined]
    if text(values, "order") == "desc":
        known.reverse()
    items = [{"name": one.name, "agreement": "not_required", "status": one.status} for one in known]
    return Reply.of_json({"items": items}, decision=f"{len(items)} senders")


def add_sender(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Ask for a new sender name, which then waits for approval."""
    del request
    name = text(values, "name").strip()
    if not name:
        raise GeneralError(2000, "name")
    if len(name) > LONGEST_SENDER or any(name == sender.name for sender in world.registers.senders(NAME)):
        raise GeneralError(1006, "the name is too long or there already")
    world.registers.set_sender(NAME, name, "pending_authorization")
    return Reply.of_json({"success": True}, decision=f"sender {name} waits")


def block(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Put a number on the black list."""
    del request
    return Reply.of_json({"success": True, "id": world.registers.block(NAME, _phone(values))}, decision="blocked")


def unblock(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Take a number off the black list."""
    del request
    return Reply.of_json({"success": world.registers.unblock(NAME, _phone(values))}, decision="unblocked")


def is_blocked(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Say whether a number is on the black list."""
    del request
    phone = _phone(values)
    blocked = phone in world.registers.blacklist(NAME) or fate_of(phone).blacklisted
    return Reply.of_json({"exists": blocked}, decision="checked")


def blacklist(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List black-listed numbers, all of them or the one asked for."""
    del request
    wanted = corrected(text(values, "phone"))
    entries = world.registers.blacklist(NAME).items()
    shown = [(phone, added) for phone, (_, added) in entries if wanted in (None, phone)]
    return page([{"phone": f"+{phone}", "added": local(added)} for phone, added in shown], values)


def _phone(values: dict[str, Json]) -> str:
    phone = corrected(text(values, "phone"))
    if phone is None:
        raise GeneralError(2001)
    return phone
