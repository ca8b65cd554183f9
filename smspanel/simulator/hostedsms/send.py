"""Smses and SimpleApi."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import astuple, dataclass

from smspanel.simulator.air import Message, Submission
from smspanel.simulator.hostedsms.wire import NAME, HostedSmsSwitches, Refused, done, guid, text
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.parts import count_parts
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

LONGEST_TEXT = 4000
MOST_NUMBERS = 100
NUMBER = re.compile(r"[0-9]{10,15}")
PRIORITIES = {"", "0", "1", "2", "3"}
FLAGS = {"", "true", "false"}


@dataclass(frozen=True)
class Order:
    """Hold what one call wants sent."""

    phones: tuple[str, ...]
    message: str
    sender: str
    priority: str = ""
    flash: str = ""
    cost_centre: str = ""

    def digest(self) -> str:
        """Return what tells a repetition from another order."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()


def smses(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Send one text to many numbers, once for each TransactionId."""
    transaction = text(values, "TransactionId")
    order = _order(values)
    _check(world, order)
    if not transaction.strip():
        raise Refused("TransactionId is missing")
    own = world.switchboard.of(HostedSmsSwitches)
    with world.store.transaction():
        earlier = world.air.find(NAME, "reference", [transaction])
        if earlier and own.transactions != "send_again":
            return _repeated(world, own, order, earlier)
        ids = _send(world, request, order, transaction)
    return done(world, {"MessageIds": _many(own, ids)}, f"sent {len(ids)}", taken=len(ids))


def simple(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Send to one number, without a reference."""
    phones = values.get("Phone")
    lenient = world.switchboard.of(HostedSmsSwitches).lenient_simple
    numbers = [str(phone) for phone in phones] if isinstance(phones, list) else [text(values, "Phone")]
    if len(numbers) > 1 and not lenient:
        raise Refused("SimpleApi takes one phone")
    order = Order(tuple(numbers), text(values, "Message"), text(values, "Sender"))
    _check(world, order)
    with world.store.transaction():
        ids = _send(world, request, order, None)
    return done(world, {"MessageId": ids[0]}, f"sent {len(ids)}", taken=len(ids))


def _order(values: dict[str, Json]) -> Order:
    if values.get("Phone") is not None and values.get("Phones") is not None:
        raise Refused("Phone and Phones exclude each other")
    phones = values.get("Phone") if values.get("Phone") is not None else values.get("Phones")
    if not isinstance(phones, list):
        raise Refused("Phone is not an array")
    return Order(
        tuple(str(phone) for phone in phones),
        text(values, "Message"),
        text(values, "Sender"),
        text(values, "Priority"),
        text(values, "FlashSms").lower(),
        text(values, "CostCenter"),
    )


def _check(world: World, order: Order) -> None:
    own = world.switchboard.of(HostedSmsSwitches)
    known = {sender.name for sender in world.registers.senders(NAME) if sender.status == "valid"}
    centres = {centre.strip() for centre in own.cost_centres.split(",") if centre.strip()}
    problems = (
        (not order.phones or not any(order.phones), "Phone is empty"),
        (len(order.phones) > MOST_NUMBERS, f"More than {MOST_NUMBERS} phones"),
        (not all(NUMBER.fullmatch(phone) for phone in order.phones), "Invalid phone number"),
        (not order.message.strip(), "Message is empty"),
        (len(order.message) > LONGEST_TEXT, f"Message is longer than {LONGEST_TEXT} characters"),
        (order.sender not in known, "Invalid sender"),
        (order.priority not in PRIORITIES, "Priority is not between 0 and 3"),
        (order.flash not in FLAGS, "FlashSms is neither true nor false"),
        (bool(order.cost_centre and centres) and order.cost_centre not in centres, "Unknown CostCenter"),
    )
    for wrong, sentence in problems:
        if wrong:
            raise Refused(sentence)


def _repeated(world: World, own: HostedSmsSwitches, order: Order, earlier: list[Message]) -> Reply:
    if any(message.details()["digest"] != order.digest() for message in earlier):
        raise Refused("TransactionId already used for another message")
    if own.transactions == "refuse":
        raise Refused("TransactionId already used")
    return done(world, {"MessageIds": _many(own, [message.provider_id for message in earlier])}, "repeated")


def _many(own: HostedSmsSwitches, ids: list[str]) -> object:
    return ",".join(ids) if own.ids_as_string else ids


def _send(world: World, request: Request, order: Order, transaction: str | None) -> list[str]:
    own = world.switchboard.of(HostedSmsSwitches)
    blocked = world.registers.blacklist(NAME).keys()
    phones = [phone for phone in order.phones if not own.drop_unsendable or not _unsendable(phone, phone in blocked)]
    if own.drop_unsendable:
        phones = list(dict.fromkeys(phones))
    if not phones:
        raise Refused("No valid phone is left")
    parts = count_parts(order.message, ucs2=False)
    _charge(world, own, parts * len(phones))
    first = world.store.reserve(len(phones))
    batch = [
        Submission(
            sequence=sequence,
            provider_id=guid(world.seed, sequence),
            number=phone,
            text=order.message,
            sender=order.sender,
            kind="flash" if order.flash == "true" else "sms",
            parts=parts,
            reference=transaction,
            refused=_unsendable(phone, phone in blocked),
            extra=json.dumps({"digest": order.digest(), "priority": order.priority, "cost_centre": order.cost_centre}),
        )
        for sequence, phone in enumerate(phones, first)
    ]
    world.air.submit(NAME, request.journal_id, batch)
    return [submission.provider_id for submission in batch]


def _unsendable(phone: str, blocked: bool) -> bool:
    fate = fate_of(phone)
    return blocked or fate.blacklisted or fate.refused


def _charge(world: World, own: HostedSmsSwitches, parts: int) -> None:
    if own.sms_left is None:
        return
    if parts > own.sms_left:
        raise Refused("Insufficient funds")
    world.switchboard.change(NAME, {"sms_left": own.sms_left - parts})
