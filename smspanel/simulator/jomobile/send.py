"""POST /v1/send: packages of up to 100 numbers, with one id for every part of every message."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from smspanel.simulator.air import Submission
from smspanel.simulator.ids import hex_id
from smspanel.simulator.jomobile.wire import MOST_NUMBERS, NAME, JoMobileSwitches, Refused, done, number, text, texts
from smspanel.simulator.msisdn import only_digits
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.parts import count_parts
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

TYPES = {"sms", "hlr", "mnp", "wappush", "flashsms"}
WITHOUT_TEXT = {"hlr", "mnp"}
SENDER = re.compile(r"[0-9]{3,15}|(?![0-9]+$)[ -~]{1,11}")
PHONE = re.compile(r"[1-9][0-9]{9,14}")
FIRST_INTEGER_ID = 598_000_000


@dataclass(frozen=True)
class Order:
    """Hold one number of an element, with all that the element says; times are in virtual seconds."""

    phone: str
    text: str
    sender: str
    kind: str
    start: float | None
    lifetime: int | None
    callback: str | None

    @property
    def parts(self) -> int:
        """Return how many SMS it takes."""
        return 1 if self.kind in WITHOUT_TEXT else count_parts(self.text, ucs2=False)


def send(world: World, request: Request, body: Json) -> Reply:
    """Take a package, or refuse all of it."""
    own = world.switchboard.of(JoMobileSwitches)
    if isinstance(body, dict) and own.lenient_object:
        body = [body]
    elements = [element for element in body if isinstance(element, dict)] if isinstance(body, list) else []
    if not elements or not isinstance(body, list) or len(elements) < len(body):
        raise Refused("Data must be an array of objects")
    orders = [order for element in elements for order in read_element(world, own, element)]
    if len(orders) > MOST_NUMBERS:
        raise Refused(f"Not more than {MOST_NUMBERS} messages by one package")
    return take(world, request, orders)


def read_element(world: World, own: JoMobileSwitches, element: dict[str, Json]) -> list[Order]:
    """Return the orders of one element; refuse the package for anything that is wrong with it."""
    phones, kind = texts(element, "number"), text(element, "type").lower() or "sms"
    if not phones:
        raise Refused({"number": ["number cannot be blank."]})
    if kind not in TYPES:
        raise Refused({"type": ["type is invalid."]})
    words = text(element, "text")
    if not words.strip() and kind not in WITHOUT_TEXT:
        raise Refused({"text": ["text cannot be blank."]})
    sender = check_sender(world, own, text(element, "senderID"))
    report_to = None if element.get("delivery") is False else text(element, "callback_url") or own.webhook
    start, lifetime = _start(world, element), number(element, "lifetime")
    return [Order(only_digits(one), words, sender, kind, start, lifetime, report_to or None) for one in phones]


def check_sender(world: World, own: JoMobileSwitches, sender: str) -> str:
    """Return the sender name; refuse one that is malformed or not registered."""
    if not SENDER.fullmatch(sender):
        raise Refused("invalid_sender")
    if own.sender_approval and sender not in {one.name for one in world.registers.senders(NAME)}:
        raise Refused("not_registr_originator")
    return sender


def _start(world: World, element: dict[str, Json]) -> float | None:
    """Return when to send: the date and time are in UTC, today and now where they are absent."""
    day, hour = text(element, "beginDate"), text(element, "beginTime")
    if not day and not hour:
        return None
    now = datetime.fromtimestamp(world.clock.now(), UTC)
    said = f"{day or now.strftime('%Y-%m-%d')} {hour or now.strftime('%H:%M:%S')}"
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(said, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise Refused({"beginDate": ["The format of beginDate or beginTime is invalid."]})


def take(world: World, request: Request, orders: list[Order]) -> Reply:
    """Send what can be sent; numbers that cannot are missing from the reply."""
    own = world.switchboard.of(JoMobileSwitches)
    closed = tuple(prefix.strip() for prefix in own.closed_prefixes.split(",") if prefix.strip())
    if closed and any(order.phone.startswith(closed) for order in orders):
        raise Refused("no_client_price")
    with world.store.transaction():
        blocked = world.registers.blacklist(NAME).keys()
        good = [order for order in orders if _may_go(order.phone, blocked)]
        if not good:
            raise Refused({"number": ["number is invalid."]})
        _charge(world, own, sum(order.parts for order in good))
        sms = _numbered(world, own, good)
        world.air.submit(NAME, request.journal_id, sms)
    return _reply(own, sms)


def _may_go(phone: str, blocked: object) -> bool:
    fate = fate_of(phone)
    wanted = PHONE.fullmatch(phone) and not (fate.refused or fate.blacklisted)
    return bool(wanted) and phone not in blocked  # type: ignore[operator]


def _charge(world: World, own: JoMobileSwitches, parts: int) -> None:
    if own.balance is None:
        return
    if parts * own.price > own.balance + 1e-9:
        raise Refused("no_money")
    world.switchboard.change(NAME, {"balance": round(own.balance - parts * own.price, 4)})


def _numbered(world: World, own: JoMobileSwitches, orders: list[Order]) -> list[Submission]:
    """Give every part an id; the first of them is the message's own."""
    sequence = world.store.reserve(sum(order.parts for order in orders))
    found = []
    for order in orders:
        ids = [_id(world, own, sequence + part) for part in range(order.parts)]
        failing = own.failing_part if order.parts > 1 else 0
        extra = {"ids": ids, "failing": failing, "failing_state": own.failing_state}
        found.append(
            Submission(
                sequence=sequence,
                provider_id=str(ids[0]),
                number=order.phone,
                text=order.text,
                sender=order.sender,
                kind=order.kind,
                parts=order.parts,
                scheduled_at=order.start,
                callback=order.callback,
                extra=json.dumps(extra),
                lifetime=order.lifetime,
            )
        )
        sequence += order.parts
    return found


def _id(world: World, own: JoMobileSwitches, sequence: int) -> str | int:
    if own.ids == "integer":
        return FIRST_INTEGER_ID + sequence
    digits = hex_id(world.seed, sequence, digits=32)
    return "-".join(digits[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))


def _reply(own: JoMobileSwitches, sms: list[Submission]) -> Reply:
    decision, told = f"took {len(sms)}", sms[own.omitted :]
    if own.reply == "empty":
        return done({}, decision, taken=len(sms))
    if own.reply == "details":
        details = [{"number": one.number, "senderID": one.sender, "sentID": one.provider_id} for one in told]
        return done({"sending": {"details": details}}, decision, taken=len(sms))
    by_phone: dict[str, list[object]] = {}
    for one in told:
        ids = [{"id_state": part} for part in json.loads(one.extra)["ids"]]
        by_phone.setdefault(f"+{one.number}" if own.reply == "plus" else one.number, []).extend(ids)
    return done(by_phone, decision, taken=len(sms))
