"""messages/send_sms, send_personalized and send_voice."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from smspanel.simulator.air import Submission
from smspanel.simulator.clock import local
from smspanel.simulator.ids import digit_id, hex_id
from smspanel.simulator.msisdn import corrected
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.parts import count_parts, to_gsm
from smspanel.simulator.serwersms.manner import ECO, TWO_WAY, VOICE, Manner, manner_of
from smspanel.simulator.serwersms.wire import (
    BLACKLISTED,
    ERRORS,
    NAME,
    REPEATED_ID,
    USED_UP,
    GeneralError,
    SerwerSmsSwitches,
    flag,
    text,
    texts,
)
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

MOST_NUMBERS = 100_000
MOST_PERSONAL = 10_000
MOST_PARTS = 6
UNIQUE_ID = re.compile(r"[A-Za-z0-9]{3,50}")


@dataclass(frozen=True)
class Order:
    """Hold one number as it was sent, with its text and the caller's id."""

    phone: str
    text: str
    unique_id: str | None


@dataclass(frozen=True)
class Sms:
    """Hold one message ready to go; `refusal` is an error code and a reason."""

    order: Order
    number: str | None
    text: str
    parts: int
    refusal: tuple[int, str] | None


def send_sms(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Send one text to one number or many."""
    if not text(values, "text").strip():
        raise GeneralError(3101)
    phones = texts(values, "phone")
    if not phones and (values.get("group_id") or values.get("contact_id")):
        raise GeneralError(1004, "groups and contacts are not simulated")
    if not phones:
        raise GeneralError(3104)
    if len(phones) > MOST_NUMBERS:
        raise GeneralError(1006, f"more than {MOST_NUMBERS} numbers")
    ids = _unique_ids(values, len(phones))
    orders = [Order(phone, text(values, "text"), unique) for phone, unique in zip(phones, ids, strict=True)]
    return _send(world, request, values, orders)


def send_voice(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Read one text, or play one file, to one number or many."""
    spoken = text(values, "text") or text(values, "file_id")
    if not spoken.strip():
        raise GeneralError(3101)
    phones = texts(values, "phone")
    if not phones:
        raise GeneralError(3104)
    ids = _unique_ids(values, len(phones))
    orders = [Order(phone, spoken, unique) for phone, unique in zip(phones, ids, strict=True)]
    return _send(world, request, values, orders, voice=True)


def send_personalized(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Send a text of its own to each number."""
    pairs = _pairs(values.get("messages"))
    if not pairs:
        raise GeneralError(3104)
    if len(pairs) > MOST_PERSONAL:
        raise GeneralError(1006, f"more than {MOST_PERSONAL} messages")
    if not any(content.strip() for _, content in pairs):
        raise GeneralError(3101)
    ids = _unique_ids(values, len(pairs))
    orders = [Order(phone, content, unique) for (phone, content), unique in zip(pairs, ids, strict=True)]
    return _send(world, request, values, orders, voice=flag(values.get("voice")))


def _pairs(messages: Json) -> list[tuple[str, str]]:
    """Read the array form, or the string form `phone:text]|[phone:text` letter by letter."""
    if isinstance(messages, str):
        pieces = [piece.partition(":") for piece in messages.split("]|[") if piece]
        return [(phone, content) for phone, _, content in pieces]
    if not isinstance(messages, list):
        return []
    rows = [row for row in messages if isinstance(row, dict)]
    if len(rows) < len(messages):
        raise GeneralError(1006, "messages is not a list of objects")
    return [(text(row, "phone"), text(row, "text")) for row in rows]


def _unique_ids(values: dict[str, Json], count: int) -> Sequence[str | None]:
    ids = texts(values, "unique_id") or texts(values, "uniqe_id")
    if not ids:
        return [None] * count
    if len(ids) != count:
        raise GeneralError(1006, f"{len(ids)} unique_id for {count} numbers")
    if not all(UNIQUE_ID.fullmatch(unique) for unique in ids):
        raise GeneralError(1006, "a unique_id is not 3 to 50 letters or digits")
    if len(set(ids)) < count:
        raise GeneralError(1006, "a unique_id is repeated in the call")
    return ids


def _send(
    world: World, request: Request, values: dict[str, Json], orders: list[Order], *, voice: bool = False
) -> Reply:
    switches = world.switchboard.of(SerwerSmsSwitches)
    manner = manner_of(world, request, values, voice=voice)
    rendered = {content: _rendered(content, manner) for content in {order.text for order in orders}}
    if any(parts > MOST_PARTS for _, parts in rendered.values()):
        raise GeneralError(3102)
    with world.store.transaction():
        batch = _decided(world, switches, orders, rendered)
        first = world.store.reserve(len(batch))
        submissions = [_submission(world, manner, sms, first + place) for place, sms in enumerate(batch)]
        if not manner.test:
            world.air.submit(NAME, request.journal_id, submissions)
            _charge(world, manner.kind, sum(sms.parts for sms in batch if not sms.refusal))
    return _reply(world, manner, batch, submissions)


def _rendered(content: str, manner: Manner) -> tuple[str, int]:
    if manner.kind == VOICE:
        return content, 1
    shown = content if manner.ucs2 else to_gsm(content)
    return shown, count_parts(shown, ucs2=manner.ucs2)


def _decided(
    world: World,
    switches: SerwerSmsSwitches,
    orders: list[Order],
    rendered: dict[str, tuple[str, int]],
) -> list[Sms]:
    blocked = world.registers.blacklist(NAME).keys()
    used: set[str] = set()
    if switches.unique_id_control:
        used = world.air.known_references(NAME, [order.unique_id for order in orders if order.unique_id])
    batch: dict[str, Sms] = {}
    for order in orders:
        digits = corrected(order.phone)
        if (digits or order.phone) in batch:
            continue
        refusal = _refusal(digits, order, blocked=digits in blocked, repeated=order.unique_id in used)
        batch[digits or order.phone] = Sms(order, digits, *rendered[order.text], refusal)
    return list(batch.values())


def _refusal(digits: str | None, order: Order, *, blocked: bool, repeated: bool) -> tuple[int, str] | None:
    if digits is None:
        return 3103, "wrong_number"
    if not order.text.strip():
        return 3101, "wrong_message"
    if repeated:
        return REPEATED_ID, "other_error"
    fate = fate_of(digits)
    if blocked or fate.blacklisted:
        return BLACKLISTED, "number_is_blacklisted"
    return (3103, "unsupported_number") if fate.refused else None


def _charge(world: World, kind: str, parts: int) -> None:
    """Take the parts from the account's limit; used up, the error undoes the caller's transaction."""
    switches = world.switchboard.of(SerwerSmsSwitches)
    left = {ECO: switches.eco_limit, VOICE: switches.voice_limit}.get(kind, switches.full_limit)
    if left is None:
        return
    if parts > left:
        raise GeneralError(USED_UP[kind])
    world.switchboard.change(NAME, {f"{kind}_limit": left - parts})


def _submission(world: World, manner: Manner, sms: Sms, sequence: int) -> Submission:
    two_way = manner.sender == TWO_WAY
    return Submission(
        sequence=sequence,
        provider_id=hex_id(world.seed, sequence, digits=10),
        number=sms.number or sms.order.phone,
        text=sms.text,
        sender=digit_id(world.seed, sequence, digits=9) if two_way else manner.sender,
        kind=manner.kind,
        parts=sms.parts,
        reference=sms.order.unique_id,
        scheduled_at=manner.date,
        refused=sms.refusal is not None,
        reason=_reason(world, sms),
        callback=manner.dlr_url,
        extra=json.dumps({"flash": manner.flash, "utf": manner.ucs2}),
    )


def _reason(world: World, sms: Sms) -> str | None:
    if sms.refusal:
        return sms.refusal[1]
    outcome = fate_of(sms.number or "").outcome
    undelivered = world.switchboard.of(SerwerSmsSwitches).undelivered_reason or None
    return {"undelivered": undelivered, "expired": "message_expired"}.get(outcome or "")


def _reply(world: World, manner: Manner, batch: list[Sms], submissions: list[Submission]) -> Reply:
    unsent = sum(1 for sms in batch if sms.refusal)
    queued = len(batch) - unsent
    body: dict[str, object] = {"success": True, "queued": queued, "unsent": unsent}
    if manner.details:
        when = local(world.clock.now())
        body["items"] = [
            _item(sms, submission.provider_id, when) for sms, submission in zip(batch, submissions, strict=True)
        ]
    decision = f"queued {queued}, unsent {unsent}" + (", test" if manner.test else "")
    return Reply.of_json(body, decision=decision, taken=0 if manner.test else queued)


def _item(sms: Sms, provider_id: str, when: str) -> dict[str, object]:
    phone = f"+{sms.number}" if sms.number else sms.order.phone
    head: dict[str, object] = {"id": provider_id, "phone": phone}
    if sms.refusal is None:
        return head | {"status": "queued", "queued": when, "parts": sms.parts, "text": sms.text}
    code = sms.refusal[0]
    problem = {"error_code": code, "error_message": ERRORS[code][1], "text": sms.text}
    return head | {"status": "unsent", "queued": when} | problem
