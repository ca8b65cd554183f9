"""What post backs say, in the shapes of JustSend's §5.3 (JS-98): values in, a JSON object out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from smspanel.clock import milliseconds

Payload = dict[str, Any]


def bulk(
    *,
    campaign_id: int,
    name: str,
    status: str,
    imported: int,
    at: datetime,
    language: str = "",
    duration: int | None = None,
) -> Payload:
    """Return shape 1a: a campaign has a new status; `duration` is in seconds."""
    found = {
        "bulkStatus": status,
        "importedCount": imported,
        "name": name,
        "id": campaign_id,
        "deliveryTime": milliseconds(at),
    }
    return found | _voice(language, duration)


def single(*, message_id: int, msisdn: str, operator: str, at: datetime) -> Payload:
    """Return shape 1b: a single message was handed over."""
    return {"msisdn": msisdn, "operator": operator, "deliveryTime": milliseconds(at), "id": message_id}


def delivery(
    *,
    message_id: int,
    msisdn: str,
    operator: str,
    status: str,
    at: datetime,
    language: str = "",
    duration: int | None = None,
) -> Payload:
    """Return shape 2 without its ackId, which is the id of the event that carries it."""
    found = {
        "msisdn": msisdn,
        "operator": operator,
        "deliveryStatus": status,
        "id": message_id,
        "deliveryTime": milliseconds(at),
    }
    return found | _voice(language, duration)


def acknowledged(payload: Mapping[str, Any], ack_id: int) -> Payload:
    """Return a shape 2 that is complete."""
    return {"ackId": ack_id, **payload}


def reply(
    *,
    reply_id: int,
    campaign_id: int | None,
    prefix: str,
    msisdn: str,
    operator: str,
    sender: str,
    group_id: int | None,
    group_name: str,
    at: datetime,
) -> Payload:
    """Return shape 3: somebody answered. It does not hold the answer's text."""
    return {
        "idMsgContent": campaign_id,
        "prefix": prefix,
        "msisdn": msisdn,
        "groupId": group_id,
        "operator": operator,
        "sender": sender,
        "deliveryTime": milliseconds(at),
        "groupName": group_name,
        "id": reply_id,
    }


def _voice(language: str, duration: int | None) -> Payload:
    """Return what only voice calls have, as far as it is known."""
    found: Payload = {"language": language} if language else {}
    return found | ({"duration": duration} if duration is not None else {})


MACROS: Final = ("#SMSID#", "#STAN#", "#DATA#", "#PRZYCZYNA#")
"""What an address may hold instead of waiting for a body: message, state, time and reason (SS-16)."""


def filled(url: str, payload: Payload) -> str:
    """Return an address with its macros replaced, percent-encoded; the time is ISO 8601 in UTC."""
    at = datetime.fromtimestamp(payload["deliveryTime"] / 1000, tz=UTC).isoformat(timespec="seconds")
    values = (payload["id"], payload["deliveryStatus"], at, payload.get("reason", ""))
    for macro, value in zip(MACROS, values, strict=True):
        url = url.replace(macro, quote(str(value), safe=""))
    return url


def headers(*, body: bytes, event_id: int, at: datetime, secret: str) -> dict[str, str]:
    """Return the headers of a post back; the last three sign it as Standard Webhooks do."""
    seconds = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{event_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "webhook-id": str(event_id),
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
