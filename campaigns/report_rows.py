"""The rows of files about campaigns, chunk by chunk (accounts/download_kinds.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.download_kinds import CHUNK, Chunk, Kind, Row, cursor_after, fixed
from accounts.models import Download
from campaigns import justsend_words, reports
from campaigns.models import Message, Recipient, Reply
from campaigns.report_types import Type
from campaigns.reports import Period

CAMPAIGNS: Final = 20
"""Campaigns are counted in smaller chunks: each of them may have a million messages."""


def period_of(download: Download) -> Period:
    """Return the days that a history is of."""
    first, last = (date.fromisoformat(download.parameters[name]) for name in ("from", "to"))
    return Period.of_days(first, last, download.account.zone)


def _moment(download: Download, at: datetime | None) -> str:
    return f"{at.astimezone(download.account.zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _campaigns(download: Download, after: str) -> Chunk:
    found = reports.bulks_of(download.account, period_of(download)).order_by("pk").filter(pk__gt=int(after or 0))
    campaigns = list(found[:CAMPAIGNS])
    rows = [_campaign(download, one) for one in reports.of_all(campaigns)]
    return rows, cursor_after(campaigns, CAMPAIGNS, lambda campaign: campaign.pk)


def _campaign(download: Download, one: reports.Report) -> Row:
    campaign = one.campaign
    delivered, lost = justsend_words.MessageStatus.DELIVERED, justsend_words.MessageStatus.NOT_DELIVERED
    return [
        campaign.pk,
        campaign.name,
        str(justsend_words.bulk_status(campaign.state)),
        campaign.shown_sender or str(campaign.variant),
        campaign.text,
        _moment(download, campaign.created_at),
        _moment(download, campaign.start_at),
        _moment(download, campaign.finished_at),
        one.size,
        one.sent,
        one.tally.count(delivered),
        one.tally.count(lost),
        one.not_sent,
        one.cost,
        one.returned,
    ]


def _singles(download: Download, _after: str) -> Chunk:
    days = reports.singles_by_day(download.account, period_of(download))
    names = ("sent", "not_sent", "delivered", "not_delivered", "spent")
    return [[row.day.isoformat(), row.shown, *(getattr(row, name) for name in names)] for row in days], ""


def _recipients(download: Download, after: str) -> Chunk:
    """Go by the number, which the unique index of a campaign's messages is sorted by.

    Plain values, with each state put in words once, take a tenth of the time that models would.
    """
    found = Message.objects.filter(campaign=download.parameters["id"], campaign__account=download.account)
    names = ("msisdn", "state", "reason", "parts", "points", "reported_at", "network")
    messages = list(found.filter(msisdn__gt=after).order_by("msisdn").values_list(*names)[:CHUNK])
    words = {str(state): (str(justsend_words.message_status(state)), str(state.label)) for state in Message.State}
    rows: list[Row] = [
        [
            msisdn,
            *words[state],
            reason,
            parts,
            points,
            _moment(download, reported_at),
            str(justsend_words.operator_word(msisdn, network)),
        ]
        for msisdn, state, reason, parts, points, reported_at, network in messages
    ]
    return rows, cursor_after(messages, CHUNK, lambda message: message[0])


def _rejected(download: Download, after: str) -> Chunk:
    found = Recipient.objects.filter(campaign=download.parameters["id"], campaign__account=download.account)
    rows = list(found.exclude(problem="").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    return [[row.raw, row.problem, row.text] for row in rows], cursor_after(rows, CHUNK, lambda row: row.pk)


def _replies(download: Download, after: str) -> Chunk:
    found = Reply.objects.filter(period_of(download).on("received_at"), account=download.account)
    replies = list(found.select_related("prefix", "campaign").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    rows: list[Row] = [
        [
            _moment(download, reply.received_at),
            reply.msisdn,
            reply.prefix.name if reply.prefix else "",
            reply.text,
            reply.sent_to,
            str(justsend_words.operator_word(reply.msisdn, reply.operator)),
            reply.campaign.name if reply.campaign else "",
        ]
        for reply in replies
    ]
    return rows, cursor_after(replies, CHUNK, lambda reply: reply.pk)


_NUMBER: Final = _("Number")
_CAMPAIGN: Final = (
    *(_("Id"), _("Name"), _("State"), _("Sender name"), _("Text"), _("Written"), _("Start"), _("Finished")),
    *(_("Recipients"), _("Sent"), _("Delivered"), _("Not delivered"), _("Not sent"), _("Points"), _("Points returned")),
)
_SINGLE: Final = (
    *(_("Day"), _("Sender name"), _("Sent"), _("Not sent"), _("Delivered"), _("Not delivered"), _("Points")),
)
_RECIPIENT: Final = (
    *(_NUMBER, _("Status"), _("State"), _("Reason"), _("Parts"), _("Points"), _("Reported"), _("Operator")),
)
_REFUSED: Final = (_NUMBER, _("What is wrong"), _("Text"))
_REPLY: Final = (*(_("Received"), _NUMBER, _("Prefix"), _("Text"), _("Sent to"), _("Operator"), _("Campaign")),)

KINDS: Final[Mapping[str, Kind]] = {
    Type.BULK_HISTORY: Kind(_("Campaigns of some days"), "bulkHistory", fixed(*_CAMPAIGN), _campaigns),
    Type.SINGLE_BULK_HISTORY: Kind(_("Single messages by day"), "singleBulkHistory", fixed(*_SINGLE), _singles),
    Type.BULK_RECIPIENTS: Kind(_("All recipients"), "bulkRecipients", fixed(*_RECIPIENT), _recipients),
    Type.REJECTED_RECIPIENTS: Kind(_("Rejected rows"), "rejectedRecipient", fixed(*_REFUSED), _rejected),
    Type.RESPONSE_HISTORY: Kind(_("Replies of some days"), "responseHistory", fixed(*_REPLY), _replies),
}
