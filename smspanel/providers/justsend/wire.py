"""JustSend on the wire: what a bulk looks like, how it is found again, and where its numbers stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.justsend import fields
from smspanel.providers.justsend.records import Bulk
from smspanel.providers.values import DeliveryState, MessageKind, Report, Submission, VoiceOptions

MOST_NUMBERS = 18_000
REPLYING = frozenset({"ECO_RESP", "PRO_RESP"})
NAMED = frozenset({"FULL", "PRO", "INTER"}) | REPLYING
VOICE_SENDER = "VOICE"
LISTS = ("NOT_SENT", "NOT_CONFIRMED", "NOT_DELIVERED", "DELIVERED")
"""In the order in which a message moves: a number that moves while they are read is seen at least once."""
MIDNIGHT = timedelta(hours=1)
"""A bulk that is handed over this close to midnight may be in the report of the other day."""

_WAITING = frozenset({"TO_PAY", "TO_SEND", "HOLD"})
_ENDED = frozenset({"FINISHED", "FINISHED_INCOMPLETE", "CANCELED", "ERROR"})
_STATES = {
    "NOT_CONFIRMED": DeliveryState.SENT,
    "NOT_DELIVERED": DeliveryState.UNDELIVERED,
    "DELIVERED": DeliveryState.DELIVERED,
}
_LANGUAGES = {"": "POLISH", "PL": "POLISH", "EN": "ENGLISH", "EN-GB": "ENGLISH_BRITISH", "CY": "WELSH"}
_COUNTRIES = {"PL": "POLAND"}
_ID = re.compile(r"([0-9]{1,18})/([0-9]{5,15})")


def submission(given: Submission, now: datetime) -> dict[str, object]:
    """Return the body of a bulk; a key that would say nothing is left out."""
    texts = {message.text for message in given.messages}
    if not given.reference or len(texts) != 1:
        raise errors.RequestRefused(_("JustSend takes one text a call, under a name of ours."))
    if len(given.messages) > MOST_NUMBERS:
        raise errors.RequestRefused(_("JustSend takes at most 18,000 numbers a call."))
    return {
        "name": given.reference,
        "to": [message.msisdn for message in given.messages],
        "message": texts.pop(),
        "bulkVariant": given.variant,
        "sendDate": fields.iso(max(given.start_at or now, now)),
        "doubleEncode": False,
        **_sender(given),
        **_options(given),
    }


def _sender(given: Submission) -> dict[str, object]:
    voice = given.variant == "VOICE"
    if given.kind is MessageKind.VOICE and not voice:
        raise errors.RequestRefused(_("Voice messages go out as the variant VOICE."))
    if given.kind not in {MessageKind.TEXT, MessageKind.VOICE}:
        raise errors.RequestRefused(_("JustSend carries only texts and voice messages."))
    if voice:
        return {"from": VOICE_SENDER}
    if given.variant not in NAMED:
        return {}
    if not given.sender:
        raise errors.RequestRefused(_("%(variant)s messages need a sender name.") % {"variant": given.variant})
    return {"from": given.sender}


def _options(given: Submission) -> dict[str, object]:
    options: dict[str, object] = {}
    if given.priority > 0:
        options["alert"] = True
    if given.variant == "VOICE":
        language = given.language.upper()
        options["language"] = _LANGUAGES.get(language, language)
        if repeating := _repeating(given.voice):
            options["voiceRepeating"] = repeating
    if given.variant == "INTER" and given.country:
        options["country"] = _COUNTRIES.get(given.country.upper(), given.country.upper())
    if given.variant in REPLYING and given.reply_text:
        options["groupSmsContent"] = given.reply_text
    return options


def _repeating(voice: VoiceOptions) -> dict[str, str]:
    """Return how a call is repeated, in texts as the provider's example has them."""
    asked = {
        "repeatDtmf": None if voice.repeat_dtmf is None else str(voice.repeat_dtmf).lower(),
        "minPeriod": voice.min_period,
        "maxPeriod": voice.max_period,
        "maxCount": voice.max_count,
        "pause": voice.pause,
    }
    return {name: str(value) for name, value in asked.items() if value is not None}


def provider_id(bulk: int, msisdn: str) -> str:
    """Return our id of one recipient of a bulk: the provider has none."""
    return f"{bulk}/{msisdn}"


def by_bulk(provider_ids: Iterable[str]) -> dict[int, dict[str, str]]:
    """Return the provider ids by bulk and number; what is no such id is left out."""
    found: dict[int, dict[str, str]] = {}
    for given in provider_ids:
        if parts := _ID.fullmatch(given):
            found.setdefault(int(parts[1]), {})[parts[2]] = given
    return found


def id_of(data: object) -> int | None:
    """Return the id in an answer to a submission: an object for a bulk, a bare number for the other calls."""
    if isinstance(data, Mapping):
        bulk = Bulk.of(data)
        return bulk.id if bulk else None
    return fields.number(data) or None


def days_of(given: Submission) -> list[str]:
    """Return the days whose reports hold the bulk if there is one; nothing if it is not known when it was tried."""
    moments = [given.tried_at, given.start_at]
    edges = [moment + edge for moment in moments if moment for edge in (-MIDNIGHT, MIDNIGHT)] if given.tried_at else []
    return sorted({edge.astimezone(fields.WARSAW).date().isoformat() for edge in edges})


def named(reference: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the reports about bulks of that name, to which the provider adds the date and time."""
    for row in rows:
        name = fields.text(row.get("bulkName")) or fields.text(row.get("name"))
        if name == reference or name.startswith(f"{reference}_"):
            yield row


def reports(bulk: Bulk, lists: Mapping[str, Collection[str]], ids: Mapping[str, str]) -> Iterator[Report]:
    """Yield where the recipients of a bulk are; `lists` are the numbers by state, `ids` our ids by number.

    A number that a bulk has ended without was dropped as invalid, but only complete lists prove that.
    """
    place = {number: word for word in LISTS for number in lists[word]}
    complete = bulk.size is not None and 0 < bulk.size <= len(place)
    for number, our_id in ids.items():
        word = place.get(number)
        state = _STATES.get(word or "") or _not_sent(bulk, proven=word is not None or complete)
        if state is None:
            continue
        reason = _("JustSend did not send this message.") if state is DeliveryState.REJECTED else ""
        raw_state = f"{bulk.status} {word or 'in no list'}"
        yield Report(our_id, state, raw_state, reason, msisdn=number)


def _not_sent(bulk: Bulk, *, proven: bool) -> DeliveryState | None:
    if bulk.status in _WAITING:
        return DeliveryState.QUEUED
    return DeliveryState.REJECTED if bulk.status in _ENDED and proven else None
