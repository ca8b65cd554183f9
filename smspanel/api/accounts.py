"""/accounts: one's own account, and the subaccounts of a master (JS-100 to JS-106)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from ninja import Router

from accounts import keys, tenants
from accounts.models import Account, User
from accounts.points import PointsError
from smspanel.api import bodies, codes, profiles
from smspanel.api.account_schemas import AccountOut, SubaccountEdit, SubaccountIn, SubaccountOut
from smspanel.api.caller import Caller, caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.errors import ApiError
from smspanel.api.repeats import once

router = Router(tags=["accounts"], by_alias=True)


def _slave_told(caller: Caller, slave: Account) -> dict[str, Any]:
    """Answer with a subaccount and its newest key."""
    value = keys.reveal_newest(accounts=[slave], viewer=caller.account).get(slave.pk)
    return ok(profiles.subaccount(slave, key=value))


@router.get("/account", response=Envelope[AccountOut], summary="Show the master account")
def show(request: HttpRequest) -> dict[str, Any]:
    """Show the account of a master's key."""
    caller = caller_of(request)
    caller.require_master()
    return ok(profiles.master(caller.account, key=request.headers["App-Key"]))


@router.get("/subaccount", response=Envelope[SubaccountOut], summary="Show the subaccount")
def show_subaccount(request: HttpRequest) -> dict[str, Any]:
    """Show the account of a subaccount's key."""
    caller = caller_of(request)
    if caller.is_master:
        raise ApiError(codes.RIGHT, "Only the key of a subaccount may do this. Use accounts/account.")
    return ok(profiles.subaccount(caller.account, key=request.headers["App-Key"]))


@router.get("/subaccounts/list", response=Envelope[list[SubaccountOut]], summary="List the subaccounts")
def list_all(request: HttpRequest) -> dict[str, Any]:
    """List the subaccounts of a master, each with its newest key."""
    caller = caller_of(request)
    caller.require_master()
    slaves = list(caller.account.slaves.order_by("pk"))
    values = keys.reveal_newest(accounts=slaves, viewer=caller.account)
    return ok([profiles.subaccount(slave, key=values.get(slave.pk)) for slave in slaves])


@router.post(
    "/create/subaccount",
    response=Envelope[SubaccountOut],
    summary="Make a subaccount",
    openapi_extra=bodies.described(SubaccountIn),
)
@once
def create(request: HttpRequest) -> dict[str, Any]:
    """Make a subaccount with its owner, its key, and points of the master."""
    caller = caller_of(request)
    caller.require_master()
    given = bodies.read(SubaccountIn, bodies.fields_of(request), codes.VALUE)
    validate_password(given.password, User(email=given.email, name=given.name))
    try:
        slave, value = _open(caller, given)
    except PointsError as error:
        raise ApiError(codes.POINTS, str(error)) from error
    return ok(profiles.subaccount(slave, key=value))


def _open(caller: Caller, given: SubaccountIn) -> tuple[Account, str]:
    return tenants.open_account(
        kind=Account.Kind.SLAVE,
        master=caller.account,
        name=given.name,
        email=given.email,
        password=given.password,
        opening_points=given.points,
        description=given.description.strip(),
        contact_first_name=given.firstname.strip(),
        contact_last_name=given.surname.strip(),
    )


@router.get("/deactivate", response=Envelope[str], summary="Switch the account off")
@once
def deactivate(request: HttpRequest) -> dict[str, Any]:
    """Switch off the account of the key, a master with its subaccounts; no key of theirs works from then on."""
    account = caller_of(request).account
    if not tenants.deactivate(account=account, actor=None):
        raise ApiError(codes.USER_STATUS, "The account is not active.")
    if account.is_master:
        return ok(f"Master with id : {account.pk} and his Slaves were deactivated")
    return ok(f"Slave with id : {account.pk} was deactivated")


@router.post("/reset/{int:sub_id}", response=Envelope[str], summary="Give a subaccount a new key")
@once
def reset(request: HttpRequest, sub_id: int) -> dict[str, Any]:
    """Make all keys of a subaccount useless and issue a new one, which accounts/subaccounts/list shows."""
    keys.reset(account=caller_of(request).slave(sub_id), actor=None)
    return ok(f"Slave appKey with id {sub_id} has been reset")


@router.post(
    "/edit/subaccount/{int:sub_id}",
    response=Envelope[SubaccountOut],
    summary="Change a subaccount",
    openapi_extra=bodies.described(SubaccountEdit),
)
@once
def edit(request: HttpRequest, sub_id: int) -> dict[str, Any]:
    """Change what is given, as JSON, as a form or in the address; a password is better kept out of addresses."""
    caller = caller_of(request)
    slave = caller.slave(sub_id)
    given = bodies.read(SubaccountEdit, request.GET.dict() | bodies.fields_of(request), codes.VALUE)
    tenants.edit(account=slave, actor=None, password=given.password or None, **given.profile)
    return _slave_told(caller, slave)
