"""JO Mobile on the wire: packages, receipts, errors and reports; no network in here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.values import DeliveryState, MessageKind, Outgoing, Receipt, Report, Submission

Item = Mapping[str, Any]

MOST_NUMBERS = 100
DAYS_KEPT = 4

_TYPES = {
    MessageKind.TEXT: "sms",
    MessageKind.FLASH: "flashsms",
    MessageKind.WAP_PUSH: "wappush",
    MessageKind.HLR: "hlr",
}
_STATES = {
    "DELIVRD": DeliveryState.DELIVERED,
    "DELIVERED": DeliveryState.DELIVERED,
    "DELIVERD": DeliveryState.DELIVERED,
    "ENROUTE": DeliveryState.SENT,
    "ACCEPTD": DeliveryState.SENT,
    "BUFFERED": DeliveryState.SENT,
    "SCHEDULED": DeliveryState.QUEUED,
    "QUEUED": DeliveryState.QUEUED,
    "UNDELIV": DeliveryState.UNDELIVERED,
    "EXPIRED": DeliveryState.EXPIRED,
    "REJECTD": DeliveryState.REJECTED,
    "DELETED": DeliveryState.REJECTED,
}
_PART_IDS = ("id_state", "idState")
_WHOLE_IDS = ("sentID", "sentId", "sent_id")
_PHONES = ("number", "phone", "msisdn")
_PROBLEMS = ("errors", "error")
_FUNDS = re.compile(r"money|balance|funds|\bcredit\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9_]+")


def package(given: Submission, *, sender: str, callback: bool) -> list[dict[str, object]]:
    """Return the body of /send: one object per text, at most 100 numbers over all of them."""
    if len(given.messages) > MOST_NUMBERS:
        raise errors.RequestRefused(f"a package holds at most {MOST_NUMBERS} numbers, not {len(given.messages)}")
    name = given.sender or sender
    if not name:
        raise errors.Misconfigured(_("Every message needs a sender name: fill in one for messages that have none."))
    numbers: dict[str, list[str]] = {}
    for message in given.messages:
        numbers.setdefault(_text_of(given, message), []).append(digits(message.msisdn))
    common = _options(given, callback=callback)
    return [{"number": phones, "senderID": name, "text": words, **common} for words, phones in numbers.items()]


def _text_of(given: Submission, message: Outgoing) -> str:
    if given.kind is MessageKind.HLR:
        return message.text or "HLR"
    return f"{message.text} {given.link}".strip() if given.kind is MessageKind.WAP_PUSH else message.text


def _options(given: Submission, *, callback: bool) -> dict[str, object]:
    options: dict[str, object] = {"type": wire_type(given.kind), "delivery": given.wants_reports}
    if given.validity is not None:
        options["lifetime"] = given.validity
    if given.start_at is not None:
        start = given.start_at.astimezone(UTC)
        options |= {"beginDate": start.strftime("%Y-%m-%d"), "beginTime": start.strftime("%H:%M:%S")}
    if callback and given.dlr_url:
        options["callback_url"] = given.dlr_url
    return options


def wire_type(kind: MessageKind) -> str:
    """Return the provider's word for a kind of message."""
    if kind not in _TYPES:
        raise errors.Unsupported(_("JO Mobile cannot send this kind of message."))
    return _TYPES[kind]


def refusal(payload: object, raw: str) -> errors.ProviderError | None:
    """Return the error in an answer whose status is false, or None for any other answer."""
    if not isinstance(payload, Mapping) or payload.get("status") is not False:
        return None
    number = whole_number(payload.get("error_code"))
    detail = problem_of(payload)
    code = detail if _WORD.fullmatch(detail) else str(number or "")
    detail = "" if code == detail else detail
    if number in {401, 403}:
        return errors.AuthRefused(detail, code=code, raw=raw)
    if number == 429:
        return errors.Throttled(detail, code=code, raw=raw)
    if not (code or detail) or (number or 0) >= 500:
        return errors.Ambiguous(detail, code=code, raw=raw)
    kind = errors.FundsRefused if _FUNDS.search(code.replace("_", " ") + detail) else errors.RequestRefused
    return kind(detail, code=code, raw=raw)


def problem_of(item: Item) -> str:
    """Return what `errors` says: a word, a list of texts, or texts by field."""
    return next((said for key in _PROBLEMS if (said := "; ".join(_texts(item.get(key))))), "")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif said := text(value):
        yield said


def receipts(messages: Sequence[Outgoing], data: object) -> tuple[Receipt, ...]:
    """Return a receipt for each message; those the answer does not name are unclear."""
    by_phone = {digits(message.msisdn): message.ref for message in messages}
    found: dict[str, list[Item]] = {}
    for phone, item in _named(data, by_phone.keys()):
        found.setdefault(by_phone[phone], []).append(item)
    return tuple(receipt(message.ref, found.get(message.ref, ())) for message in messages)


