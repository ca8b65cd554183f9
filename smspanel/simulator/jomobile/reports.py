"""Delivery reports, one for every part: asked for with sms-full-data, or pushed in lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from smspanel.simulator.air import Message
from smspanel.simulator.front import DueReport, Outgoing
from smspanel.simulator.jomobile.wire import NAME, JoMobileSwitches, Refused, done, number, text, texts
from smspanel.simulator.msisdn import only_digits
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

KEPT = 3 * 86400
MOST_REPORTS = 200
STATES = {
    "scheduled": "SCHEDULED",
    "sent": "ENROUTE",
    "delivered": "DELIVRD",
    "undelivered": "UNDELIV",
    "expired": "EXPIRED",
    "rejected": "REJECTD",
}
FORM = "%Y-%m-%d %H:%M:%S"
Record = dict[str, object]


def full_data(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """List the parts of messages of the last days, a page at a time."""
    del request
    since, until = _period(text(values, "time_period"))
    oldest = world.clock.now() - KEPT
    phones = [only_digits(phone) for phone in texts(values, "phone")]
    messages = world.air.find(NAME, "number", phones) if phones else world.air.taken_since(NAME, oldest)
    kept = [m for m in messages if m.accepted_at >= oldest and since <= m.accepted_at <= until]
    found = [record for message in kept if _passes(message, values) for record in _records(message)]
    if states := texts(values, "state"):
        found = [record for record in found if record["state"] in states]
    size, page = number(values, "limit"), number(values, "offset") or 0
    shown = found if size is None else found[page * size : (page + 1) * size]
    as_object = world.switchboard.of(JoMobileSwitches).full_data == "object"
    return done({"total": len(found), "sms": shown} if as_object else shown, f"{len(shown)} of {len(found)}")


def _period(value: str) -> tuple[float, float]:
    if not value:
        return 0.0, float("inf")
    try:
        first, last = (datetime.fromisoformat(f"{piece}+00:00").timestamp() for piece in value.split(" - "))
    except ValueError:
        raise Refused({"time_period": ["The format of time_period is invalid."]}) from None
    return first, last + 1


def _passes(message: Message, values: dict[str, Json]) -> bool:
    wanted = (
        (text(values, "sender"), message.sender),
        (text(values, "type_sms").lower(), message.kind),
        (text(values, "MCC"), "260" if message.number.startswith("48") else "255"),
        (text(values, "MNC"), "3"),
    )
    return all(asked in ("", has) for asked, has in wanted)


def _records(message: Message, event: str = "", at: float | None = None) -> list[Record]:
    """Return a record for each part, in a state of the message that may be an earlier one."""
    state = event or message.state
    details = message.details()
    moment = at or (message.final_at if state == message.outcome else message.air_at) or message.accepted_at
    records: list[Record] = []
    for part, part_id in enumerate(details["ids"], 1):
        failed = part == details["failing"] and state == "delivered"
        records.append(
            {
                "id_state": part_id,
                "originator": message.sender,
                "phone": message.number,
                "type_sms": message.kind,
                "text_sms": message.text,
                "num_parts": message.parts,
                "part_no": part,
                "state": STATES[details["failing_state"] if failed else state],
                "time": datetime.fromtimestamp(moment, UTC).strftime(FORM),
            }
        )
    return records


def outgoing(world: World, reports: Sequence[DueReport]) -> list[Outgoing]:
    """Put due reports into lists of at most 200 parts for each address, without the parts that were accepted."""
    lists: list[tuple[str, list[int], list[Record]]] = []
    for report in reports:
        records = _not_accepted(world, report)
        mine = next((one for one in lists if one[0] == report.url and len(one[2]) + len(records) <= MOST_REPORTS), None)
        if mine is None:
            mine = (report.url, [], [])
            lists.append(mine)
        mine[1].append(report.id)
        mine[2].extend(records)
    return [_post(world, url, ids, records) for url, ids, records in lists]


def _not_accepted(world: World, report: DueReport) -> list[Record]:
    records = _records(report.message, report.event, report.due_at)
    accepted = _accepted(world, report.id)
    return [record for record in records if str(record["id_state"]) not in accepted] or records


def _post(world: World, url: str, ids: list[int], records: list[Record]) -> Outgoing:
    if world.switchboard.of(JoMobileSwitches).parts_reversed:
        records.reverse()
    headers = (("Content-Type", "application/json"),)
    return Outgoing(url, tuple(ids), method="POST", body=json.dumps(records).encode(), headers=headers)


def settled(world: World, outgoing: Outgoing, status: int, body: bytes) -> tuple[int, ...]:
    """Return the reports of which every part is in the caller's list; remember the parts of the others."""
    echoed = _echoed(body) if status == 200 else set()
    done_with = []
    with world.store.transaction():
        for report_id in outgoing.reports:
            parts = _parts_of(world, report_id)
            accepted = (echoed & parts) | _accepted(world, report_id)
            if parts <= accepted:
                done_with.append(report_id)
            elif accepted:
                world.store.remember(_key(report_id), [*sorted(accepted)])
    return tuple(done_with)


def _echoed(body: bytes) -> set[str]:
    try:
        said = json.loads(body)
    except ValueError:
        return set()
    return {str(one) for one in said} if isinstance(said, list) else set()


def _parts_of(world: World, report_id: int) -> set[str]:
    query = "SELECT extra FROM message WHERE id = (SELECT message_id FROM report WHERE id = ?)"
    with world.store.transaction() as db:
        rows: Iterable[tuple[str]] = db.execute(query, (report_id,))
        return {str(part) for (extra,) in rows for part in json.loads(extra)["ids"]}


def _accepted(world: World, report_id: int) -> set[str]:
    kept = world.store.remembered(_key(report_id))
    return {str(part) for part in kept} if isinstance(kept, list) else set()


def _key(report_id: int) -> str:
    return f"{NAME}:accepted:{report_id}"
