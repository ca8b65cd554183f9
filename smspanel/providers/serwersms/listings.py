"""What SerwerSMS lists besides messages, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from smspanel.providers.serwersms import wire
from smspanel.providers.values import Inbound, NumberCheck, SenderStatus


class Kind(StrEnum):
    """The types of message that are limited and counted apart."""

    ECO = "eco"
    FULL = "full"
    VOICE = "voice"
    MMS = "mms"
    HLR = "hlr"


@dataclass(frozen=True, slots=True)
class BlacklistedNumber:
    """A number on the blacklist."""

    msisdn: str
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text kept at the provider."""

    id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of contacts, and how many they are."""

    id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in a group."""

    id: int
    group_id: int | None
    msisdn: str
    first_name: str
    last_name: str
    company: str
    email: str
    blacklisted: bool


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The group that an import made, and how many of its rows were right and wrong."""

    group_id: int
    correct: int
    failed: int


@dataclass(frozen=True, slots=True)
class Subaccount:
    """A subaccount; a list tells no more than its username."""

    id: int
    username: str
    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment, with its invoice's number; amounts are in the account's currency."""

    id: int
    number: str
    is_paid: bool
    paid: Decimal
    total: Decimal
    pay_until: str
    url: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many messages of one sending are in which state."""

    id: int
    name: str
    kind: str
    text: str
    delivered: int
    pending: int
    undelivered: int
    unsent: int
    began_at: datetime | None
    ended_at: datetime | None


_SENDER_STATES = {
    "authorized": SenderStatus.APPROVED,
    "pending_authorization": SenderStatus.PENDING,
    "rejected": SenderStatus.REJECTED,
    "deactivated": SenderStatus.REJECTED,
}
# The words of the register are published nowhere.
_REACHABLE = {"active": True, "available": True, "ok": True, "inactive": False, "unavailable": False, "absent": False}


def sender_state(word: object) -> SenderStatus:
    """Translate the status of a sender name."""
    return _SENDER_STATES.get(wire.text(word), SenderStatus.UNKNOWN)


def limits(items: Iterable[wire.Item]) -> dict[str, int | None]:
    """Return what is left by variant; unlimited is None, and what the account may not send is absent."""
    found: dict[str, int | None] = {}
    for item in items:
        name, value = wire.text(item.get("type")).upper(), wire.text(item.get("value"))
        left = wire.number(value)
        if name and (value == "no_limit" or left is not None):
            found[name] = left
    return found


def blacklisted(item: wire.Item) -> BlacklistedNumber:
    """Return an entry of the blacklist."""
    return BlacklistedNumber(msisdn_of(item), wire.moment_of(wire.text(item.get("added"))))


def template(item: wire.Item) -> Template:
    """Return a template."""
    return Template(_id(item), wire.text(item.get("name")), str(item.get("text") or ""))


def group(item: wire.Item) -> Group:
    """Return a group."""
    return Group(_id(item), wire.text(item.get("name")), _count(item, "count"))


def contact(item: wire.Item) -> Contact:
    """Return a contact."""
    return Contact(
        id=_id(item),
        group_id=wire.number(item.get("group_id")),
        msisdn=msisdn_of(item),
        first_name=wire.text(item.get("first_name")),
        last_name=wire.text(item.get("last_name")),
        company=wire.text(item.get("company")),
        email=wire.text(item.get("email")),
        blacklisted=wire.yes(item.get("blacklist")),
    )


def subaccount(item: wire.Item) -> Subaccount:
    """Return a subaccount."""
    names = ("username", "name", "phone", "email")
    return Subaccount(_id(item), *(wire.text(item.get(name)) for name in names))


def payment(item: wire.Item) -> Payment:
    """Return a payment."""
    return Payment(
        id=_id(item),
        number=wire.text(item.get("number")),
        is_paid=wire.text(item.get("state")) == "paid",
        paid=_amount(item, "paid"),
        total=_amount(item, "total"),
        pay_until=wire.text(item.get("payment_to")),
        url=wire.text(item.get("url")),
    )


def statistics(item: wire.Item) -> Statistics:
    """Return the statistics of one sending."""
    return Statistics(
        id=_id(item),
        name=wire.text(item.get("name")),
        kind=wire.text(item.get("type")),
        text=str(item.get("text") or ""),
        delivered=_count(item, "delivered"),
        pending=_count(item, "pending"),
        undelivered=_count(item, "undelivered"),
        unsent=_count(item, "unsent"),
        began_at=wire.moment_of(wire.text(item.get("begin"))),
        ended_at=wire.moment_of(wire.text(item.get("end"))),
    )


def inbound(item: wire.Item) -> Inbound:
    """Return a message from a phone."""
    return Inbound(
        provider_id=wire.text(item.get("id")),
        msisdn=msisdn_of(item),
        to=wire.text(item.get("to_number")).lstrip("+"),
        text=str(item.get("text") or ""),
        at=wire.moment_of(wire.text(item.get("recived") or item.get("received"))),
        answers=wire.text(item.get("message_id")),
    )


def number_check(msisdn: str, item: wire.Item) -> NumberCheck:
    """Return what the network says about a number."""
    status, ported = wire.text(item.get("status")), item.get("ported")
    return NumberCheck(
        msisdn=msisdn,
        reachable=_REACHABLE.get(status.lower()),
        network=wire.text(item.get("network_ported")) or wire.text(item.get("network")),
        ported=None if ported is None else wire.yes(ported),
        raw_state=status,
    )


def msisdn_of(item: Mapping[str, object]) -> str:
    """Return the digits of an item's phone."""
    return re.sub(r"\D", "", wire.text(item.get("phone")))


def _id(item: wire.Item) -> int:
    return wire.number(item.get("id")) or 0


def _count(item: wire.Item, name: str) -> int:
    return wire.number(item.get(name)) or 0


def _amount(item: wire.Item, name: str) -> Decimal:
    try:
        return Decimal(wire.text(item.get(name)))
    except InvalidOperation:
        return Decimal(0)
