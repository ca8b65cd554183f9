"""The post back: what is pushed when, and its four shapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smspanel.simulator.air import Message, Submission
from smspanel.simulator.front import DueReport, Outgoing
from smspanel.simulator.justsend import bulks, shelf
from smspanel.simulator.justsend.wire import NAME
from smspanel.simulator.world import World

ENDED, HANDED_OVER, ANSWERED = "ended", "handed over", "answered"
ANSWERING = "10"
ANSWERS = {"ECO_RESP", "PRO_RESP"}
FIRST_ACK = 10_000_003_074_072_725  # odd, and beyond what a floating point number holds exactly
OPERATOR = "POLAND_ORANGE"
WORDS = {
    "delivered": "MESSAGE_DELIVERED",
    "undelivered": "MESSAGE_NOT_DELIVERED",
    "rejected": "MESSAGE_NOT_DELIVERED",
    "expired": "UNDEFINED",
}
PLAN = "INSERT INTO report (message_id, front, url, event, due_at) VALUES (?, ?, ?, ?, ?)"
PLAN_ANSWERS = """INSERT INTO report (message_id, front, url, event, due_at)
    SELECT id, front, ?, ?, final_at + 1 FROM message WHERE front = ? AND reference = ?
    AND kind IN ('ECO_RESP', 'PRO_RESP') AND number LIKE '%10' AND outcome = 'delivered'"""
HEADERS = (("Accept", "application/json"), ("Content-type", "application/json"))


def plan(world: World, bulk: shelf.Document, batch: Sequence[Submission]) -> None:
    """Add the notice that the bulk has ended, and the answers to a bulk with replies."""
    last = batch[-1]
    with world.store.transaction() as db:
        db.execute(PLAN, (last.sequence, NAME, last.callback, ENDED, bulk["send_at"] + bulks.ENDS_AFTER))
        db.execute(PLAN_ANSWERS, (last.callback, ANSWERED, NAME, last.reference))


def plan_single(world: World, message: Submission) -> None:
    """Add the notice that a single message was handed over."""
    with world.store.transaction() as db:
        db.execute(PLAN, (message.sequence, NAME, message.callback, HANDED_OVER, world.clock.now()))


def answers(message: Message) -> bool:
    """Say whether the phone answers this message: one whose number ends in 10, if it can."""
    return message.kind in ANSWERS and message.number.endswith(ANSWERING) and message.outcome == "delivered"


def outgoing(world: World, report: DueReport) -> Outgoing:
    """Put a report into a request."""
    body = json.dumps(_body(world, report)).encode()
    return Outgoing(report.url, (report.id,), method="POST", body=body, headers=HEADERS)


def _body(world: World, report: DueReport) -> dict[str, Any]:
    message = report.message
    bulk = shelf.read(world.store, bulks.KIND, int(message.details().get("bulk", 0)))
    at = int(report.due_at * 1000)
    if report.event == ENDED and bulk:
        status = bulks.status_of(world, bulk)
        return {
            "bulkStatus": status,
            "importedCount": bulk["size"],
            "name": bulk["shown"]["shortName"],
            "id": bulk["id"],
            "deliveryTime": at,
        }
    head = {"msisdn": message.number, "operator": OPERATOR, "deliveryTime": at}
    if report.event == ANSWERED and bulk:
        prefix = {"idMsgContent": bulk["id"], "prefix": message.sender, "sender": message.sender}
        group = {"groupId": 4000, "groupName": f"{message.sender}_responders", "id": 250_000 + message.id}
        return head | prefix | group
    number_id = int(message.provider_id)
    word = WORDS.get(report.event)
    if word is None:
        return head | {"id": number_id}
    return {"ackId": FIRST_ACK + 2 * message.id, **head, "deliveryStatus": word, "id": number_id}
