"""/wwwReport: old names of lists that programs still ask for (JS-57, JS-96)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Path, Query, Router

from campaigns import reports
from campaigns.models import Campaign, Reply
from smspanel.api import report_presentation as presentation
from smspanel.api.caller import Caller, caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.fields import ApiSchema, Blank, OptionalId
from smspanel.api.report_fields import (
    BulkOrder,
    Count,
    Order,
    Page,
    PageOfDays,
    Rows,
    SortedBulkFilter,
    page,
    some,
    whose,
)
from smspanel.api.report_schemas import PanelResponseOut, ReportOut

router = Router(tags=["wwwReport"], by_alias=True)

UNDER_WAY: Final = (Campaign.State.TO_PAY, Campaign.State.TO_SEND, *Campaign.UNDER_WAY)


class ReplySort(StrEnum):
    """What replies may be sorted by."""

    CREATE_DATE = "createDate"
    MSISDN = "msisdn"
    PREFIX = "prefix"
    MESSAGE = "message"


_SORTS: Final = {
    ReplySort.CREATE_DATE: "received_at",
    ReplySort.MSISDN: "msisdn",
    ReplySort.PREFIX: "prefix__name",
    ReplySort.MESSAGE: "text",
}


class ReplyRows(ApiSchema):
    """Some of the replies, newest first; the first row is 0."""

    startRow: Count = 0
    countRow: Count = 1_000


class ReplyPage(ApiSchema):
    """A page of the replies; the first page is 1."""

    pageNumber: Count
    countRow: Count


class ReplyFilter(ApiSchema):
    """Whose replies, to which prefix, and in which order; `id` names a subaccount."""

    sort: ReplySort = ReplySort.CREATE_DATE
    order: Order = Order.DESC
    id: OptionalId = None
    prefix: Blank = ""

    def rows(self, caller: Caller) -> QuerySet[Reply]:
        """Return the replies; raises ApiError 102, 105."""
        sign = "-" if self.order == Order.DESC else ""
        found = reports.replies_of(whose(caller, self.id), prefix=self.prefix)
        return found.order_by(f"{sign}{_SORTS[self.sort]}", f"{sign}pk")


@router.get("/retrieveCountResponseMessages", response=Envelope[int], summary="Count replies")
def count_responses(request: HttpRequest) -> dict[str, Any]:
    """Count all that phones wrote back."""
    return ok(reports.replies_of(caller_of(request).account).count())


@router.get("/retrieveResponseMessages", response=Envelope[list[PanelResponseOut]], summary="List some replies")
def responses(request: HttpRequest, rows: Query[ReplyRows]) -> dict[str, Any]:
    """List what phones wrote back, newest first, at most 1000 rows."""
    found = some(ReplyFilter().rows(caller_of(request)), start=rows.startRow, count=rows.countRow)
    return ok([presentation.panel_response(reply) for reply in found])


@router.get(
    "/retrieveResponseMessagesPagin/{pageNumber}/{countRow}",
    response=Envelope[list[PanelResponseOut]],
    summary="List a page of replies",
)
def responses_page(request: HttpRequest, place: Path[ReplyPage], given: Query[ReplyFilter]) -> dict[str, Any]:
    """List a page of what phones wrote back, sorted and filtered."""
    found = page(given.rows(caller_of(request)), number=place.pageNumber, count=place.countRow)
    return ok([presentation.panel_response(reply) for reply in found])


def _under_way(request: HttpRequest) -> QuerySet[Campaign]:
    """Return the caller's bulks that have not ended."""
    return reports.bulks().filter(account=caller_of(request).account, state__in=UNDER_WAY)


def _answer(campaigns: list[Campaign]) -> dict[str, Any]:
    return ok([presentation.report(one) for one in reports.of_all(campaigns)])


@router.get(
    "/bulksDuringSend/{rowFrom}/{rowSize}", response=Envelope[list[ReportOut]], summary="List sendings under way"
)
def during_send(request: HttpRequest, rows: Path[Rows]) -> dict[str, Any]:
    """Report about sendings that have not ended, newest first, at most 1000 rows."""
    return _answer(some(_under_way(request), start=rows.rowFrom, count=rows.rowSize))


@router.get(
    "/bulksDuringSendPagin/{pageNumber}/{rowSize}",
    response=Envelope[list[ReportOut]],
    summary="List a page of sendings under way",
)
def during_send_page(request: HttpRequest, place: Path[Page], given: Query[BulkOrder]) -> dict[str, Any]:
    """Report about a page of sendings that have not ended, sorted."""
    return _answer(page(given.sorted(_under_way(request)), number=place.pageNumber, count=place.rowSize))


@router.get("/bulksDuringSendCount", response=Envelope[int], summary="Count sendings under way")
def count_during_send(request: HttpRequest) -> dict[str, Any]:
    """Count the sendings that have not ended."""
    return ok(_under_way(request).count())


@router.get(
    "/list/reportBulksPagin/{from}/{to}/{pageNumber}/{rowSize}",
    response=Envelope[list[ReportOut]],
    summary="Report about a page of sendings",
)
def bulks_page(request: HttpRequest, place: Path[PageOfDays], given: Query[SortedBulkFilter]) -> dict[str, Any]:
    """Report about a page of the sendings of these days, sorted and filtered."""
    account = caller_of(request).account
    rows = given.sorted(given.keep(reports.bulks_of(account, place.period(account))))
    return _answer(page(rows, number=place.pageNumber, count=place.rowSize))
