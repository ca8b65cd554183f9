"""What one number received from an account and answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.signed_in import person
from campaigns.models import Campaign, Message, Reply
from contacts.models import Contact
from smspanel import access

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A message or a reply."""

    at: datetime
    text: str
    state: str
    campaign: Campaign | None
    is_reply: bool = False


def of_number(account: Account, msisdn: str) -> list[Line]:
    """Return the latest messages to a number of an account and replies from it, newest first."""
    found = Message.objects.filter(msisdn=msisdn, campaign__account=account).order_by("-pk")
    messages = found.select_related("campaign", "batch")[:MOST]
    answers = Reply.objects.filter(msisdn=msisdn, account=account).select_related("campaign").order_by("-pk")[:MOST]
    lines = [_line(message) for message in messages]
    lines += [Line(reply.received_at, reply.text, "", reply.campaign, is_reply=True) for reply in answers]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _line(message: Message) -> Line:
    campaign = message.campaign
    sent = message.batch.started_at if message.batch is not None else None
    at = sent or campaign.started_at or campaign.created_at
    return Line(at, message.text or campaign.text, message.get_state_display(), campaign)


@require_GET
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Answer with the panel of a contact's page."""
    contact = access.get(Contact.objects.select_related("account"), person(request), pk=contact_id)
    context = {"lines": of_number(contact.account, contact.msisdn)}
    return render(request, "campaigns/_contact_messages.html", context)
