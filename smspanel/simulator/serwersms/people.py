"""Groups and contacts."""

from __future__ import annotations

from smspanel.simulator.msisdn import corrected
from smspanel.simulator.serwersms.reports import page
from smspanel.simulator.serwersms.shelves import name_of, one, required, saved, shelf
from smspanel.simulator.serwersms.wire import NAME, GeneralError, number, text
from smspanel.simulator.shelf import Document
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

PERSON = ("email", "first_name", "last_name", "company", "tax_id", "address", "city", "description")


def groups(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List groups by name, a page at a time."""
    del request
    wanted = text(values, "search").lower()
    found = [group for group in shelf(world, "group").every() if wanted in name_of(group)]
    found.sort(key=name_of, reverse=text(values, "order") == "desc")
    return page([_shown(world, group) for group in found], values)


def group(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Show a group."""
    del request
    return Reply.of_json(_shown(world, one(world, "group", values)), decision="group")


def add_group(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Make a group."""
    del request
    return saved(shelf(world, "group").add({"name": required(values, "name")}))


def edit_group(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Give a group another name."""
    del request
    kept = one(world, "group", values)
    changed: Document = {"name": required(values, "name")}
    shelf(world, "group").put(number(values, "id", 0), kept | changed)
    return saved(number(values, "id", 0))


def delete_group(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Delete a group with everybody in it."""
    del request
    key = number(values, "id", 0)
    with world.store.transaction():
        gone = shelf(world, "group").remove(key)
        for contact in _members(world, key):
            shelf(world, "contact").remove(int(str(contact["id"])))
    return Reply.of_json({"success": gone}, decision="deleted")


def groups_of(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List the groups in which a number is."""
    del request
    phone = f"+{_phone(values)}"
    names = {kept["id"]: kept["name"] for kept in shelf(world, "group").every()}
    items = [
        {"id": contact["id"], "group_id": contact["group_id"], "group_name": names.get(contact["group_id"])}
        for contact in shelf(world, "contact").every()
        if contact["phone"] == phone
    ]
    return Reply.of_json({"items": items}, decision=f"in {len(items)} groups")


def contacts(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List contacts, of a group or all."""
    del request
    key, wanted = number(values, "group_id", 0), text(values, "search").lower()
    found = _members(world, key) if key else shelf(world, "contact").every()
    found = [one_ for one_ in found if not wanted or any(wanted in str(value).lower() for value in one_.values())]
    return page([_with_group(world, contact) for contact in found], values)


def contact(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Show a contact."""
    del request
    return Reply.of_json(_with_group(world, one(world, "contact", values)), decision="contact")


def add_contact(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Put a contact into a group."""
    del request
    one(world, "group", values, "group_id")
    return saved(shelf(world, "contact").add(_person(values, number(values, "group_id", 0))))


def edit_contact(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Change a contact."""
    del request
    one(world, "contact", values)
    one(world, "group", values, "group_id")
    shelf(world, "contact").put(number(values, "id", 0), _person(values, number(values, "group_id", 0)))
    return saved(number(values, "id", 0))


def delete_contact(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Delete a contact."""
    del request
    gone = shelf(world, "contact").remove(number(values, "id", 0))
    return Reply.of_json({"success": gone}, decision="deleted")


def import_contacts(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Make a group of contacts, leaving out those with wrong numbers."""
    del request
    rows = values.get("contact")
    entries = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    right = [row for row in entries if corrected(text(row, "phone"))]
    with world.store.transaction():
        key = shelf(world, "group").add({"name": required(values, "group_name")})
        for row in right:
            shelf(world, "contact").add(_person(row, key))
    body = {"success": True, "id": key, "correct": len(right), "failed": len(entries) - len(right)}
    return Reply.of_json(body, decision=f"imported {len(right)}")


def _members(world: World, group_id: int) -> list[Document]:
    return [contact for contact in shelf(world, "contact").every() if contact["group_id"] == group_id]


def _shown(world: World, kept: Document) -> dict[str, object]:
    return {"id": kept["id"], "name": kept["name"], "count": len(_members(world, int(str(kept["id"]))))}


def _with_group(world: World, kept: Document) -> dict[str, object]:
    found = shelf(world, "group").get(int(str(kept["group_id"]))) or {}
    blocked = str(kept["phone"]).lstrip("+") in world.registers.blacklist(NAME)
    return {**kept, "blacklist": blocked, "group_name": found.get("name")}


def _person(values: dict[str, Json], group_id: int) -> Document:
    return {"group_id": group_id, "phone": f"+{_phone(values)}", **{name: text(values, name) for name in PERSON}}


def _phone(values: dict[str, Json]) -> str:
    phone = corrected(text(values, "phone"))
    if phone is None:
        raise GeneralError(2001)
    return phone
