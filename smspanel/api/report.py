"""/report: what became of bulks and single messages, and replies (JS-34, JS-42, JS-56, JS-83, JS-90 to JS-94)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from campaigns import reports
from campaigns.models import Message
from smspanel.api import report_presentation as presentation
from smspanel.api.caller import caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.report_fields import Days, PrefixDays, SomeDays, all_of
from smspanel.api.report_schemas import BulkFileOut, MessageReportOut, ReportOut, ResponseOut, SubaccountReportOut

router = Router(tags=["report"], by_alias=True)


@router.get("/{int:bulk_id}", response=Envelope[ReportOut], summary="Report about a sending")
def of_bulk(request: HttpRequest, bulk_id: int) -> dict[str, Any]:
    """Count where the messages of a sending stand, also by operator."""
    campaign = caller_of(request).own(reports.bulks(), pk=bulk_id)
    return ok(presentation.report(reports.of(campaign)))


@router.get("/getBulkFile/{int:bulk_id}", response=Envelope[BulkFileOut], summary="Show how far a file is read")
def bulk_file(request: HttpRequest, bulk_id: int) -> dict[str, Any]:
    """Tell whether the file of a sending is read, and how many of its rows were rejected."""
    return ok(presentation.bulk_file(caller_of(request).own(reports.bulks(), pk=bulk_id)))


@router.post(
    "/subaccount/{int:sub_id}", response=Envelope[list[SubaccountReportOut]], summary="Report about a subaccount"
)
def of_subaccount(request: HttpRequest, sub_id: int, days: Query[SomeDays]) -> dict[str, Any]:
    """Report about the sendings of a subaccount in its days `from` to `to`, or in its last 31."""
    slave = caller_of(request).slave(sub_id)
    found = reports.of_all(all_of(reports.bulks_of(slave, days.period(slave))))
    return ok([presentation.report(one) | {"slaveEmail": slave.email} for one in found])


@router.get("/message/{int:message_id}", response=Envelope[MessageReportOut], summary="Report about a message")
def of_message(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """Tell where a message stands, by the id with which message/send answered."""
    rows = Message.objects.select_related(
        "campaign__account", "campaign__sender", "campaign__reservation__prefix"
    ).filter(campaign__single=True)
    return ok(presentation.message_report(caller_of(request).own(rows, path="campaign__account", pk=message_id)))


@router.get(
    "/message/{from}/{to}", response=Envelope[list[MessageReportOut]], summary="Report about the messages of some days"
)
def of_messages(request: HttpRequest, days: Path[Days]) -> dict[str, Any]:
    """Tell where the single messages of these days stand, newest first."""
    account = caller_of(request).account
    rows = all_of(reports.singles_of(account, days.period(account)))
    return ok([presentation.message_report(message) for message in rows])


@router.get(
    "/response/messages/{prefix}/{from}/{to}", response=Envelope[list[ResponseOut]], summary="List replies to a prefix"
)
def responses(request: HttpRequest, days: Path[PrefixDays]) -> dict[str, Any]:
    """List what phones wrote back to a prefix on these days, oldest first."""
    account = caller_of(request).account
    rows = reports.replies_of(account, prefix=days.prefix).filter(days.period(account).on("received_at"))
    return ok([presentation.response(reply) for reply in all_of(rows.order_by("received_at", "pk"))])


@router.get("/{from}/{to}", response=Envelope[list[ReportOut]], summary="Report about the sendings of some days")
def of_days(request: HttpRequest, days: Path[Days]) -> dict[str, Any]:
    """Report about the sendings that were made or start on these days, newest first."""
    account = caller_of(request).account
    found = reports.of_all(all_of(reports.bulks_of(account, days.period(account))))
    return ok([presentation.report(one) for one in found])
