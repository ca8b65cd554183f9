"""SerwerSMS on the wire: fields, error codes, states and local times; no network in here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.values import DeliveryState, MessageKind, Outgoing, Receipt, Report, Submission

Item = Mapping[str, Any]

WARSAW = ZoneInfo("Europe/Warsaw")
PLACEHOLDERS = "id=#SMSID#&st=#STAN#&dt=#DATA#&why=#PRZYCZYNA#"

_AUTH = frozenset({1001, 1002, 1003, 1005, 1007, 1008, 3001, 3003, 3005, 3007, 3008, 3009, 3100})
_FUNDS = frozenset({3000, 3002, 3004, 3006})
_MALFORMED = frozenset({1006, 2000})

_TAKEN = {"queued", "saved", "in_progress", "pending", "sent", "delivered", "undelivered"}
_STATES = {
    "queued": DeliveryState.QUEUED,
    "in_progress": DeliveryState.QUEUED,
    "saved": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "pending": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "unsent": DeliveryState.REJECTED,
}
_STATES_BY_REASON = {
    "message_expired": DeliveryState.EXPIRED,
    "message_rejected": DeliveryState.REJECTED,
}
# The words of #STAN# are published nowhere: these are the ones of reports, of the Polish panel and of SMPP.
_PUSHED_STATES = _STATES | {
    "doreczono": DeliveryState.DELIVERED,
    "doreczona": DeliveryState.DELIVERED,
    "delivrd": DeliveryState.DELIVERED,
    "niedoreczono": DeliveryState.UNDELIVERED,
    "undeliv": DeliveryState.UNDELIVERED,
    "expired": DeliveryState.EXPIRED,
    "rejectd": DeliveryState.REJECTED,
    "deleted": DeliveryState.REJECTED,
    "niewyslano": DeliveryState.REJECTED,
    "wyslano": DeliveryState.SENT,
    "acceptd": DeliveryState.SENT,
}


def unique_id(ref: str) -> str:
    """Return the provider's form of our reference: 3 to 50 letters and digits, so a UUID loses its dashes."""
    plain = ref if ref.isascii() and ref.isalnum() else re.sub(r"[^A-Za-z0-9]", "", ref)
    if not 3 <= len(plain) <= 50:
        raise errors.RequestRefused(f"the reference {ref!r} has no form of 3 to 50 letters and digits")
    return plain


def submission(given: Submission) -> tuple[str, dict[str, object]]:
    """Return the action and the body for a submission; a key that would say "no" is left out."""
    phones = [f"+{message.msisdn}" for message in given.messages]
    texts = [message.text for message in given.messages]
    ids = [unique_id(message.ref) for message in given.messages]
    if len(set(ids)) != len(ids):
        raise errors.RequestRefused("two references are the same without their punctuation")
    body: dict[str, object] = {"details": True, "unique_id": ids} | _options(given)
    # send_voice knows no unique_id, without which an unclear call could not be looked up.
    if len(set(texts)) == 1 and not is_voice(given):
        return "messages/send_sms", body | _special(given) | {"phone": phones, "text": texts[0]}
    if given.kind in {MessageKind.WAP_PUSH, MessageKind.VCARD}:
        raise errors.RequestRefused(_("SerwerSMS takes one WAP push or business card for all numbers of a call."))
    pairs = [{"phone": phone, "text": text} for phone, text in zip(phones, texts, strict=True)]
    return "messages/send_personalized", body | {"messages": pairs}


def is_voice(given: Submission) -> bool:
    """Say whether a submission is read out to whoever answers the phone."""
    return given.kind is MessageKind.VOICE or given.variant == "VOICE"


def voice(messages: Sequence[Outgoing], *, file_id: str) -> dict[str, object]:
    """Return the body of messages/send_voice: one text or one file."""
    texts = {message.text for message in messages}
    if len(texts) != 1:
        raise errors.RequestRefused(_("A voice call reads one text to all its numbers."))
    phones = [f"+{message.msisdn}" for message in messages]
    return {"phone": phones, "details": True} | ({"file_id": file_id} if file_id else {"text": texts.pop()})


