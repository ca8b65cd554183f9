"""Groups, the black list, and the commands that replies begin with."""

from __future__ import annotations

from datetime import datetime

from smspanel.simulator.clock import WARSAW, local
from smspanel.simulator.justsend import shelf
from smspanel.simulator.justsend.wire import NAME, Call, Done, JustSendError, JustSendSwitches, text, texts
from smspanel.simulator.msisdn import corrected
from smspanel.simulator.world import World

KIND = "group"
PAGE = 1000
PREFIXES = {329: "TUDORS", 330: "PROMO", 331: "KONKURS"}
LONGEST_RESERVATION = 72 * 3600
SEPARATORS = (" ", "\u00a0", "")
FIRST_ID = 67_760


def groups(call: Call) -> Done:
    """List the caller's groups."""
    mine = [one for one in shelf.every(call.world.store, KIND) if one["owner"] == call.account.id]
    return Done([{"id": one["id"], "name": one["name"]} for one in mine], "groups")


def create(call: Call) -> Done:
    """Make a group; the thousands of its id are parted differently from time to time."""
    name = text(call.fields, "name")
    if not name:
        raise JustSendError(321, "name")
    number = FIRST_ID + call.world.store.reserve(1)
    members = [phone for raw in texts(call.fields.get("members")) if (phone := corrected(raw))]
    made = {"id": number, "owner": call.account.id, "name": name, "members": members}
    shelf.write(call.world.store, KIND, number, made)
    shown = f"{number:,}".replace(",", SEPARATORS[number % len(SEPARATORS)])
    return Done(f"Created group id: {shown}", f"group {number}")


def delete(call: Call) -> Done:
    """Delete a group."""
    group = _group(call, call.number())
    shelf.remove(call.world.store, KIND, group["id"])
    return Done(f"Removed group id: {group['id']}", "group removed")


def add(call: Call) -> Done:
    """Put numbers into a group."""
    return _changed(call, adding=True)


def remove(call: Call) -> Done:
    """Take numbers out of a group."""
    return _changed(call, adding=False)


def _changed(call: Call, *, adding: bool) -> Done:
    wanted = [phone for raw in texts(call.fields.get("members")) if (phone := corrected(raw))]
    with call.world.store.transaction():
        group = _group(call, int(text(call.fields, "groupId") or 0))
        old: list[str] = group["members"]
        new = [*old, *(one for one in dict.fromkeys(wanted) if one not in old)]
        if not adding:
            new = [one for one in old if one not in wanted]
        shelf.write(call.world.store, KIND, group["id"], group | {"members": new})
    word = "Added" if adding else "Removed"
    return Done(f"{word}: {abs(len(new) - len(old))} numbers", f"{len(new)} members")


def members_of(world: World, owner: int, group_id: int) -> list[str]:
    """Return the numbers of a group; raise JustSendError when the owner has none of that id."""
    found = shelf.read(world.store, KIND, group_id)
    if found is None or found["owner"] != owner:
        raise JustSendError(103)
    numbers: list[str] = found["members"]
    return numbers


def group(call: Call) -> Done:
    """Show a group with its members."""
    found = _group(call, call.number())
    return Done({"groupId": found["id"], "name": found["name"], "members": _members(call, found["members"])}, "group")


def pages(call: Call) -> Done:
    """Tell how many pages of members there are."""
    return Done(-(-len(_group(call, call.number())["members"]) // PAGE), "pages")


def page(call: Call) -> Done:
    """Show a page of members, the first one being 1."""
    start = (call.number(1) - 1) * PAGE
    return Done(_members(call, _group(call, call.number())["members"][start : start + PAGE]), "page")


def count(call: Call) -> Done:
    """Count the members."""
    return Done(len(_group(call, call.number())["members"]), "count")


def _group(call: Call, number: int) -> shelf.Document:
    members_of(call.world, call.account.id, number)
    return shelf.read(call.world.store, KIND, number) or {}


def _members(call: Call, numbers: list[str]) -> list[object]:
    if not call.world.switchboard.of(JustSendSwitches).member_objects:
        return list(numbers)
    return [{"id": place, "msisdn": one, "validation": "OK"} for place, one in enumerate(numbers, 1)]


def prefixes(call: Call) -> Done:
    """List the commands, and until when they are reserved."""
    return Done([_prefix(call.world, number) for number in PREFIXES], "prefixes")


def _prefix(world: World, number: int) -> shelf.Document:
    held = shelf.read(world.store, "prefix", number)
    taken = held is not None and held["until"] > world.clock.now()
    until = local(held["until"]).replace(" ", "T") if held and taken else None
    return {"id": number, "name": PREFIXES[number], "reservation": taken, "dateTo": until}


def reserve(call: Call) -> Done:
    """Reserve a command for 72 hours at most; a reservation of somebody else stands in the way."""
    number, now = int(text(call.fields, "id") or 0), call.world.clock.now()
    if number not in PREFIXES:
        raise JustSendError(103)
    try:
        until = datetime.fromisoformat(text(call.fields, "dateTo")).replace(tzinfo=WARSAW).timestamp()
    except ValueError:
        raise JustSendError(322, "dateTo") from None
    if not now < until <= now + LONGEST_RESERVATION:
        raise JustSendError(321, "dateTo")
    with call.world.store.transaction():
        held = shelf.read(call.world.store, "prefix", number)
        if held and held["until"] > now and held["owner"] != call.account.id:
            raise JustSendError(321, "prefix")
        shelf.write(call.world.store, "prefix", number, {"owner": call.account.id, "until": until})
    shown = {"id": number, "name": PREFIXES[number], "userId": call.account.id, "userEmail": "master@example.com"}
    shown |= {"createDate": int(now * 1000), "prefixType": "PREFIX", "prefixAccessType": "PUBLIC"}
    times = {"dateFrom": local(now).replace(" ", "T"), "dateTo": local(until).replace(" ", "T")}
    return Done(shown | times, f"reserved {PREFIXES[number]}")


def has_reserved(world: World, owner: int, name: str) -> bool:
    """Say whether the account has reserved a command of that name."""
    number = next((number for number, known in PREFIXES.items() if known == name), 0)
    held = shelf.read(world.store, "prefix", number)
    return held is not None and held["owner"] == owner and held["until"] > world.clock.now()


def blacklist(call: Call) -> Done:
    """List the black-listed numbers."""
    return Done(list(call.world.registers.blacklist(NAME)), "black list")


def block(call: Call) -> Done:
    """Put numbers on the black list; invalid ones are skipped without a word."""
    return _listed(call, adding=True)


def unblock(call: Call) -> Done:
    """Take numbers off the black list."""
    return _listed(call, adding=False)


def _listed(call: Call, *, adding: bool) -> Done:
    if not isinstance(call.body, list):
        raise JustSendError(311, "numbers")
    if not all(isinstance(one, int) for one in call.body):
        call.request.note("wrong_type", "the black list takes an array of numbers")
    phones = [phone for raw in texts(call.body) if (phone := corrected(raw))]
    for phone in phones:
        if adding:
            call.world.registers.block(NAME, phone)
        else:
            call.world.registers.unblock(NAME, phone)
    return Done(f"{'Added' if adding else 'Removed'}: {len(phones)} numbers", f"{len(phones)} numbers")
