"""What the actions that keep documents share: finding, requiring and answering."""

from __future__ import annotations

from smspanel.simulator.serwersms.wire import NAME, GeneralError, number, text
from smspanel.simulator.shelf import Document, Shelf
from smspanel.simulator.wire import Json, Reply
from smspanel.simulator.world import World


def shelf(world: World, kind: str) -> Shelf:
    """Return the documents of a kind."""
    return Shelf(world.store, NAME, kind)


def one(world: World, kind: str, values: dict[str, Json], field: str = "id") -> Document:
    """Return the document that a field names; raise GeneralError when there is none."""
    found = shelf(world, kind).get(number(values, field, 0))
    if found is None:
        raise GeneralError(1004, field)
    return found


def required(values: dict[str, Json], name: str) -> str:
    """Return a field that must not be blank; raise GeneralError when it is."""
    value = text(values, name).strip()
    if not value:
        raise GeneralError(2000, name)
    return value


def name_of(document: Document) -> str:
    """Return what documents are sorted by."""
    return str(document["name"]).lower()


def saved(key: int) -> Reply:
    """Return the answer to something that was kept under that number."""
    return Reply.of_json({"success": True, "id": key}, decision=f"kept {key}")
