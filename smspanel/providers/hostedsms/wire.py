"""HostedSMS on the wire: fields, refusals, statuses and times; no network in here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.values import DeliveryState, Inbound, MessageKind, Receipt, Report, Submission

Item = Mapping[str, Any]

WARSAW = ZoneInfo("Europe/Warsaw")
LONGEST_TEXT = 4000
QUARTER = 900.0
"""Zones differ by quarters of an hour; what is left is how wrong a clock is, in seconds."""
FARTHEST_ZONE = 14 * 3600

_STATES = {
    "1": DeliveryState.DELIVERED,
    "-1": DeliveryState.UNDELIVERED,
    "-2": DeliveryState.EXPIRED,
    "-3": DeliveryState.REJECTED,
}
# No code and no text but “Invalid Credentials” is published, so words decide, in both languages.
_AUTH = re.compile(r"credential", re.IGNORECASE)
_FUNDS = re.compile(r"funds|balance|środk|saldo|doładuj", re.IGNORECASE)
_TICKS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")


def smses(given: Submission, *, phone_field: str, sender: str, cost_centre: str) -> dict[str, object]:
    """Return the body of /Smses: one text to an array of numbers, flags and numbers as words."""
    texts = {message.text for message in given.messages}
    if len(texts) != 1:
        raise errors.RequestRefused(_("HostedSMS takes one text in a call."))
    body: dict[str, object] = {
        phone_field: [message.msisdn for message in given.messages],
        "Message": checked(texts.pop()),
        "Sender": sender_of(given, sender),
        "TransactionId": given.reference,
        "Priority": str(given.priority),
        "FlashSms": "true" if given.kind is MessageKind.FLASH else "false",
    }
    centre = given.cost_centre or cost_centre
    return body | ({"CostCenter": centre} if centre else {})


def checked(text_: str) -> str:
    """Return a text that is short enough; refuse a longer one before anything leaves."""
    if len(text_) > LONGEST_TEXT:
        raise errors.RequestRefused(
            _("A text of HostedSMS has at most %(most)d characters; this one has %(length)d.")
            % {"most": LONGEST_TEXT, "length": len(text_)}
        )
    return text_


def sender_of(given: Submission, usual: str) -> str:
    """Return the sender name, which HostedSMS wants for every message."""
    if not (name := given.sender or usual):
        raise errors.Misconfigured(_("Every message needs a sender name: fill in one for messages that have none."))
    return name


def refusal(payload: Mapping[str, Any], raw: str) -> errors.ProviderError | None:
    """Return the error of an answer that refuses; one that also names messages proves nothing."""
    detail = text(payload.get("ErrorMessage"))
    if not detail:
        return None
    if ids_of(payload):
        return errors.Ambiguous("the answer both refuses and names messages", raw=raw)
    if _AUTH.search(detail):
        return errors.AuthRefused(detail, raw=raw)
    if _FUNDS.search(detail):
        return errors.FundsRefused(detail, raw=raw)
    return errors.RequestRefused(detail, raw=raw)


def speaks_of_transaction(error: errors.ProviderError) -> bool:
    """Say whether a refusal is about the transaction and not about what is in it."""
    return "transaction" in error.detail.lower()


def ids_of(payload: Mapping[str, Any]) -> list[str]:
    """Return the distinct ids of an answer: an array, one id, or several with commas between them."""
    value = payload.get("MessageIds") or payload.get("MessageId")
    found = value if isinstance(value, list) else text(value).split(",")
    return list(dict.fromkeys(one for one in map(guid, found) if one))


def guid(value: object) -> str:
    """Return an id as it is compared: without braces, in lower case."""
    return text(value).strip("{} ").lower()


def receipts(given: Submission, ids: Sequence[str]) -> tuple[tuple[Receipt, ...], tuple[str, ...]]:
    """Return a receipt for each message, and the ids of which only reports can tell the number.

    Ids are given to messages by position when there are as many; nothing says so, and else nobody guesses.
    """
    paired = len(ids) == len(given.messages)
    names = ids if paired else [""] * len(given.messages)
    pairs = zip(given.messages, names, strict=True)
    taken = (Receipt(message.ref, accepted=True, provider_id=name) for message, name in pairs)
    return tuple(taken), () if paired else tuple(ids)


def items_of(payload: Mapping[str, Any], name: str) -> list[Item]:
    """Return the well-formed entries of a list in an answer."""
    items = payload.get(name)
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def reports(items: Iterable[Item], zone: tzinfo) -> dict[str, Report]:
    """Return the reports by their own id: one that comes twice is one."""
    found: dict[str, Report] = {}
    for place, item in enumerate(items):
        if provider_id := guid(item.get("MessageId")):
            key = guid(item.get("ReportId")) or f"{provider_id} {place}"
            found.setdefault(key, _report(provider_id, item, zone))
    return found


def _report(provider_id: str, item: Item, zone: tzinfo) -> Report:
    raw_state = text(item.get("Status"))
    return Report(
        provider_id=provider_id,
        state=_STATES.get(raw_state, DeliveryState.UNKNOWN),
        raw_state=raw_state,
        at=moment(item.get("DeliveryTime"), zone),
        msisdn=re.sub(r"\D", "", text(item.get("Phone"))),
    )


def inbound(item: Item, zone: tzinfo) -> Inbound:
    """Return a message from a phone."""
    return Inbound(
        provider_id=guid(item.get("MessageId")),
        msisdn=re.sub(r"\D", "", text(item.get("Phone"))),
        to=text(item.get("Recipient")).lstrip("+"),
        text=str(item.get("Message") or ""),
        at=moment(item.get("ReceivedTime"), zone),
    )


def clock(current_time: object, now: datetime) -> tuple[tzinfo, float | None]:
    """Return the zone of an answer's times, and by how many seconds the provider's clock is ahead.

    Times have no zone as far as is known; the hour of `CurrentTime` beside our own shows it, and Polish time it is
    where that makes no sense.
    """
    told = _parsed(current_time)
    if told is None:
        return WARSAW, None
    if told.tzinfo is not None:
        return WARSAW, (told - now).total_seconds()
    ahead = (told - now.astimezone(UTC).replace(tzinfo=None)).total_seconds()
    zone = round(ahead / QUARTER) * QUARTER
    if abs(zone) > FARTHEST_ZONE:
        return WARSAW, None
    offset = timedelta(seconds=zone)
    return (WARSAW if now.astimezone(WARSAW).utcoffset() == offset else timezone(offset)), ahead - zone


def moment(value: object, zone: tzinfo) -> datetime | None:
    """Read a time of an answer; None where there is none."""
    told = _parsed(value)
    if told is None:
        return None
    return (told if told.tzinfo is not None else told.replace(tzinfo=zone)).astimezone(UTC)


def _parsed(value: object) -> datetime | None:
    """Read ISO 8601, with or without a zone, or the ticks of older .NET."""
    told = text(value)
    try:
        if ticks := _TICKS.fullmatch(told):
            return datetime.fromtimestamp(int(ticks[1]) / 1000, UTC)
        return datetime.fromisoformat(told)
    except (ValueError, OverflowError, OSError):
        return None


def local(at: datetime) -> str:
    """Write a moment as the provider does: Polish local time without a zone."""
    return at.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M:%S")


def text(value: object) -> str:
    """Return a scalar of an answer as text, and anything else as nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Return a whole number of an answer, which may come in a string."""
    digits = text(value)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,12}", digits) else None
