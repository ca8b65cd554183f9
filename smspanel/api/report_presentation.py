"""What reports of ours look like in JustSend's words."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from accounts.models import Account, Download
from campaigns import justsend_words, reports
from campaigns.justsend_words import MessageStatus
from campaigns.models import Campaign, Message, RecipientFile, Reply, Variant
from campaigns.reports import Report
from smspanel import clock
from smspanel.api.presentation import estimated_end, moment, sender_of


class FileStatus(StrEnum):
    """Where a file stands."""

    READY = "READY"
    GENERATING = "GENERATING"
    NOT_FOUND = "NOT_FOUND"


def report(one: Report) -> dict[str, Any]:
    """Return a report of a campaign."""
    campaign, tally = one.campaign, one.tally
    return {
        "bulkId": campaign.pk,
        "bulkName": campaign.api_name,
        "bulkStatus": justsend_words.bulk_status(campaign.state),
        "from": sender_of(campaign),
        "message": campaign.text,
        "dayPriceInPoints": one.price,
        "bulkCostInPoints": one.cost,
        "bulkReturnPoints": one.returned,
        "grossCost": None,
        "nettCost": None,
        "sendDate": moment(campaign.account, campaign.start_at),
        "estimatedEndDate": estimated_end(campaign),
        "bulkSize": one.size,
        "sent": one.sent,
        "delivered": tally.count(MessageStatus.DELIVERED),
        "notDelivered": tally.count(MessageStatus.NOT_DELIVERED),
        "notSent": one.not_sent,
        "sentByOperator": one.sent_by_operator(),
        "deliveredByOperator": tally.split(MessageStatus.DELIVERED),
        "notSentByOperator": tally.split(MessageStatus.NOT_SENT),
        "duration": 0,
        "reportGenerated": one.has_file,
        "personalizedMessage": bool(getattr(campaign, "file", None) and campaign.file.personalized),
        **_voice(one),
    }


def _voice(one: Report) -> dict[str, Any]:
    """Return what only calls have; why one was not answered, and how long one took, no provider tells."""
    is_voice = one.campaign.variant == Variant.VOICE
    return {
        "busy": None,
        "noAnswer": None,
        "undeliverable": one.tally.count(MessageStatus.NOT_DELIVERED) if is_voice else None,
        "voiceLanguage": one.campaign.language or None,
        "voiceDuration": None,
    }


def message_report(message: Message) -> dict[str, Any]:
    """Return a report of one message; it needs its campaign with account, sender and prefix."""
    campaign, status = message.campaign, justsend_words.message_status(message.state)
    return {
        "messageId": message.pk,
        "sendDate": moment(campaign.account, campaign.started_at or campaign.created_at),
        "from": sender_of(campaign),
        "delivered": int(status == MessageStatus.DELIVERED),
        "notDelivered": int(status == MessageStatus.NOT_DELIVERED),
        "sent": int(status != MessageStatus.NOT_SENT),
        "notSent": int(status == MessageStatus.NOT_SENT),
        "bulkCostInPoints": reports.cost_of(message),
    }


def singles(row: reports.DayOfSingles, account: Account) -> dict[str, Any]:
    """Return a row of reports.singles_by_day."""
    return {
        "sendDay": row.day.isoformat(),
        "email": account.email,
        "accountType": account.kind,
        "sender": row.shown,
        "sent": row.sent,
        "notSent": row.not_sent,
        "delivered": row.delivered,
        "notDelivered": row.not_delivered,
        "points": row.spent,
        "grossCost": None,
        "voiceDuration": None,
    }


def response(reply: Reply) -> dict[str, Any]:
    """Return a reply; it needs its prefix."""
    return {
        "prefix": reply.prefix.name if reply.prefix else reply.sent_to,
        "msisdn": reply.msisdn,
        "message": reply.text,
        "createDate": clock.milliseconds(reply.received_at),
    }


def panel_response(reply: Reply) -> dict[str, Any]:
    """Return a reply with the number that it was sent to, and the account that it is for."""
    number = reply.prefix.access_number if reply.prefix else reply.sent_to
    return response(reply) | {"la": number, "userId": reply.account_id}


def bulk_file(campaign: Campaign) -> dict[str, Any]:
    """Return how far a campaign's file is read; `rows` is an estimate until it is."""
    file: RecipientFile | None = getattr(campaign, "file", None)
    done = file is not None and file.status == RecipientFile.Status.DONE
    rows = 0 if file is None else file.cursor if done else max(file.row_estimate, file.cursor)
    read = file.cursor if file else 0
    return {
        "bulkId": campaign.pk,
        "status": _reading(file),
        "fileName": file.file_name if file else None,
        "rows": rows,
        "read": read,
        "rejected": file.rejected if file else 0,
        "percent": 100 if done else read * 100 // rows if rows else 0,
        "problem": (file.problem or None) if file else None,
    }


def _reading(file: RecipientFile | None) -> FileStatus:
    if file is None or file.status == RecipientFile.Status.FAILED:
        return FileStatus.NOT_FOUND
    return FileStatus.READY if file.status == RecipientFile.Status.DONE else FileStatus.GENERATING


_MAKING = {
    Download.Status.QUEUED: FileStatus.GENERATING,
    Download.Status.GENERATING: FileStatus.GENERATING,
    Download.Status.READY: FileStatus.READY,
    Download.Status.FAILED: FileStatus.NOT_FOUND,
}


def report_file(file: Download | None) -> dict[str, Any]:
    """Return a file that was asked for (with its account), or that there is none."""
    if file is None:
        names = ("fileId", "fileName", "fromDate", "toDate", "createDate", "additionalParameter", "problem")
        return {"status": FileStatus.NOT_FOUND, **dict.fromkeys(names)}
    about = file.parameters.get("id")
    return {
        "status": _MAKING[Download.Status(file.status)],
        "fileId": file.pk,
        "fileName": file.file_name,
        "fromDate": file.parameters.get("from"),
        "toDate": file.parameters.get("to"),
        "createDate": moment(file.account, file.created_at),
        "additionalParameter": str(about) if about is not None else None,
        "problem": file.problem or None,
    }
