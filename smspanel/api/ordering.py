"""Turns what a client asks for into an order of ours."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from campaigns import cost_centres
from campaigns.models import Kind, Variant
from campaigns.orders import Order
from contacts.destinations import country_code
from contacts.models import Group
from smspanel import access
from smspanel.api import codes, voice
from smspanel.api.caller import Caller
from smspanel.api.errors import ApiError, NotFound
from smspanel.api.fields import decoded, send_date
from smspanel.api.schemas import BulkIn, Extras, MessageIn, VoiceIn


def bulk_order(caller: Caller, given: BulkIn) -> Order:
    """Return the order of a bulk; raises NotFound for a group that is not the caller's."""
    return Order(
        name=given.name,
        text=decoded(given.message, double_encode=given.doubleEncode),
        variant=given.bulkVariant,
        sender=given.sender,
        numbers=given.to,
        groups=_groups(caller, given.group_ids),
        start_at=send_date(given.sendDate),
        details=_details(caller, given),
    )


def _groups(caller: Caller, ids: list[int]) -> list[Group]:
    found = list(access.own(Group.objects.filter(pk__in=ids), caller))
    if len(found) != len(ids):
        raise NotFound
    return found


def _extras(caller: Caller, given: Extras) -> dict[str, Any]:
    """Return the fields of a campaign that JustSend does not have; raises ApiError 321, CampaignRefused."""
    for name in ("link", "dlrUrl"):
        if address := getattr(given, name):
            _check_address(name, address)
    found: dict[str, Any] = {
        "priority": given.priority,
        "validity": given.validity,
        "wants_reports": given.deliveryReports,
        "report_url": given.dlrUrl,
        "link": given.link,
        "cost_centre": cost_centres.named(account=caller.account, name=given.costCenter),
    }
    return found | ({"kind": Kind(given.kind)} if given.kind else {})


def _check_address(name: str, address: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise ApiError(
            codes.SEND_DATE, f"Invalid value of {name} parameter: write it with http:// or https://."
        ) from error


def _details(caller: Caller, given: BulkIn) -> dict[str, Any]:
    """Return the further fields of the campaign."""
    details = _extras(caller, given)
    details["priority"] = max(given.priority, int(given.alert))
    if given.bulkVariant == Variant.INTER and given.country:
        if (country := country_code(given.country)) is None:
            raise ApiError(codes.SEND_DATE, "Invalid value of country parameter: write POLAND or PL.")
        details["country"] = country
    if given.bulkVariant == Variant.VOICE:
        details["language"] = voice.language_of(given.bulkVariant, given.language)
        details["voice"] = voice.options_of(given.voiceRepeating)
    if given.bulkVariant in {Variant.ECO_RESP, Variant.PRO_RESP}:
        details["reply_text"] = given.groupSmsContent[:459]
        if given.forward:
            details["forward_numbers"] = given.forwardMsisdns[:20]
            details["forward_emails"] = _emails(given.forwardEmails[:20])
    return details


def _emails(given: list[str]) -> list[str]:
    for email in given:
        try:
            validate_email(email)
        except ValidationError as error:
            raise ApiError(codes.SEND_DATE, "Invalid value of forwardEmails parameter") from error
    return given


def message_order(caller: Caller, given: MessageIn) -> Order:
    """Return the order of a single message, which has no name of its own."""
    written, recording = (given.languageMessage, given.audioFileUrl) if isinstance(given, VoiceIn) else ("", "")
    details = _extras(caller, given) | {
        "language": voice.language_of(given.bulkVariant, written),
        "voice": voice.recording_of(recording),
    }
    return Order(
        name="API",
        text=decoded(given.message, double_encode=given.doubleEncode),
        variant=given.bulkVariant,
        sender=given.sender,
        details=details,
    )
