"""messages/reports, view and delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smspanel.simulator.air import Key, Message
from smspanel.simulator.clock import from_local, local
from smspanel.simulator.msisdn import corrected, network
from smspanel.simulator.serwersms.wire import NAME, GeneralError, number, text, texts
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

MOST_IDS = 500
PAGE = 100
ARCHIVED_AFTER = 14 * 86400
STATUSES = {"refused": "unsent", "scheduled": "saved", "expired": "undelivered", "rejected": "undelivered"}
PRICE = 0.1
KEYS: tuple[tuple[str, Key], ...] = (("id", "provider_id"), ("unique_id", "reference"), ("phone", "number"))


def reports(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List messages with their states, a page at a time."""
    del request
    found = [message for message in _asked_for(world, values) if _passes(message, values)]
    if text(values, "order") != "asc":
        found.reverse()
    return page([item(message) for message in found], values)


def view(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Show one message."""
    del request
    found = _asked_for(world, values) if values.get("id") or values.get("unique_id") else []
    if not found:
        raise GeneralError(1004)
    return Reply.of_json(item(found[-1]), decision="one message")


def delete(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Delete messages that still wait for their time."""
    del request
    with world.store.transaction():
        deleted: list[int] = []
        failed = 0
        for field, key in KEYS[:2]:
            for value in texts(values, field):
                matches = world.air.find(NAME, key, [value])
                waiting = [m.id for m in matches if m.state == "scheduled" and m.id not in deleted]
                deleted += waiting
                failed += not waiting
        world.air.delete(deleted)
    body = {"success": bool(deleted), "correct": len(deleted), "failed": failed}
    return Reply.of_json(body, decision=f"deleted {len(deleted)}")


def page(items: Sequence[dict[str, object]], values: dict[str, Json]) -> Reply:
    """Return one page of the items with the number of all pages."""
    size = min(max(number(values, "limit", PAGE), 1), MOST_IDS)
    wanted = max(number(values, "page", 1), 1)
    pages = max(1, -(-len(items) // size))
    shown = items[(wanted - 1) * size : wanted * size]
    body = {"paging": {"page": wanted, "count": pages}, "items": shown}
    return Reply.of_json(body, decision=f"{len(shown)} of {len(items)}")


def _asked_for(world: World, values: dict[str, Json]) -> list[Message]:
    since = world.clock.now() - ARCHIVED_AFTER
    chosen: dict[int, Message] | None = None
    for field, key in KEYS:
        wanted = texts(values, field)
        if len(wanted) > MOST_IDS:
            raise GeneralError(1006, f"more than {MOST_IDS} of {field}")
        if wanted:
            keys = [corrected(phone) or phone for phone in wanted] if key == "number" else wanted
            found = {message.id: message for message in world.air.find(NAME, key, keys)}
            chosen = found if chosen is None else {one: chosen[one] for one in chosen.keys() & found.keys()}
    messages: Iterable[Message] = world.air.taken_since(NAME, since) if chosen is None else chosen.values()
    kept = (m for m in messages if m.accepted_at >= since and m.state != "deleted")
    return sorted(kept, key=lambda message: message.id)


def _passes(message: Message, values: dict[str, Json]) -> bool:
    status, kind = text(values, "status"), text(values, "type")
    if status and status not in _statuses(message):
        return False
    if kind and kind != message.kind:
        return False
    try:
        since, until = (text(values, name) for name in ("date_from", "date_to"))
        return (not since or message.accepted_at >= from_local(since)) and (
            not until or message.accepted_at < from_local(until) + 1
        )
    except ValueError:
        raise GeneralError(1006, "date_from or date_to is not YYYY-MM-DD HH:MM:SS") from None


def _status(message: Message) -> str:
    return STATUSES.get(message.state, message.state)


def _statuses(message: Message) -> set[str]:
    """Return the filter words that find the message; a sent one without a report is also pending."""
    return {_status(message)} | ({"pending"} if message.state == "sent" else set())


def item(message: Message) -> dict[str, object]:
    """Return a message as reports show it."""
    wrong = corrected(message.number) is None
    entry: dict[str, object] = {
        "id": message.provider_id,
        "phone": message.number if wrong else f"+{message.number}",
        "status": _status(message),
        "queued": local(message.accepted_at),
    }
    if message.air_at is not None and message.state != "scheduled":
        entry["sent"] = local(message.air_at)
    if message.state == "delivered" and message.final_at is not None:
        entry["delivered"] = local(message.final_at)
    if message.failed and message.reason:
        entry["reason"] = message.reason
    return entry | _description(message)


def _description(message: Message) -> dict[str, object]:
    return {
        "sender": message.sender,
        "type": message.kind,
        "text": message.text,
        **message.details(),
        "parts": message.parts,
        "cost": 0 if message.state == "refused" else round(message.parts * PRICE, 2),
        "method": "api",
        "mnc": 26003,
        "country": "Poland",
        "network": network(message.number),
    }
