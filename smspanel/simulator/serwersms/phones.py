"""phones/check, phones/test, and what phones wrote."""

from __future__ import annotations

from smspanel.simulator.clock import from_local, local
from smspanel.simulator.ids import hex_id
from smspanel.simulator.inbox import Incoming
from smspanel.simulator.msisdn import corrected, network
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.serwersms.reports import page
from smspanel.simulator.serwersms.wire import NAME, GeneralError, SerwerSmsSwitches, flag, text, texts
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

IMSI = 260030000000000
DATES = ("date_from", "date_to")


def check(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Ask the network about a number; a slow network first gives a query id to come back with."""
    del request
    phone = corrected(text(values, "phone"))
    if phone is None:
        raise GeneralError(2001)
    if world.switchboard.of(SerwerSmsSwitches).slow_hlr and not text(values, "id"):
        query = hex_id(world.seed, world.store.reserve(1), digits=10)
        return Reply.of_json({"phone": f"+{phone}", "id": query}, decision="check takes longer")
    alive = fate_of(phone).outcome == "delivered"
    body: dict[str, object] = {
        "phone": f"+{phone}",
        "status": "active" if alive else "inactive",
        "imsi": IMSI,
        "network": network(phone),
        "ported": False,
        "network_ported": "",
    }
    return Reply.of_json(body, decision="checked")


def test(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Say whether a number can be one."""
    del world, request
    return Reply.of_json({"correct": corrected(text(values, "phone")) is not None}, decision="tested")


def received(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List what phones wrote, a page at a time, the newest first."""
    del request
    try:
        since, until = (from_local(text(values, name)) if text(values, name) else None for name in DATES)
    except ValueError:
        raise GeneralError(1006, "date_from or date_to is not YYYY-MM-DD HH:MM:SS") from None
    found = world.inbox.between(NAME, since or 0.0, None if until is None else until + 1)
    phones = {corrected(phone) for phone in texts(values, "phone")}
    found = [
        one
        for one in found
        if text(values, "type") in ("", _kind(one))
        and text(values, "ndi") in ("", one.recipient)
        and (not phones or one.number in phones)
    ]
    if text(values, "order") != "asc":
        found.reverse()
    if flag(values.get("read")):
        world.inbox.mark_read(one.id for one in found)
    blocked = world.registers.blacklist(NAME)
    return page([_item(one, one.number in blocked) for one in found], values)


def _kind(one: Incoming) -> str:
    if one.answers:
        return "eco"
    return "ndi" if len(one.recipient) == 9 else "nd"


def _item(one: Incoming, blocked: bool) -> dict[str, object]:
    return {
        "id": one.id,
        "type": _kind(one),
        "phone": f"+{one.number}",
        "recived": local(one.at),
        "message_id": one.answers or None,
        "blacklist": blocked,
        "text": one.text,
        "to_number": one.recipient,
    }