def receipt(ref: str, items: Sequence[Item]) -> Receipt:
    """Return the receipt of a message from what is said about its parts."""
    parts = _ids(items, _PART_IDS)
    ids = parts or _ids(items, _WHOLE_IDS)
    if ids:
        return Receipt(ref, accepted=True, provider_id=ids[0], parts=len(parts) or None, part_ids=tuple(ids))
    said = next((said for item in items if (said := problem_of(item))), "")
    return Receipt(ref, accepted=False if said else None, code=said, reason=said)


def _ids(items: Sequence[Item], keys: Sequence[str]) -> list[str]:
    found = (one for item in items for key in keys for one in _texts(item.get(key)))
    return list(dict.fromkeys(found))


def _named(data: object, phones: Collection[str]) -> Iterator[tuple[str, Item]]:
    """Yield (number, item): of records that name their number, and of whatever lies under a number as its key."""
    if isinstance(data, list):
        for one in data:
            yield from _named(one, phones)
    if not isinstance(data, Mapping):
        return
    if (own := _phone_of(data)) in phones:
        yield own, data
        return
    for key, value in data.items():
        phone = digits(key)
        if phone in phones:
            yield from ((phone, item) for item in _items_under(value))
        else:
            yield from _named(value, phones)


def _items_under(value: object) -> Iterator[Item]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield one
        elif said := text(one):
            yield {_PART_IDS[0]: said}


def _phone_of(item: Item) -> str:
    named = (item.get(key) for key in _PHONES)
    numbers = [said for value in named for said in _texts(value)]
    return digits(numbers[0]) if len(numbers) == 1 else ""


def records(data: object) -> Iterator[Item]:
    """Yield the reports in an answer or push, wherever its lists and objects hold them."""
    if isinstance(data, list):
        for one in data:
            yield from records(one)
    elif isinstance(data, Mapping):
        if text(data.get("id_state")):
            yield data
        else:
            yield from records([value for value in data.values() if isinstance(value, list | Mapping)])


def keep_newest(found: dict[str, Item], item: Item) -> None:
    """Keep a record by its id, unless a later one of the same id is there."""
    key = text(item.get("id_state"))
    if key not in found or text(item.get("time")) >= text(found[key].get("time")):
        found[key] = item


def report(item: Item) -> Report:
    """Return the report about one part that a record holds."""
    word = text(item.get("state"))
    return Report(
        provider_id=text(item.get("id_state")),
        state=_STATES.get(word.upper(), DeliveryState.UNKNOWN),
        raw_state=word,
        at=moment_of(text(item.get("time"))),
        msisdn=digits(text(item.get("phone"))),
        parts=whole_number(item.get("num_parts")),
        network=text(item.get("network")) or text(item.get("operator")),
    )


def evidence(message: Outgoing, given: Submission, sender: str, items: Sequence[Item]) -> Receipt | None:
    """Return the receipt of a message that the records since the attempt show exactly once, else None."""
    own = sorted(
        (item for item in items if _shows(item, message, given, sender)),
        key=lambda item: whole_number(item.get("part_no")) or 1,
    )
    places = [whole_number(item.get("part_no")) or 1 for item in own]
    if not own or len(set(places)) < len(places):
        return None
    return receipt(message.ref, own)


def _shows(item: Item, message: Outgoing, given: Submission, sender: str) -> bool:
    when, said = moment_of(text(item.get("time"))), str(item.get("text_sms") or "")
    sent = _text_of(given, message)
    whole = (whole_number(item.get("num_parts")) or 1) == 1
    return (
        digits(text(item.get("phone"))) == digits(message.msisdn)
        and text(item.get("originator")) in {"", given.sender or sender}
        and text(item.get("type_sms")).lower() in {"", wire_type(given.kind)}
        and (said == sent if whole else bool(said) and said in sent)
        and when is not None
        and given.tried_at is not None
        and when >= given.tried_at.replace(microsecond=0)
    )


def period(now: datetime) -> str:
    """Return the days that are still kept, with a day to spare on both sides because their zone is not stated."""
    first, last = now.astimezone(UTC) - timedelta(days=DAYS_KEPT), now.astimezone(UTC) + timedelta(days=1)
    return f"{first:%Y-%m-%d} 00:00:00 - {last:%Y-%m-%d} 23:59:59"


def moment_of(value: str) -> datetime | None:
    """Read a date-time, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def digits(value: str) -> str:
    """Return the digits of a number as E.164 has them."""
    return re.sub(r"[^0-9]", "", value).lstrip("0")


def text(value: object) -> str:
    """Return a scalar of an answer as text, and anything else as nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def whole_number(value: object) -> int | None:
    """Return a number of an answer, which may come as digits in a string."""
    said = text(value)
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said) else None


def whole_seconds(value: object) -> int | None:
    """Return a Unix time of an answer, to the second."""
    said = text(value).partition(".")[0]
    return int(said) if re.fullmatch(r"[0-9]{9,12}", said) else None
