"""/blacklist: numbers that an account never sends to (JS-110 to JS-114)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema
from pydantic import BeforeValidator, Field

from accounts.models import Account
from contacts import blacklist, imports
from contacts.models import BlacklistEntry
from smspanel.api.caller import Caller, caller_of
from smspanel.api.envelope import SUCCESSFUL, Envelope, ok
from smspanel.api.fields import ApiSchema, LooseNumbers, OptionalId
from smspanel.api.repeats import once
from smspanel.api.uploads import FILE_BODY, first_file

router = Router(tags=["blacklist"], by_alias=True)

PAGE: Final = 25
_COLUMNS: Final = {"msisdn": "msisdn", "id": "pk", "createDate": "created_at"}

Upper = BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value)


class ForUser(ApiSchema):
    """Whose blacklist is meant: one's own, or that of a subaccount."""

    forUserId: OptionalId = Field(default=None, description="A subaccount of the master account that calls.")


class Asked(ForUser):
    """Which part of the list is wanted; without any of these it is all of it."""

    page: int | None = Field(default=None, ge=0, le=1_000_000, description="Counted from 0.")
    size: int | None = Field(default=None, ge=1, le=10_000, description=f"Numbers a page, {PAGE} unless told.")
    sortField: Literal["msisdn", "id", "createDate"] | None = None
    sortDirection: Annotated[Literal["ASC", "DESC"], Upper] | None = None

    @property
    def is_paged(self) -> bool:
        """Whether a page is wanted and not the whole list."""
        return any(one is not None for one in (self.page, self.size, self.sortField, self.sortDirection))

    @property
    def order(self) -> list[str]:
        """The columns to sort by; the last of them leaves no two numbers in an order of chance."""
        sign = "-" if self.sortDirection == "DESC" else ""
        return [f"{sign}{_COLUMNS[self.sortField or 'msisdn']}", f"{sign}pk"]


class NumberPage(Schema):
    """A page of the list."""

    totalPages: int
    content: list[str]
    totalElements: int


NumbersIn = Annotated[LooseNumbers, Body(examples=[[48500100200, 48500100201]])]


def account_of(caller: Caller, asked: ForUser) -> Account:
    """Return the caller's account or the subaccount that is named; raises ApiError 102, 105."""
    if asked.forUserId in {None, caller.account_id}:
        return caller.account
    assert asked.forUserId is not None
    return caller.slave(asked.forUserId)


@router.get("", response=Envelope[list[str] | NumberPage], summary="List the blacklist")
def show(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List all numbers, or a page of them if any of `page`, `size`, `sortField` and `sortDirection` is given."""
    listed = blacklist.own(account_of(caller_of(request), asked))
    rows = listed.order_by(*asked.order).values_list("msisdn", flat=True)
    if not asked.is_paged:
        return ok(list(rows))
    size = asked.size or PAGE
    start = (asked.page or 0) * size
    total = rows.count()
    return ok({"totalPages": -(-total // size), "content": list(rows[start : start + size]), "totalElements": total})


@router.put("/add/numbers", response=Envelope[str], summary="Add numbers to the blacklist")
@once
def add(request: HttpRequest, numbers: NumbersIn, asked: Query[ForUser]) -> dict[str, Any]:
    """Add numbers, as integers or strings; what is no number is passed over, and only new ones are counted."""
    account = account_of(caller_of(request), asked)
    source = BlacklistEntry.Source.API
    return ok(f"Added: {blacklist.add(account=account, raw_numbers=numbers, source=source, actor=None)} numbers")


@router.post(
    "/addMsisdnsToBlackList",
    response=Envelope[str],
    summary="Add numbers from a file to the blacklist",
    openapi_extra=FILE_BODY,
)
@once
def add_file(request: HttpRequest, asked: Query[ForUser]) -> dict[str, Any]:
    """Take a file with a number on each line; its numbers are on the blacklist a little later."""
    account = account_of(caller_of(request), asked)
    imports.receive_blacklist(account=account, file=first_file(request), actor=None)
    return ok(SUCCESSFUL)


@router.put("/removed/numbers", response=Envelope[str], summary="Take numbers off the blacklist")
@once
def remove(request: HttpRequest, numbers: NumbersIn, asked: Query[ForUser]) -> dict[str, Any]:
    """Take numbers off; the answer tells how many were on it."""
    return _remove(request, numbers, asked)


@router.put("/remove/numbers", response=Envelope[str], summary="Take numbers off the blacklist (other spelling)")
@once
def remove_too(request: HttpRequest, numbers: NumbersIn, asked: Query[ForUser]) -> dict[str, Any]:
    """Do the same as blacklist/removed/numbers."""
    return _remove(request, numbers, asked)


def _remove(request: HttpRequest, numbers: list[str], asked: ForUser) -> dict[str, Any]:
    account = account_of(caller_of(request), asked)
    return ok(f"Removed: {blacklist.remove(account=account, raw_numbers=numbers, actor=None)} numbers")