def _options(given: Submission) -> dict[str, object]:
    options: dict[str, object] = {}
    if given.start_at is not None:
        options["date"] = scheduled(given.start_at)
    if is_voice(given):
        return options | {"voice": True} | ({"dlr_url": report_url(given.dlr_url)} if given.dlr_url else {})
    if given.variant == "FULL":
        if not given.sender:
            raise errors.RequestRefused(_("FULL messages need a sender name."))
        options["sender"] = given.sender
    if given.unicode:
        if given.variant != "FULL":
            raise errors.RequestRefused(_("ECO+ messages cannot carry Unicode characters."))
        options["utf"] = True
    if given.kind is MessageKind.FLASH:
        options["flash"] = True
    if given.priority > 0 and given.variant == "FULL":
        options["speed"] = True
    if given.dlr_url:
        options["dlr_url"] = report_url(given.dlr_url)
    return options


def _special(given: Submission) -> dict[str, object]:
    """Return what only a text to many numbers may be besides a text."""
    if given.kind is MessageKind.WAP_PUSH:
        return {"wap_push": given.link}
    return {"vcard": True} if given.kind is MessageKind.VCARD else {}


def report_url(url: str) -> str:
    """Add the provider's placeholders to the address to which it shall push reports."""
    return url if "#SMSID#" in url else f"{url}{'&' if '?' in url else '?'}{PLACEHOLDERS}"


def general_error(payload: Mapping[str, Any], raw: str) -> errors.ProviderError | None:
    """Return the error of an answer that refuses the whole call; the provider then took nothing of it."""
    error = payload.get("error")
    if error is None:
        return None
    code = number(error.get("code")) if isinstance(error, Mapping) else None
    if code is None:
        return errors.Ambiguous("an error without a code", raw=raw)
    detail = text(error.get("message"))
    if code in _AUTH:
        return errors.AuthRefused(detail, code=str(code), raw=raw)
    if code in _FUNDS:
        return errors.FundsRefused(detail, code=str(code), raw=raw)
    if "uniq" in detail.lower() and code not in _MALFORMED:
        return errors.DuplicateReference(detail, code=str(code), raw=raw)
    return errors.RequestRefused(detail, code=str(code), raw=raw)


def items_of(payload: Mapping[str, Any]) -> list[Item]:
    """Return the well-formed items of an answer."""
    items = payload.get("items")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def pair(messages: Sequence[Outgoing], items: Sequence[Item]) -> tuple[dict[str, list[Item]], list[Item]]:
    """Return the items of each message by ref, and the items that belong to none.

    A message is recognised by the reference if it is echoed, else by its number as sent, by its digits, and
    by its digits with 48, which the provider adds.
    """
    by_key = {key: m.ref for m in messages for key in (f"+48{m.msisdn}", m.msisdn, f"+{m.msisdn}")}
    by_id = {unique_id(m.ref): m.ref for m in messages}
    found: dict[str, list[Item]] = {}
    strangers = []
    for item in items:
        ref = _ref_of(item, by_id, by_key)
        if ref is None:
            strangers.append(item)
        else:
            found.setdefault(ref, []).append(item)
    return found, strangers


def _ref_of(item: Item, by_id: Mapping[str, str], by_key: Mapping[str, str]) -> str | None:
    if echoed := text(item.get("unique_id")):
        return by_id.get(echoed)
    phone = text(item.get("phone"))
    digits = re.sub(r"\D", "", phone)
    for key in (phone, digits, f"+{digits}", f"48{digits}"):
        if digits and key in by_key:
            return by_key[key]
    return None


