"""Templates, subaccounts, payments and statistics."""

from __future__ import annotations

from collections import Counter

from smspanel.simulator.clock import local
from smspanel.simulator.serwersms.reports import page
from smspanel.simulator.serwersms.shelves import name_of, one, required, saved, shelf
from smspanel.simulator.serwersms.wire import NAME, GeneralError, number, text
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

LIMITED = {"eco", "full", "voice", "mms", "hlr"}
INVOICE = b"%PDF-1.4\n% simulated invoice\n%%EOF\n"
STATES = {
    "delivered": "delivered",
    "sent": "pending",
    "scheduled": "pending",
    "undelivered": "undelivered",
    "expired": "undelivered",
    "rejected": "undelivered",
    "refused": "unsent",
}


def templates(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List templates by name."""
    del request
    found = sorted(shelf(world, "template").every(), key=name_of, reverse=text(values, "order") == "desc")
    return Reply.of_json({"items": found}, decision=f"{len(found)} templates")


def add_template(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Keep a new template."""
    del request
    kept: dict[str, Json] = {"name": required(values, "name"), "text": required(values, "text")}
    return saved(shelf(world, "template").add(kept))


def edit_template(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Change a template."""
    del request
    kept = one(world, "template", values)
    changed: dict[str, Json] = {"name": required(values, "name"), "text": required(values, "text")}
    shelf(world, "template").put(number(values, "id", 0), kept | changed)
    return saved(number(values, "id", 0))


def delete_template(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Delete a template."""
    del request
    gone = shelf(world, "template").remove(number(values, "id", 0))
    return Reply.of_json({"success": gone}, decision="deleted")


def subaccounts(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List subaccounts."""
    del request, values
    items = [{"id": kept["id"], "username": kept["username"]} for kept in shelf(world, "subaccount").every()]
    return Reply.of_json({"items": items}, decision=f"{len(items)} subaccounts")


def add_subaccount(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Open a subaccount with the rights of another one, if one is named."""
    del request
    username, template = required(values, "subaccount_username"), number(values, "subaccount_id", 0)
    required(values, "subaccount_password")
    known = shelf(world, "subaccount")
    if any(kept["username"] == username for kept in known.every()):
        raise GeneralError(1006, "the username is taken")
    if template and known.get(template) is None:
        raise GeneralError(1004, "subaccount_id")
    person: dict[str, Json] = {name: text(values, name) for name in ("name", "phone", "email")}
    return saved(known.add({"username": username, **person, "limits": {}}))


def subaccount(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Show a subaccount."""
    del request
    kept = one(world, "subaccount", values)
    return Reply.of_json({name: kept[name] for name in ("id", "username", "name", "phone", "email")}, decision="shown")


def limit_subaccount(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Limit what a subaccount may send of one type."""
    del request
    kept, kind = one(world, "subaccount", values), required(values, "type")
    if kind not in LIMITED:
        raise GeneralError(1006, "type")
    limits = kept["limits"] if isinstance(kept["limits"], dict) else {}
    changed: dict[str, Json] = {"limits": {**limits, kind: number(values, "value", 0)}}
    shelf(world, "subaccount").put(number(values, "id", 0), kept | changed)
    return saved(number(values, "id", 0))


def delete_subaccount(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Close a subaccount."""
    del request
    gone = shelf(world, "subaccount").remove(number(values, "id", 0))
    return Reply.of_json({"success": gone}, decision="deleted")


def payments(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List payments: there is one."""
    del request, values
    return Reply.of_json({"items": [_payment(world)]}, decision="1 payment")


def payment(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Show a payment."""
    del request
    _check_payment(values)
    return Reply.of_json(_payment(world), decision="payment")


def invoice(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Give out the invoice of a payment, which is no JSON."""
    del world, request
    _check_payment(values)
    return Reply(INVOICE, content_type="application/pdf", decision="invoice")


def _check_payment(values: dict[str, Json]) -> None:
    if number(values, "id", 0) != 1:
        raise GeneralError(1004)


def _payment(world: World) -> dict[str, object]:
    return {
        "id": 1,
        "number": "FV/1/2026",
        "state": "paid",
        "paid": 123.0,
        "total": 123.0,
        "payment_to": local(world.clock.now())[:10],
        "url": "https://panel.example.com/payments/1",
    }


def statistics(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Count the messages of each call by their states."""
    del request
    calls: dict[int, dict[str, object]] = {}
    counts: dict[int, Counter[str]] = {}
    for message in world.air.taken_since(NAME, 0.0):
        if text(values, "type") in ("", message.kind):
            when = local(message.accepted_at)
            head = {"id": message.request_id, "name": "API", "text": message.text, "type": message.kind}
            calls.setdefault(message.request_id, {**head, "begin": when, "end": when})
            counts.setdefault(message.request_id, Counter())[STATES.get(message.state, "unsent")] += 1
    items = [
        calls[key] | {word: counts[key][word] for word in ("delivered", "pending", "undelivered", "unsent")}
        for key in calls
        if text(values, "begin") <= str(calls[key]["begin"]) and _before(str(calls[key]["begin"]), text(values, "end"))
    ]
    return page(items, values)


def _before(moment: str, end: str) -> bool:
    return not end or moment[: len(end)] <= end
