"""How reports are asked for: days, rows, filters and orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Final, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce
from pydantic import Field

from accounts.models import Account
from campaigns import counting
from campaigns.models import Campaign
from campaigns.reports import Period
from smspanel import clock
from smspanel.api import codes
from smspanel.api.caller import Caller
from smspanel.api.errors import ApiError
from smspanel.api.fields import ApiSchema, Blank, OptionalId, Text, report_day

MOST_ROWS: Final = 1_000
MOST_UNPAGED: Final = 20_000
USUAL_DAYS: Final = 31

Row = TypeVar("Row", bound=Model)
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Days(ApiSchema):
    """Days of the account's zone, both included."""

    first: Text = Field(alias="from", examples=["2026-08-01"])
    last: Text = Field(alias="to", examples=["2026-08-31"])

    def days(self) -> tuple[date, date]:
        """Return the first and the last day; raises ApiError 400."""
        first, last = report_day(self.first), report_day(self.last)
        if first > last:
            raise ApiError(codes.REPORT_DATE, "Invalid report dates: the first day lies after the last one.")
        return first, last

    def period(self, account: Account) -> Period:
        """Return the period of the days; raises ApiError 400."""
        return Period.of_days(*self.days(), account.zone)


class SomeDays(ApiSchema):
    """Days of the account's zone; without them the last 31."""

    first: Blank = Field(default="", alias="from")
    last: Blank = Field(default="", alias="to")

    def period(self, account: Account) -> Period:
        """Return the period of the days; raises ApiError 400."""
        last = self.last or clock.now().astimezone(account.zone).date().isoformat()
        first = self.first or (report_day(last) - timedelta(days=USUAL_DAYS - 1)).isoformat()
        return Days.model_validate({"from": first, "to": last}).period(account)


class RowsOfDays(Days):
    """Some of the rows of these days; the first row is 0, and at most 1000 are answered."""

    rowFrom: Count
    rowSize: Count


class Rows(ApiSchema):
    """Some of all rows; the first row is 0, and at most 1000 are answered."""

    rowFrom: Count
    rowSize: Count


class PageOfDays(Days):
    """A page of the rows of these days; the first page is 1, and at most 1000 rows are answered."""

    pageNumber: Count
    rowSize: Count


class Page(ApiSchema):
    """A page of all rows; the first page is 1, and at most 1000 rows are answered."""

    pageNumber: Count
    rowSize: Count


class PrefixDays(Days):
    """Days of the account's zone, and the word with which the replies began."""

    prefix: Text


class Order(IntEnum):
    """Upwards or downwards."""

    ASC = 0
    DESC = 1


class BulkSort(StrEnum):
    """What bulks may be sorted by."""

    ID = "id"
    NAME = "name"
    SENDER = "sender"
    SEND_DATE = "sendDate"
    STATUS = "bulkStatus"
    SIZE = "bulkSize"


_BULK_SORTS: Final[dict[BulkSort, Any]] = {
    BulkSort.ID: F("pk"),
    BulkSort.NAME: F("name"),
    BulkSort.SENDER: F("shown"),
    BulkSort.SEND_DATE: Coalesce("start_at", "created_at"),
    BulkSort.STATUS: F("state"),
    BulkSort.SIZE: Coalesce("plan__recipients", 0),
}


class BulkFilter(ApiSchema):
    """Which bulks: the one of an id, those with a word in their name, or those of a sender."""

    id: OptionalId = None
    name: Blank = ""
    sender: Blank = ""

    def keep(self, rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
        """Keep the bulks that are asked for."""
        rows = rows.annotate(shown=counting.sender_of())
        wanted = {"pk": self.id, "name__icontains": self.name, "shown__iexact": self.sender}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


class BulkOrder(ApiSchema):
    """In which order bulks come; without it the newest are first."""

    sort: BulkSort = BulkSort.ID
    order: Order = Order.DESC

    def sorted(self, rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
        """Sort the bulks; those that are equal by age."""
        by, down = _BULK_SORTS[self.sort], self.order == Order.DESC
        rows = rows.annotate(shown=counting.sender_of())
        return rows.order_by(by.desc() if down else by.asc(), "-pk" if down else "pk")


class SortedBulkFilter(BulkOrder, BulkFilter):
    """Which bulks, and in which order."""


class SinglesFilter(ApiSchema):
    """Whose single messages: the account's own, or those of a subaccount of this id; and of which sender."""

    id: OptionalId = None
    sender: Blank = ""


def whose(caller: Caller, account_id: int | None) -> Account:
    """Return the caller's account, or its subaccount of that id; raises ApiError 102, 105."""
    return caller.account if account_id in {None, caller.account_id} else caller.slave(account_id or 0)


def some(rows: QuerySet[Row, Any] | Sequence[Any], *, start: int, count: int) -> list[Any]:
    """Return so many rows, but at most MOST_ROWS."""
    return list(rows[start : start + min(count, MOST_ROWS)])


def page(rows: QuerySet[Row, Any], *, number: int, count: int) -> list[Any]:
    """Return a page of rows; pages begin with 1."""
    size = min(count, MOST_ROWS)
    return some(rows, start=max(number - 1, 0) * size, count=size)


def all_of(rows: QuerySet[Row, Any]) -> list[Any]:
    """Return all rows; raises ApiError 302 when they are too many for one answer."""
    found = list(rows[: MOST_UNPAGED + 1])
    if len(found) > MOST_UNPAGED:
        raise ApiError(
            codes.TOO_MANY, f"There are more than {MOST_UNPAGED} rows. Ask for fewer days, or for a file of them."
        )
    return found