def receipts(messages: Sequence[Outgoing], items: Sequence[Item]) -> tuple[Receipt, ...]:
    """Return a receipt for each message; those the answer does not name are unclear."""
    found, strangers = pair(messages, items)
    nameless = [message for message in messages if message.ref not in found]
    if len(nameless) == len(strangers):
        found |= {message.ref: [item] for message, item in zip(nameless, strangers, strict=True)}
    return tuple(best_receipt(message.ref, found.get(message.ref, ())) for message in messages)


def best_receipt(ref: str, items: Iterable[Item]) -> Receipt:
    """Return the receipt of a message from all that is said about it: taken outranks refused."""
    candidates = [_receipt(ref, item) for item in items]
    for wanted in (True, None, False):
        for receipt in candidates:
            if receipt.accepted is wanted:
                return receipt
    return Receipt(ref=ref, accepted=None)


def _receipt(ref: str, item: Item) -> Receipt:
    status, reason = text(item.get("status")), text(item.get("error_message")) or text(item.get("reason"))
    accepted: bool | None = None
    if status in _TAKEN:
        accepted = True
    elif status == "unsent" and "uniq" not in reason.lower():
        accepted = False
    code = text(item.get("error_code"))
    return Receipt(ref, accepted, text(item.get("id")), number(item.get("parts")), code, reason)


def report(item: Item) -> Report | None:
    """Return the report in an item of messages/reports, or None if it does not even name its message."""
    provider_id, raw_state, reason = (text(item.get(key)) for key in ("id", "status", "reason"))
    if not provider_id:
        return None
    moment = text(item.get("delivered")) or text(item.get("sent")) or text(item.get("queued"))
    return Report(
        provider_id=provider_id,
        state=state(raw_state, reason),
        raw_state=raw_state,
        reason=reason,
        at=moment_of(moment),
        msisdn=re.sub(r"\D", "", text(item.get("phone"))),
        parts=number(item.get("parts")),
        network=text(item.get("network")),
    )


def state(word: str, reason: str = "") -> DeliveryState:
    """Translate the state of a report."""
    found = _STATES.get(word, DeliveryState.UNKNOWN)
    return _STATES_BY_REASON.get(reason, found) if found is DeliveryState.UNDELIVERED else found


def pushed_report(query: Mapping[str, str]) -> Report | None:
    """Return what a push says if its word is understood."""
    word = query.get("st", "").strip()
    found = _PUSHED_STATES.get(word.lower().translate(str.maketrans("ęł", "el")), DeliveryState.UNKNOWN)
    provider_id, reason = query.get("id", "").strip(), query.get("why", "").strip()
    if not provider_id or found is DeliveryState.UNKNOWN:
        return None
    if found is DeliveryState.UNDELIVERED:
        found = _STATES_BY_REASON.get(reason, found)
    return Report(provider_id, found, word, reason, moment_of(query.get("dt", "")))


def pages(payload: Mapping[str, Any]) -> int:
    """Return how many pages a list has."""
    paging = payload.get("paging")
    return (number(paging.get("count")) or 1) if isinstance(paging, Mapping) else 1


def moment_of(value: str) -> datetime | None:
    """Read a Polish local date-time; the hour that October repeats is taken for its first run."""
    try:
        return datetime.strptime(value.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=WARSAW).astimezone(UTC)
    except ValueError:
        return None


def local(at: datetime) -> str:
    """Write a moment as Polish local time without a zone."""
    return at.astimezone(WARSAW).strftime("%Y-%m-%d %H:%M:%S")


def scheduled(at: datetime) -> str:
    """Write when a message shall go out; refuse the hour that October repeats, as it names two moments."""
    there = at.astimezone(WARSAW)
    if there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset():
        raise errors.RequestRefused(_("At that hour the clocks change; choose another time."))
    return local(at)


def text(value: object) -> str:
    """Return a scalar of an answer as text, and anything else as nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def number(value: object) -> int | None:
    """Return a number of an answer, which may come as digits in a string."""
    digits = text(value)
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else None


def yes(value: object) -> bool:
    """Read a boolean as the provider's clients write it."""
    return value is True or text(value).lower() in {"true", "1"}
