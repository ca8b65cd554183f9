"""The rows of report files, chunk by chunk: a file of a million rows is never in memory.

A chunk begins after a cursor, "" for the first, and names the next one; "" says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import justsend_words, reports
from campaigns.models import Message, Recipient, Reply, ReportFile
from campaigns.reports import Period
from contacts.models import Membership

CHUNK: Final = 5_000
CAMPAIGNS: Final = 20
"""Campaigns are counted in smaller chunks: each of them may have a million messages."""

Row = list[str | int]
Chunk = tuple[list[Row], str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a type of file has in its first row, and where the others come from."""

    headings: Sequence[str | Promise]
    chunk: Callable[[ReportFile, str], Chunk]


def period_of(report: ReportFile) -> Period:
    """Return the days that a history is of."""
    first, last = (date.fromisoformat(report.parameters[name]) for name in ("from", "to"))
    return Period.of_days(first, last, report.account.zone)


def _moment(report: ReportFile, at: datetime | None) -> str:
    return f"{at.astimezone(report.account.zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _cut(rows: Sequence[Any], size: int, key: Callable[[Any], object]) -> str:
    """Return the cursor after a chunk, "" after the last one."""
    return str(key(rows[-1])) if len(rows) == size else ""


def _campaigns(report: ReportFile, after: str) -> Chunk:
    found = reports.bulks_of(report.account, period_of(report)).order_by("pk").filter(pk__gt=int(after or 0))
    campaigns = list(found[:CAMPAIGNS])
    rows = [_campaign(report, one) for one in reports.of_all(campaigns)]
    return rows, _cut(campaigns, CAMPAIGNS, lambda campaign: campaign.pk)


def _campaign(report: ReportFile, one: reports.Report) -> Row:
    campaign = one.campaign
    delivered, lost = justsend_words.MessageStatus.DELIVERED, justsend_words.MessageStatus.NOT_DELIVERED
    return [
        campaign.pk,
        campaign.name,
        str(justsend_words.bulk_status(campaign.state)),
        campaign.shown_sender or str(campaign.variant),
        campaign.text,
        _moment(report, campaign.created_at),
        _moment(report, campaign.start_at),
        _moment(report, campaign.finished_at),
        one.size,
        one.sent,
        one.tally.count(delivered),
        one.tally.count(lost),
        one.not_sent,
        one.cost,
        one.returned,
    ]


def _singles(report: ReportFile, _after: str) -> Chunk:
    days = reports.singles_by_day(report.account, period_of(report))
    names = ("sent", "not_sent", "delivered", "not_delivered", "spent")
    return [[row["day"].isoformat(), row["shown"], *(row[name] for name in names)] for row in days], ""


def _recipients(report: ReportFile, after: str) -> Chunk:
    """Go by the number, which the unique index of a campaign's messages is sorted by.

    Plain values, with each state put in words once, take a tenth of the time that models would.
    """
    found = Message.objects.filter(campaign=report.parameters["id"], campaign__account=report.account)
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
            _moment(report, reported_at),
            str(justsend_words.operator_word(msisdn, network)),
        ]
        for msisdn, state, reason, parts, points, reported_at, network in messages
    ]
    return rows, _cut(messages, CHUNK, lambda message: message[0])


def _rejected(report: ReportFile, after: str) -> Chunk:
    found = Recipient.objects.filter(campaign=report.parameters["id"], campaign__account=report.account)
    rows = list(found.exclude(problem="").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    return [[row.raw, row.problem, row.text] for row in rows], _cut(rows, CHUNK, lambda row: row.pk)


def _members(report: ReportFile, after: str) -> Chunk:
    found = Membership.objects.filter(group=report.parameters["id"], group__account=report.account)
    members = list(found.select_related("contact").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    rows: list[Row] = [[one.contact.msisdn, one.contact.first_name, one.contact.last_name] for one in members]
    return rows, _cut(members, CHUNK, lambda member: member.pk)


def _replies(report: ReportFile, after: str) -> Chunk:
    found = Reply.objects.filter(period_of(report).on("received_at"), account=report.account)
    replies = list(found.select_related("prefix", "campaign").filter(pk__gt=int(after or 0)).order_by("pk")[:CHUNK])
    rows: list[Row] = [
        [
            _moment(report, reply.received_at),
            reply.msisdn,
            reply.prefix.name if reply.prefix else "",
            reply.text,
            reply.sent_to,
            str(justsend_words.operator_word(reply.msisdn, reply.operator)),
            reply.campaign.name if reply.campaign else "",
        ]
        for reply in replies
    ]
    return rows, _cut(replies, CHUNK, lambda reply: reply.pk)


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
_REPLY: Final = (*(_("Received"), _NUMBER, _("Prefix"), _("Text"), _("Sent to"), _("Operator"), _("Campaign")),)

TABLES: Final[Mapping[str, Table]] = {
    ReportFile.Type.BULK_HISTORY: Table(_CAMPAIGN, _campaigns),
    ReportFile.Type.SINGLE_BULK_HISTORY: Table(_SINGLE, _singles),
    ReportFile.Type.BULK_RECIPIENTS: Table(_RECIPIENT, _recipients),
    ReportFile.Type.REJECTED_RECIPIENTS: Table((_NUMBER, _("What is wrong"), _("Text")), _rejected),
    ReportFile.Type.GROUP_MSISDNS: Table((_NUMBER, _("First name"), _("Last name")), _members),
    ReportFile.Type.RESPONSE_HISTORY: Table(_REPLY, _replies),
}
