"""The post back of JustSend: four shapes that are told apart by their keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from smspanel.providers import errors
from smspanel.providers.justsend import fields, wire
from smspanel.providers.values import DeliveryState, Inbound, Push, Report

_STATES = {
    "MESSAGE_DELIVERED": DeliveryState.DELIVERED,
    "DELIVERED": DeliveryState.DELIVERED,
    **dict.fromkeys(
        ("MESSAGE_NOT_DELIVERED", "NOT_DELIVERED", "NO_ANSWER", "BUSY", "UNDELIVERABLE"), DeliveryState.UNDELIVERED
    ),
}


def parse(body: bytes) -> Push:
    """Read one notification; raise RequestRefused if it is none of the four."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise errors.RequestRefused("the push is not a JSON object")
    if "bulkStatus" in found:
        return Push()  # it names a bulk and none of its recipients
    if not fields.msisdn(found.get("msisdn")):
        raise errors.RequestRefused("the push names neither a bulk nor a number")
    if "idMsgContent" in found:
        return Push(inbound=(_inbound(found),))
    return Push((_report(found),))


def _report(found: Mapping[str, Any]) -> Report:
    """Return a report that only its number connects to a message: a bulk has no ids of its recipients."""
    word = fields.text(found.get("deliveryStatus"))
    handed_over = "deliveryStatus" not in found
    return Report(
        provider_id="",
        state=DeliveryState.SENT if handed_over else _STATES.get(word, DeliveryState.UNKNOWN),
        raw_state=word,
        at=fields.moment(found.get("deliveryTime")),
        msisdn=fields.msisdn(found.get("msisdn")),
        network=fields.text(found.get("operator")),
    )


def _inbound(found: Mapping[str, Any]) -> Inbound:
    """Return a reply; the provider pushes that there is one, not what it says."""
    msisdn, bulk = fields.msisdn(found.get("msisdn")), fields.number(found.get("idMsgContent"))
    return Inbound(
        provider_id=fields.text(found.get("id")),
        msisdn=msisdn,
        to=fields.text(found.get("prefix")),
        text="",
        at=fields.moment(found.get("deliveryTime")),
        answers=wire.provider_id(bulk, msisdn) if bulk else "",
        network=fields.text(found.get("operator")),
    )
