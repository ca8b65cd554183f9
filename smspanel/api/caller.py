"""Who calls: the App-Key of the header, its account, and which rows that account may reach."""

from __future__ import annotations

import ipaddress
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja.security import APIKeyHeader

from accounts import keys
from accounts.models import Account, AppKey
from smspanel import access, visitors
from smspanel.api import codes, limits
from smspanel.api.errors import ApiError, NotFound

Row = TypeVar("Row", bound=Model)


class Caller:
    """An account whose software calls, as smspanel/access.py wants to know somebody who asks."""

    is_active = True
    is_staff = False
    may_write = True
    sees_numbers = True

    def __init__(self, key: AppKey) -> None:
        self.key = key
        self.account: Account = key.account
        self.account_id = key.account_id

    @property
    def is_master(self) -> bool:
        """Whether the account may have slaves."""
        return self.account.is_master

    def own(self, rows: QuerySet[Row], *, path: str = "account", **lookup: Any) -> Row:
        """Return a row of this very account; raises NotFound, also for what does not fit into the database."""
        try:
            row = access.own(rows, self, path=path).filter(**lookup).first()
        except OverflowError:
            row = None
        if row is None:
            raise NotFound
        return row

    def slave(self, account_id: int) -> Account:
        """Return a subaccount of this master; raises ApiError 102 for who is no master, 105 for another's."""
        self.require_master()
        rows = access.visible(Account.objects.select_related("master"), self, path="")
        try:
            slave = rows.filter(pk=account_id, master=self.account_id).first()
        except OverflowError:
            slave = None
        if slave is None:
            raise ApiError(codes.SUBUSER, "No subuser found")
        return slave

    def require_master(self) -> None:
        """Refuse who is no master; raises ApiError 102."""
        if not self.is_master:
            raise ApiError(codes.RIGHT, "Only the key of a master account may do this.")


class AppKeyHeader(APIKeyHeader):
    """Finds the caller by the header App-Key, and by nothing else (JS-03)."""

    param_name = "App-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        """Return the caller; raises ApiError 101 for a missing, wrong, revoked or misplaced key, 429 when too fast."""
        found = keys.find(key) if key else None
        if found is None or not _may_call_from(found, visitors.address_of(request)):
            raise ApiError(codes.KEY, "No user authentication: the App-Key is wrong, or its account is not active.")
        limits.count_call(found)
        caller = Caller(found)
        request.caller = caller  # type: ignore[attr-defined]  # for the log of calls, smspanel/api/log.py
        return caller


def _may_call_from(key: AppKey, address: str) -> bool:
    if not key.networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(network) for network in key.networks)


def caller_of(request: HttpRequest) -> Caller:
    """Return who calls."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    return caller
