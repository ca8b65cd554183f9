"""report/: counters of bulks and of single messages, and the answers of phones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from smspanel.simulator.clock import WARSAW
from smspanel.simulator.justsend import bulks, shelf
from smspanel.simulator.justsend.push import OPERATOR, answers
from smspanel.simulator.justsend.wire import NAME, PRICES, Call, Done, JustSendError, JustSendSwitches
from smspanel.simulator.world import World

ANSWER = "TAK"


def of_bulk(call: Call) -> Done:
    """Report about one bulk."""
    return Done(_report(call.world, bulks.of(call)), "report")


def of_days(call: Call) -> Done:
    """Report about the bulks of some days, by the Polish day on which they start."""
    start, end = _days(call.args)
    return Done(_listed(call.world, call.account.id, start, end), f"reports of {call.args[0]}")


def of_subaccount(call: Call) -> Done:
    """Report about all bulks of an account below the MASTER."""
    if not call.account.is_master:
        raise JustSendError(102)
    if shelf.read(call.world.store, "account", call.number()) is None:
        raise JustSendError(105)
    return Done(_listed(call.world, call.number(), 0, float("inf")), "reports of a subaccount")


def of_message(call: Call) -> Done:
    """Report about one single message, as counters."""
    found = call.world.air.find(NAME, "provider_id", [call.args[0]])
    if not found or found[0].details().get("owner") != call.account.id:
        raise JustSendError(103)
    message = found[0]
    word = bulks.LISTS.get(message.state, "NOT_SENT")
    counters = _counters([word])
    head = {"sendDate": bulks.iso(message.accepted_at), "from": message.sender}
    return Done(head | counters | {"bulkCostInPoints": message.parts * PRICES[message.kind]}, "report")


def of_answers(call: Call) -> Done:
    """List the answers to a command."""
    start, end = _days(call.args[1:])
    rows = []
    for bulk in bulks.owned(call.world, call.account.id):
        for message in bulks.messages_of(call.world, bulk):
            at = (message.final_at or 0) + 1
            said = message.sender == call.args[0] and answers(message) and at <= call.world.clock.now()
            if said and start <= at < end:
                row = {"prefix": message.sender, "msisdn": message.number, "message": ANSWER}
                rows.append(row | {"createDate": int(at * 1000)})
    return Done(rows, "answers")


def _days(args: Iterable[str]) -> tuple[float, float]:
    """Return the Polish days as Unix seconds, the end not included."""
    try:
        first, last = (date.fromisoformat(arg) for arg in args)
    except ValueError:
        raise JustSendError(400) from None
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), WARSAW).timestamp()


def _listed(world: World, owner: int, start: float, end: float) -> list[dict[str, Any]]:
    visible = world.clock.now() - world.switchboard.of(JustSendSwitches).report_delay
    found = bulks.owned(world, owner)
    return [_report(world, one) for one in found if start <= one["send_at"] < end and one["created_at"] <= visible]


def _report(world: World, bulk: shelf.Document) -> dict[str, Any]:
    counters = _counters([word for _number, word in bulks.recipients(world, bulk)])
    return {
        "bulkId": bulk["id"],
        "bulkName": bulk["name"],
        "bulkStatus": bulks.status_of(world, bulk),
        "from": bulk["shown"]["from"],
        "message": bulk["text"],
        "dayPriceInPoints": PRICES[bulk["variant"]],
        "bulkCostInPoints": bulk["cost"],
        "estimatedEndDate": bulks.iso(bulk["send_at"] + bulks.ENDS_AFTER),
        "bulkSize": bulk["size"],
        **counters,
        "sentByOperator": {OPERATOR: counters["sent"]},
        "deliveredByOperator": {OPERATOR: counters["delivered"]},
        "notSentByOperator": {OPERATOR: counters["notSent"]},
        "duration": 0,
    }


def _counters(words: list[str]) -> dict[str, int]:
    count = Counter(words)
    return {
        "sent": len(words) - count["NOT_SENT"],
        "delivered": count["DELIVERED"],
        "notDelivered": count["NOT_DELIVERED"],
        "notSent": count["NOT_SENT"],
    }
