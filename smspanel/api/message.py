"""/message: one text or call to one number (JS-22 to JS-25, JS-41)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from campaigns import orders
from campaigns.models import Campaign, Variant
from smspanel.api import codes
from smspanel.api.caller import caller_of
from smspanel.api.envelope import Envelope, ok, waits_for_approval
from smspanel.api.errors import ApiError
from smspanel.api.ordering import message_order
from smspanel.api.repeats import once
from smspanel.api.schemas import EcoPath, MessageIn, MessageOptions, MessagePath, VoiceIn

router = Router(tags=["message"])


@router.post("/send", response=Envelope[int], summary="Send one message")
@once
def send(request: HttpRequest, given: MessageIn) -> dict[str, Any]:
    """Send a text to one number at once; answers with the message's id."""
    return _send(request, given)


@router.post("/sendVoice", response=Envelope[int], summary="Make one call")
@once
def send_voice(request: HttpRequest, given: VoiceIn) -> dict[str, Any]:
    """Read a text or play a recording to one number, mobile or fixed; answers with the message's id."""
    if given.bulkVariant != Variant.VOICE:
        raise ApiError(codes.SEND_DATE, "Invalid value of bulkVariant parameter: calls are VOICE.")
    return _send(request, given)


@router.get("/send/{to}/{from}/{message}/{bulkVariant}", response=Envelope[int], summary="Send one message by GET")
@once
def send_by_get(request: HttpRequest, place: Path[MessagePath], options: Query[MessageOptions]) -> dict[str, Any]:
    """Do the same for devices that can do nothing else; the account has to be allowed to."""
    return _send_by_get(request, MessageIn(**place.model_dump(), doubleEncode=options.doubleEncode))


@router.get("/send/{to}/{message}", response=Envelope[int], summary="Send one ECO message by GET")
@once
def send_eco_by_get(request: HttpRequest, place: Path[EcoPath], options: Query[MessageOptions]) -> dict[str, Any]:
    """Do the same without a sender name."""
    given = MessageIn(**place.model_dump(), bulkVariant=Variant.ECO, doubleEncode=options.doubleEncode)
    return _send_by_get(request, given)


def _send_by_get(request: HttpRequest, given: MessageIn) -> dict[str, Any]:
    """Send if the account may send by GET: a crawler or a log must not send or tell by accident."""
    if not caller_of(request).account.may_send_by_get:
        raise ApiError(codes.RIGHT, "Sending by GET is off for this account. Use POST message/send.")
    return _send(request, given)


def _send(request: HttpRequest, given: MessageIn) -> dict[str, Any]:
    caller = caller_of(request)
    message = orders.single(account=caller.account, to=given.to, order=message_order(caller, given), key=caller.key)
    if message.campaign.state == Campaign.State.TO_PAY:
        return waits_for_approval(f"Message {message.pk}")
    return ok(message.pk)
