"""/report/list: sendings and single messages, row by row (JS-95)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from campaigns import reports
from smspanel.api import report_presentation as presentation
from smspanel.api.caller import caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.report_fields import BulkFilter, Days, RowsOfDays, SinglesFilter, some, whose
from smspanel.api.report_schemas import ReportOut, SinglesOut

router = Router(tags=["report"], by_alias=True)


@router.get(
    "/list/reportBulks/{from}/{to}/{rowFrom}/{rowSize}",
    response=Envelope[list[ReportOut]],
    summary="Report about some sendings",
)
def bulks(request: HttpRequest, place: Path[RowsOfDays], given: Query[BulkFilter]) -> dict[str, Any]:
    """Report about sendings of these days, newest first, from row 0, at most 1000."""
    account = caller_of(request).account
    rows = given.keep(reports.bulks_of(account, place.period(account)))
    found = reports.of_all(some(rows, start=place.rowFrom, count=place.rowSize))
    return ok([presentation.report(one) for one in found])


@router.get("/list/reportBulksCount/{from}/{to}", response=Envelope[int], summary="Count sendings")
def count_bulks(request: HttpRequest, place: Path[Days], given: Query[BulkFilter]) -> dict[str, Any]:
    """Count the rows of list/reportBulks."""
    account = caller_of(request).account
    return ok(given.keep(reports.bulks_of(account, place.period(account))).count())


@router.get(
    "/list/reportSingleBulks/{from}/{to}/{rowFrom}/{rowSize}",
    response=Envelope[list[SinglesOut]],
    summary="Report about single messages",
)
def singles(request: HttpRequest, place: Path[RowsOfDays], given: Query[SinglesFilter]) -> dict[str, Any]:
    """Count single messages by day and sender, newest day first; `id` names a subaccount."""
    account = whose(caller_of(request), given.id)
    rows = reports.singles_by_day(account, place.period(account), sender=given.sender)
    return ok([presentation.singles(row, account) for row in some(rows, start=place.rowFrom, count=place.rowSize)])


@router.get("/list/reportSingleBulksCount/{from}/{to}", response=Envelope[int], summary="Count days of single messages")
def count_singles(request: HttpRequest, place: Path[Days], given: Query[SinglesFilter]) -> dict[str, Any]:
    """Count the rows of list/reportSingleBulks."""
    account = whose(caller_of(request), given.id)
    return ok(len(reports.singles_by_day(account, place.period(account), sender=given.sender)))
