"""Bulks: what is kept of them, the state they are in, their recipients, and how they are taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from smspanel.simulator.air import Message
from smspanel.simulator.clock import WARSAW
from smspanel.simulator.justsend import shelf
from smspanel.simulator.justsend.accounts import pay
from smspanel.simulator.justsend.wire import NAME, Call, Done, JustSendError, JustSendSwitches
from smspanel.simulator.world import World

KIND = "bulk"
ENDS_AFTER = 20.0
STATUSES = ("DELIVERED", "NOT_DELIVERED", "NOT_SENT", "NOT_CONFIRMED")
LISTS = {
    "delivered": "DELIVERED",
    "undelivered": "NOT_DELIVERED",
    "expired": "NOT_DELIVERED",
    "rejected": "NOT_DELIVERED",
    "sent": "NOT_CONFIRMED",
}


def iso(moment: float) -> str:
    """Render Unix seconds as ISO 8601 with the offset of Warsaw."""
    return datetime.fromtimestamp(moment, WARSAW).isoformat(timespec="seconds")


def keep(world: World, bulk: shelf.Document) -> None:
    """Keep a bulk as it is now."""
    shelf.write(world.store, KIND, bulk["id"], bulk)


def of(call: Call) -> shelf.Document:
    """Return the bulk that the request names; raise JustSendError when the caller has none of that id."""
    found = shelf.read(call.world.store, KIND, call.number(len(call.args) - 1))
    if found is None or found["owner"] != call.account.id:
        raise JustSendError(103)
    return found


def owned(world: World, owner: int) -> list[shelf.Document]:
    """Return the bulks of an account, the oldest first."""
    return [bulk for bulk in shelf.every(world.store, KIND) if bulk["owner"] == owner]


def status_of(world: World, bulk: shelf.Document) -> str:
    """Return the state of a bulk at the virtual time."""
    if bulk["canceled"]:
        return "CANCELED"
    if bulk["waiting"]:
        return "TO_PAY"
    if world.clock.now() < bulk["send_at"]:
        return "TO_SEND"
    return "FINISHED_INCOMPLETE" if bulk["refused"] else "FINISHED"


def shown(world: World, bulk: shelf.Document, status: str = "") -> dict[str, Any]:
    """Return a bulk as the provider shows it."""
    echoed: dict[str, Any] = bulk["shown"]
    return echoed | {
        "id": bulk["id"],
        "name": bulk["name"],
        "sendDate": iso(bulk["send_at"]),
        "estimatedEndDate": iso(bulk["send_at"] + ENDS_AFTER),
        "costInPoints": bulk["cost"],
        "bulkStatus": status or status_of(world, bulk),
        "bulkSize": bulk["size"],
        "autoSend": None,
        "voiceDuration": None,
    }


def messages_of(world: World, bulk: shelf.Document) -> list[Message]:
    """Return the messages of a bulk; it has none while it waits for approval."""
    return world.air.find(NAME, "reference", [str(bulk["id"])])


def recipients(world: World, bulk: shelf.Document) -> list[tuple[str, str]]:
    """Return every number that the bulk kept, with the list it is in."""
    waiting = [(number, "NOT_SENT") for number in bulk["waiting"]]
    return waiting + [(one.number, LISTS.get(one.state, "NOT_SENT")) for one in messages_of(world, bulk)]


def detail(call: Call) -> Done:
    """Show a bulk."""
    return Done(shown(call.world, of(call)), "bulk")


def recipient_list(call: Call) -> Done:
    """List the numbers of a bulk that are in a state; an empty list may come as an error."""
    if call.args[0] not in STATUSES:
        raise JustSendError(321, "messageStatus")
    found = [number for number, word in recipients(call.world, of(call)) if word == call.args[0]]
    if not found and call.world.switchboard.of(JustSendSwitches).empty_list == "error":
        raise JustSendError(103)
    return Done(found, f"{len(found)} {call.args[0]}")


def all_recipients(call: Call) -> Done:
    """List all numbers of a bulk with their states; the shape of this reply is our own."""
    found = recipients(call.world, of(call))
    return Done([{"msisdn": number, "status": word} for number, word in found], "experimental")


def cancel(call: Call) -> Done:
    """Take back a bulk that has not started, and give its points back."""
    with call.world.store.transaction():
        bulk = of(call)
        if status_of(call.world, bulk) not in ("TO_PAY", "TO_SEND"):
            raise JustSendError(107)
        call.world.air.delete(one.id for one in messages_of(call.world, bulk))
        pay(call.world, bulk["owner"], -bulk["cost"])
        bulk |= {"canceled": True}
        keep(call.world, bulk)
    return Done(shown(call.world, bulk), f"cancelled {bulk['id']}")


def waiting(world: World) -> Iterable[shelf.Document]:
    """Return the bulks that wait for approval."""
    return [bulk for bulk in shelf.every(world.store, KIND) if bulk["waiting"] and not bulk["canceled"]]
