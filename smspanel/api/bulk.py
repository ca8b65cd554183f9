"""/bulk: sendings to many, their cancelling, and who of them stands where (JS-10 to JS-21, JS-30 to JS-33, JS-93)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from ninja import Path, Query, Router

from campaigns import justsend_words, lifecycle, orders, recipient_files, senders
from campaigns.justsend_words import MessageStatus
from campaigns.models import Campaign, Message
from campaigns.orders import Order
from smspanel.api import codes, presentation
from smspanel.api.caller import Caller, caller_of
from smspanel.api.envelope import Envelope, ok, waits_for_approval
from smspanel.api.errors import ApiError
from smspanel.api.fields import send_date
from smspanel.api.ordering import bulk_order
from smspanel.api.repeats import once
from smspanel.api.schemas import (
    BulkIn,
    BulkOut,
    FileOptions,
    FilePath,
    PersonalizedOut,
    SenderOut,
    StatusOut,
    VoiceFilePath,
)
from smspanel.api.uploads import FILE_BODY, first_file
from smspanel.api.voice import language_of

router = Router(tags=["bulk"], by_alias=True)

RELATED: Final = ("account", "sender", "reservation__prefix", "plan", "file", "hold")


def bulk_of(caller: Caller, bulk_id: int) -> Campaign:
    """Return a campaign of the caller's own account; raises NotFound."""
    return caller.own(Campaign.objects.select_related(*RELATED).prefetch_related("groups"), pk=bulk_id)


def _place(request: HttpRequest, given: BulkIn, *, approved: bool = False) -> dict[str, Any]:
    """Order a bulk and answer with it, or tell that it waits for approval."""
    caller = caller_of(request)
    order = bulk_order(caller, given)
    campaign = orders.place(account=caller.account, order=order, key=caller.key, approved=approved)
    if campaign.state == Campaign.State.TO_PAY:
        return waits_for_approval(f"Sending {campaign.pk}")
    return ok(presentation.bulk(bulk_of(caller, campaign.pk)))


@router.post("/send", response=Envelope[BulkOut], summary="Send a text to numbers and groups")
@once
def send(request: HttpRequest, given: BulkIn) -> dict[str, Any]:
    """Plan and confirm a sending; it costs what `costInPoints` says, and not more."""
    return _place(request, given)


@router.post("/sendToGroups", response=Envelope[BulkOut], summary="Send a text to several groups")
@once
def send_to_groups(request: HttpRequest, given: BulkIn) -> dict[str, Any]:
    """Do the same as bulk/send, with `groupIds`."""
    return _place(request, given)


@router.post("/sendWithoutConfirmation", response=Envelope[BulkOut], summary="Send without waiting for approval")
@once
def send_without_confirmation(request: HttpRequest, given: BulkIn) -> dict[str, Any]:
    """Do the same as bulk/send past the approval queue, for accounts that have this right."""
    if not caller_of(request).account.may_skip_approval:
        raise ApiError(codes.RIGHT, "This account may not send past the approval. Use bulk/send.")
    return _place(request, given, approved=True)


@router.get("/sender/list", response=Envelope[list[SenderOut]], summary="List the sender names you may use")
def sender_list(request: HttpRequest) -> dict[str, Any]:
    """List approved names: those of everybody and the account's own."""
    return ok(list(senders.usable_by(caller_of(request).account).order_by("name").values("id", "name")))


@router.get("/{int:bulk_id}", response=Envelope[BulkOut], summary="Show a sending")
def show(request: HttpRequest, bulk_id: int) -> dict[str, Any]:
    """Show a sending as bulk/send answered it, with its present state."""
    return ok(presentation.bulk(bulk_of(caller_of(request), bulk_id)))


@router.put("/cancel/{int:bulk_id}", response=Envelope[BulkOut], summary="Cancel a sending")
@once
def cancel(request: HttpRequest, bulk_id: int) -> dict[str, Any]:
    """Stop whatever has not left yet; its points come back."""
    caller = caller_of(request)
    lifecycle.cancel(campaign=bulk_of(caller, bulk_id), actor=None)
    return ok(presentation.bulk(bulk_of(caller, bulk_id)))


@router.get("/recipient/{status}/{int:bulk_id}", response=Envelope[list[str]], summary="List numbers by state")
def recipients(request: HttpRequest, status: MessageStatus, bulk_id: int) -> dict[str, Any]:
    """List the numbers of a sending that stand there, with the country code."""
    campaign = bulk_of(caller_of(request), bulk_id)
    states = justsend_words.states_of(status)
    return ok(list(campaign.messages.filter(state__in=states).order_by("pk").values_list("msisdn", flat=True)))


@router.get(
    "/recipient/personalized/{status}/{int:bulk_id}",
    response=Envelope[list[PersonalizedOut]],
    summary="List numbers by state, each with its text",
)
def personalized_recipients(request: HttpRequest, status: MessageStatus, bulk_id: int) -> dict[str, Any]:
    """List the messages of a sending that stand there; NOT_SENT also holds the rows that were rejected."""
    campaign = bulk_of(caller_of(request), bulk_id)
    messages = campaign.messages.filter(state__in=justsend_words.states_of(status)).order_by("pk")
    rows = [presentation.personalized(message, campaign) for message in messages]
    if status == MessageStatus.NOT_SENT:
        rows += map(presentation.rejected, campaign.recipients.exclude(problem="").order_by("pk"))
    return ok(rows)


@router.get(
    "/retrieveBulkRecipientsStatuses/{int:bulk_id}",
    response=Envelope[list[StatusOut]],
    summary="List where every number stands",
)
def statuses(request: HttpRequest, bulk_id: int) -> dict[str, Any]:
    """List all numbers of a sending with their states."""
    campaign = bulk_of(caller_of(request), bulk_id)
    found = Message.objects.filter(campaign=campaign).order_by("pk").values_list("msisdn", "state")
    return ok([{"msisdn": msisdn, "status": justsend_words.message_status(state)} for msisdn, state in found])


@router.post(
    "/send/personalized/{name}/{from}/{data}/{bulkVariant}/{personalized}",
    response=Envelope[int],
    summary="Send texts from a file",
    openapi_extra=FILE_BODY,
)
@once
def send_file(request: HttpRequest, place: Path[FilePath], options: Query[FileOptions]) -> dict[str, Any]:
    """Take a txt, csv, xls or xlsx file of `number;text` and send it once it is read; answers with the bulk's id."""
    return ok(_receive(request, place, options, language=""))


@router.post(
    "/send/personalized/{name}/{from}/{data}/{bulkVariant}/{personalized}/{language}",
    response=Envelope[int],
    summary="Make calls from a file",
    openapi_extra=FILE_BODY,
)
@once
def send_voice_file(request: HttpRequest, place: Path[VoiceFilePath], options: Query[FileOptions]) -> dict[str, Any]:
    """Do the same with texts that are read to the recipients in this language."""
    return ok(_receive(request, place, options, language=place.language))


def _receive(request: HttpRequest, place: FilePath, options: FileOptions, *, language: str) -> int:
    """Keep the file and return the id of the campaign that is made of it."""
    caller = caller_of(request)
    campaign = recipient_files.receive(
        account=caller.account,
        order=Order(
            name=place.name,
            text="",
            variant=place.bulkVariant,
            sender=place.sender,
            start_at=send_date(place.data),
            details={"language": language_of(place.bulkVariant, language)},
        ),
        file=first_file(request),
        personalized=place.personalized,
        parametrized=options.parametrized,
        key=caller.key,
    )
    return campaign.pk
