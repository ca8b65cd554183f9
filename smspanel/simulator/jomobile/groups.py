"""Groups of numbers, and sending to them."""

from __future__ import annotations

from dataclasses import replace

from smspanel.simulator.jomobile.send import Order, read_element, take
from smspanel.simulator.jomobile.wire import NAME, JoMobileSwitches, Refused, done, number, required, text, texts
from smspanel.simulator.msisdn import only_digits
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

GROUPS = f"{NAME}:groups"
PAGE = 10
Groups = dict[str, dict[str, Json]]


def groups(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List groups, all of them or one; the offset counts pages."""
    del request
    wanted, size, page = number(values, "id_group"), number(values, "limit") or PAGE, number(values, "offset") or 0
    found = [_shown(group) for key, group in _kept(world).items() if not wanted or key == str(wanted)]
    return done(found[page * size : (page + 1) * size], f"{len(found)} groups")


def create(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Make a group."""
    del request
    name = required(values, "name_group")
    with world.store.transaction():
        kept = _kept(world)
        group_id = world.store.reserve(1)
        birth = {field: values.get(field) or False for field in ("time_birth", "originator_birth", "text_birth")}
        group: dict[str, Json] = {"id_group": group_id, "name_group": name, **birth}
        group |= {"on_birth": values.get("on_birth") is True, "numbers": {}}
        world.store.remember(GROUPS, {**kept, str(group_id): group})
    return done(_shown(group), f"group {group_id}")


def delete(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Delete groups."""
    del request
    with world.store.transaction():
        kept = _kept(world)
        gone = [key for key in texts(values, "id_group") if kept.pop(key, None) is not None]
        world.store.remember(GROUPS, {**kept})
    return done({"groupDetails": {"command": "delete", "deleteCount": len(gone)}}, f"deleted {len(gone)}")


def add(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Put numbers into a group, or change what is known of them."""
    del request
    rows = values.get("numbers")
    with world.store.transaction():
        kept, group = _one(world, values)
        members = _members(group)
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and (phone := only_digits(text(row, "number"))):
                members[phone] = {**row}
        group["numbers"] = {**members}
        world.store.remember(GROUPS, {**kept})
    return done({"count": len(members)}, f"{len(members)} numbers")


def search(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Return which of the numbers are in the group."""
    del request
    members = _members(_one(world, values)[1])
    found = [members[phone] for phone in texts(values, "numbers") if phone in members]
    return done(found, f"found {len(found)}")


def remove(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Take numbers out of a group."""
    del request
    with world.store.transaction():
        kept, group = _one(world, values)
        gone = set(texts(values, "numbers"))
        members = _members(group)
        group["numbers"] = {phone: row for phone, row in members.items() if phone not in gone}
        world.store.remember(GROUPS, {**kept})
    return done({"deleteCount": len(gone & members.keys())}, f"removed {len(gone & members.keys())}")


def send_bulk(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Send to everybody in the groups and to extra numbers, except to whoever is in an excluded group."""
    own, kept = world.switchboard.of(JoMobileSwitches), _kept(world)
    chosen: dict[str, dict[str, Json]] = {phone: {} for phone in texts(values, "phone")}
    for key in texts(values, "id_group"):
        chosen |= _members(kept.get(key, {}))
    left_out = {phone for key in texts(values, "id_group_excluded") for phone in _members(kept.get(key, {}))}
    element: dict[str, Json] = {
        "number": [phone for phone in chosen if phone not in left_out],
        "senderID": values.get("senderID"),
        "text": values.get("text"),
        "beginDate": values.get("dateStart"),
        "beginTime": values.get("timeStart"),
    }
    orders = [_personal(order, chosen) for order in read_element(world, own, element)]
    reply = take(world, request, orders)
    details: Json = {"id_group": values.get("id_group"), "senderID": values.get("senderID")}
    return replace(done({"details": details}, reply.decision), taken=reply.taken)


def _personal(order: Order, chosen: dict[str, dict[str, Json]]) -> Order:
    name = text(chosen.get(order.phone, {}), "name")
    return replace(order, text=order.text.replace("#first_name#", name).replace("#number#", order.phone))


def _shown(group: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in group.items() if name != "numbers"} | {"count": len(_members(group))}


def _kept(world: World) -> Groups:
    kept = world.store.remembered(GROUPS)
    return {key: group for key, group in kept.items() if isinstance(group, dict)} if isinstance(kept, dict) else {}


def _one(world: World, values: dict[str, Json]) -> tuple[Groups, dict[str, Json]]:
    kept = _kept(world)
    group = kept.get(text(values, "id_group"))
    if group is None:
        raise Refused({"id_group": ["Group not found."]})
    return kept, group


def _members(group: dict[str, Json]) -> dict[str, dict[str, Json]]:
    numbers = group.get("numbers")
    return {phone: row for phone, row in numbers.items() if isinstance(row, dict)} if isinstance(numbers, dict) else {}
