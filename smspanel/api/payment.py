"""/payment: points, and moving them between a master and its subaccounts (JS-80 to JS-82)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from accounts import points, tenants
from smspanel.api import codes
from smspanel.api.caller import caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.errors import ApiError
from smspanel.api.repeats import once

router = Router(tags=["payment"], by_alias=True)


class PointsOut(Schema):
    """All points of an account, and those of them that are not held for campaigns."""

    balanceInPoints: int
    freePoints: int


@router.get("/points", response=Envelope[int], summary="Show the points")
def show(request: HttpRequest) -> dict[str, Any]:
    """Tell all points of the account, also those that are held for campaigns."""
    return ok(points.balance(caller_of(request).account).posted)


@router.get("/points/subaccount", response=Envelope[PointsOut], summary="Show the points and those that are free")
def show_free(request: HttpRequest) -> dict[str, Any]:
    """Tell the points of the account of the key, be it a subaccount or a master."""
    balance = points.balance(caller_of(request).account)
    return ok({"balanceInPoints": balance.posted, "freePoints": balance.available})


@router.post("/subaccount/{int:sub_id}/{amount}", response=Envelope[str], summary="Move points")
@once
def move(request: HttpRequest, sub_id: int, amount: int) -> dict[str, Any]:
    """Give points to a subaccount or, with a negative number, take them back; neither side goes below zero."""
    caller = caller_of(request)
    slave = caller.slave(sub_id)
    source, target = (caller.account, slave) if amount > 0 else (slave, caller.account)
    key = f"api:{caller.account_id}:{request.headers.get('Idempotency-Key') or uuid.uuid4()}"
    try:
        tenants.move_points(source=source, target=target, amount=abs(amount), key=key, memo="API")
    except points.KeyReused as error:
        raise ApiError(codes.IDEMPOTENCY_REUSE, str(error)) from error
    except points.NotEnoughPoints as error:
        raise ApiError(codes.POINTS, str(error)) from error
    told = f"Balance points for SubAccount with id {slave.pk} and his Master with id {caller.account_id} was changed"
    return ok(told)
