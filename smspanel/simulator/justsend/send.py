"""bulk/send and message/send."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from smspanel.simulator.air import Message, Submission
from smspanel.simulator.clock import from_local, local
from smspanel.simulator.justsend import bulks, checks, push, shelf
from smspanel.simulator.justsend.accounts import pay
from smspanel.simulator.justsend.checks import Checked
from smspanel.simulator.justsend.groups import members_of
from smspanel.simulator.justsend.wire import (
    BULK,
    NAME,
    REPEATING,
    SINGLE,
    Call,
    Done,
    JustSendError,
    JustSendSwitches,
    flag,
    lint,
    text,
    texts,
)
from smspanel.simulator.msisdn import corrected
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.wire import Json
from smspanel.simulator.world import World

MOST_NUMBERS = 18_000
FIRST_BULK = 12_000
FIRST_MESSAGE = 2_000_000
ECHOED = ("message", "from", "bulkVariant", "language", "country", "groupSmsContent", "forwardMsisdns", "forwardEmails")


def bulk(call: Call) -> Done:
    """Take a bulk: one text to a list of numbers, to a group, or to both."""
    lint(call.request, BULK, call.fields)
    if isinstance(repeating := call.fields.get("voiceRepeating"), dict):
        lint(call.request, REPEATING, repeating)
    checked = checks.bulk(call)
    switches = call.world.switchboard.of(JustSendSwitches)
    given = texts(call.fields.get("to"))
    if group_id := int(text(call.fields, "groupId") or 0):
        given = list(dict.fromkeys([*given, *members_of(call.world, call.account.id, group_id)]))
    if len(given) > MOST_NUMBERS:
        raise JustSendError(302)
    kept = _kept(call.world, given)
    if not kept:
        raise JustSendError(125)
    if switches.approval == "refuse":
        raise JustSendError(126)
    with call.world.store.transaction():
        cost = checked.price * len(kept)
        pay(call.world, call.account.id, cost)
        made = _document(call, checked, kept, cost, group_id)
        if switches.approval == "none":
            _start(call.world, made, kept, call.request.journal_id)
        else:
            bulks.keep(call.world, made | {"waiting": kept})
    waits = switches.approval == "to_pay"
    shown = bulks.shown(call.world, made, "TO_PAY" if waits else "TO_SEND")
    return Done(shown, f"bulk {made['id']}: {len(kept)} of {len(given)}", 0 if waits else len(kept))


def _kept(world: World, given: Sequence[str]) -> list[str]:
    """Add 48 where it is missing, and drop invalid and black-listed numbers without a word."""
    blocked = world.registers.blacklist(NAME)
    numbers = [phone for raw in given if (phone := corrected(raw))]
    return [one for one in numbers if one not in blocked and not fate_of(one).blacklisted]


def _document(call: Call, checked: Checked, kept: Sequence[str], cost: int, group_id: int) -> shelf.Document:
    world, number, short = call.world, FIRST_BULK + call.world.store.reserve(1), text(call.fields, "name")
    stamp = local(world.clock.now()).replace(" ", "-").replace(":", "-")
    shown = {name: call.fields.get(name) for name in ECHOED}
    flags = ("alert", "doubleEncode", "personalizedMessage", "forward")
    shown |= {name: flag(call.fields, name) for name in flags}
    shown |= {"shortName": short, "groupIds": [group_id] if group_id else [], "parametrizedMessage": False}
    return {
        "id": number,
        "owner": call.account.id,
        "name": f"{short}_{stamp}",
        "shown": shown,
        "text": checked.text,
        "sender": checked.sender,
        "variant": checked.variant,
        "parts": checked.parts,
        "send_at": checked.send_at,
        "created_at": world.clock.now(),
        "cost": cost,
        "size": len(kept),
        "refused": 0,
        "waiting": [],
        "canceled": False,
    }


def _start(world: World, bulk: shelf.Document, numbers: Sequence[str], request_id: int) -> None:
    """Put the messages of a bulk on their way to the air, with what will be pushed about them."""
    first = world.store.reserve(len(numbers))
    url = world.switchboard.of(JustSendSwitches).postback_url or None
    extra = json.dumps({"bulk": bulk["id"]})
    batch = [
        Submission(
            sequence=first + place,
            provider_id=str(FIRST_MESSAGE + first + place),
            number=number,
            text=bulk["text"],
            sender=bulk["sender"],
            kind=bulk["variant"],
            parts=bulk["parts"],
            reference=str(bulk["id"]),
            scheduled_at=bulk["send_at"],
            refused=fate_of(number).refused,
            callback=url,
            extra=extra,
        )
        for place, number in enumerate(numbers)
    ]
    bulks.keep(world, bulk | {"refused": sum(one.refused for one in batch), "waiting": []})
    world.air.submit(NAME, request_id, batch)
    if url:
        push.plan(world, bulk, batch)


def release(world: World) -> None:
    """Start what has waited for approval, once the switch no longer asks for it."""
    if world.switchboard.of(JustSendSwitches).approval == "to_pay":
        return
    for bulk in bulks.waiting(world):
        with world.store.transaction():
            _start(world, bulk, bulk["waiting"], 0)


def single(call: Call) -> Done:
    """Take one message and return its id."""
    lint(call.request, SINGLE, call.fields)
    return _single(call)


def by_address(call: Call) -> Done:
    """Take one message from the address: number, sender, text and kind, or number and text."""
    to, sender, content, variant = call.args if len(call.args) == 4 else (call.args[0], "", call.args[1], "ECO")
    encoded: Json = call.request.query.get("doubleEncode", "true") != "false"
    fields: dict[str, Json] = {"to": to, "from": sender, "bulkVariant": variant, "doubleEncode": encoded}
    return _single(replace(call, body=fields | {"message": content.replace("+", " ") if encoded else content}))


def _single(call: Call) -> Done:
    checked = checks.single(call)
    world, raw = call.world, text(call.fields, "to")
    number = corrected(raw)
    if number is None:
        raise JustSendError(311, "to")
    if fate_of(number).blacklisted or number in world.registers.blacklist(NAME):
        raise JustSendError(342, raw)
    with world.store.transaction():
        today = [one for one in world.air.find(NAME, "number", [number]) if _is_repeated(world, one, checked)]
        if len(today) >= world.switchboard.of(JustSendSwitches).same_text_limit:
            raise JustSendError(341)
        pay(world, call.account.id, checked.price)
        message_id = _send_single(call, checked, number)
    return Done(message_id, f"single {message_id}", 1)


def _is_repeated(world: World, message: Message, checked: Checked) -> bool:
    """Say whether it is the same text, sent as a single on this Polish day."""
    day = from_local(local(world.clock.now())[:10])
    return message.reference is None and message.text == checked.text and message.accepted_at >= day


def _send_single(call: Call, checked: Checked, number: str) -> int:
    world = call.world
    sequence = world.store.reserve(1)
    message = Submission(
        sequence=sequence,
        provider_id=str(FIRST_MESSAGE + sequence),
        number=number,
        text=checked.text,
        sender=checked.sender,
        kind=checked.variant,
        parts=checked.parts,
        refused=fate_of(number).refused,
        callback=world.switchboard.of(JustSendSwitches).postback_url or None,
        extra=json.dumps({"owner": call.account.id}),
    )
    world.air.submit(NAME, call.request.journal_id, [message])
    if message.callback:
        push.plan_single(world, message)
    return FIRST_MESSAGE + sequence
