"""/group: groups, who is in them, and the prefixes under which replies come (JS-50 to JS-52, JS-60 to JS-72)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from campaigns import prefixes
from campaigns.models import Prefix, PrefixReservation
from campaigns.prefixes import PrefixRefused, Reason
from contacts import groups
from contacts.models import Group
from smspanel import clock
from smspanel.api import bodies, codes, presentation
from smspanel.api.caller import Caller, caller_of
from smspanel.api.envelope import SUCCESSFUL, Envelope, ok
from smspanel.api.errors import ApiError, NotFound
from smspanel.api.fields import day, local_moment
from smspanel.api.group_schemas import FreePrefixOut, GroupIn, GroupName, GroupOut, MembersIn, PrefixIn, PrefixOut
from smspanel.api.repeats import once
from smspanel.api.uploads import FILE_BODY, first_file

router = Router(tags=["group"], by_alias=True)

PAGE: Final = 1000
"""How many members a page has (JS-69)."""

PageNumber = Annotated[int, Field(ge=1, le=1_000_000)]

_REFUSALS: Final = {
    Reason.NO_RIGHT: codes.PREFIX_RIGHT,
    Reason.UNKNOWN: codes.NOT_FOUND,
    Reason.TAKEN: codes.PREFIX,
    Reason.BAD_DATES: codes.PREFIX,
}
_PARTS: Final = {
    "type": "object",
    "properties": {
        "group": {"type": "string", "description": "The same as JSON, or only the part name."},
        "file": {"type": "string", "format": "binary", "description": "txt, csv, xls or xlsx; the part has any name"},
    },
}
GROUP_BODY: Final = bodies.described(GroupIn, form=_PARTS)


def group_of(caller: Caller, group_id: int) -> Group:
    """Return a group of the caller's own account; raises NotFound."""
    return caller.own(Group.objects.select_related("account"), pk=group_id)


def members_of(group: Group) -> QuerySet[Any, str]:
    """Return the numbers of a group in the order in which they came."""
    return group.memberships.order_by("pk").values_list("contact__msisdn", flat=True)


@router.get("/getGroupPrefix", response=Envelope[list[FreePrefixOut]], summary="List the prefixes that are free")
def free_prefixes(request: HttpRequest) -> dict[str, Any]:
    """List what the account may reserve and nobody holds now."""
    return ok(list(prefixes.free(account=caller_of(request).account).values("id", "name")))


@router.post("/reservationPrefix", response=Envelope[PrefixOut], summary="Reserve a prefix")
@once
def reserve_prefix(request: HttpRequest, given: PrefixIn) -> dict[str, Any]:
    """Reserve a prefix from now until `dateTo`, at most 72 hours; without an offset it is the account's local time."""
    account = caller_of(request).account
    if not given.dateTo.strip():
        raise ApiError(codes.PREFIX, "Say in dateTo until when you need the prefix, at most 72 hours from now.")
    until = local_moment(given.dateTo, account.zone)
    try:
        reservation = prefixes.reserve(
            prefix=_prefix_of(caller_of(request), given), account=account, until=until, actor=None
        )
    except PrefixRefused as error:
        raise ApiError(_REFUSALS[error.reason], str(error)) from error
    return ok(_reserved(reservation))


def _prefix_of(caller: Caller, given: PrefixIn) -> Prefix:
    """Return a prefix that is offered to the caller; raises NotFound for all others, another tenant's among them."""
    named: dict[str, Any] = {"pk": given.id} if given.id else {}
    if given.name.strip():
        named["name"] = given.name.strip().upper()
    found = prefixes.offered(account=caller.account).filter(**named).first() if named else None
    if found is None:
        raise NotFound
    return found


def _reserved(reservation: PrefixReservation) -> dict[str, Any]:
    """Return a reservation of the caller's own; nobody else's e-mail is ever in it."""
    prefix, account = reservation.prefix, reservation.account
    return {
        "id": prefix.pk,
        "name": prefix.name,
        "userId": account.pk,
        "userEmail": account.email,
        "createDate": clock.milliseconds(reservation.created_at),
        "prefixType": prefix.type,
        "prefixAccessType": prefix.access,
        "dateFrom": presentation.moment(account, reservation.date_from),
        "dateTo": presentation.moment(account, reservation.date_to),
    }


@router.get("/list", response=Envelope[list[GroupName]], summary="List the groups")
def list_all(request: HttpRequest) -> dict[str, Any]:
    """List the account's own groups."""
    return ok(list(caller_of(request).account.groups.order_by("pk").values("id", "name")))


@router.post("/add", response=Envelope[str], summary="Make a group", openapi_extra=GROUP_BODY)
@once
def add(request: HttpRequest) -> dict[str, Any]:
    """Make a group of numbers, of the numbers in a file, or of both."""
    return _add(request)


@router.post("/addE", response=Envelope[str], summary="Make a group from a file", openapi_extra=GROUP_BODY)
@once
def add_from_file(request: HttpRequest) -> dict[str, Any]:
    """Do the same as group/add: JSON and files are told apart by their content type."""
    return _add(request)


def _add(request: HttpRequest) -> dict[str, Any]:
    """Make the group; the numbers of a file come into it a little later."""
    account = caller_of(request).account
    given, file = _group_given(request)
    wanted: dict[str, Any] = {
        "account": account,
        "name": given.name,
        "raw_numbers": given.members,
        "valid_from": day(given.dateFrom, account.zone),
        "valid_until": day(given.dateTo, account.zone),
        "reply_text": given.groupSmsContent,
        "actor": None,
    }
    group = groups.create(**wanted) if file is None else groups.create_from_file(file=file, **wanted)
    return ok(f"Created group id: {group.pk}")


def _group_given(request: HttpRequest) -> tuple[GroupIn, UploadedFile[Any] | None]:
    """Return the group and the file of a call: its attributes are the body, a part `group` of a form, or its fields."""
    fields = bodies.fields_of(request)
    described = request.FILES.get("group")
    if described is not None and described.content_type == "application/json":
        fields |= bodies.object_of(described.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    elif "group" in request.POST:
        fields |= bodies.object_of(request.POST["group"])
    else:
        described = None
    files = [file for _name, several in request.FILES.lists() for file in several if file is not described]
    return bodies.read(GroupIn, fields, codes.SEND_DATE), files[0] if files else None


@router.delete("/remove/{int:group_id}", response=Envelope[str], summary="Delete a group")
@once
def remove(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Delete a group; its contacts stay."""
    groups.remove(group=group_of(caller_of(request), group_id), actor=None)
    return ok(f"Removed group id: {group_id}")


@router.put("/add/numbers", response=Envelope[str], summary="Add numbers to a group")
@once
def add_numbers(request: HttpRequest, given: MembersIn) -> dict[str, Any]:
    """Add numbers; the answer tells how many are new there, and what is no number is passed over."""
    group = group_of(caller_of(request), given.groupId)
    return ok(f"Added: {groups.add_numbers(group=group, raw_numbers=given.members, actor=None)} numbers")


@router.post(
    "/addMsisdns/{int:group_id}",
    response=Envelope[str],
    summary="Add numbers from a file to a group",
    openapi_extra=FILE_BODY,
)
@once
def add_file(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Take a file with a number on each line; its numbers come into the group a little later."""
    groups.add_file(group=group_of(caller_of(request), group_id), file=first_file(request), actor=None)
    return ok(SUCCESSFUL)


@router.put("/remove/numbers", response=Envelope[str], summary="Take numbers out of a group")
@once
def remove_numbers(request: HttpRequest, given: MembersIn) -> dict[str, Any]:
    """Take numbers out of a group; the answer tells how many were in it."""
    group = group_of(caller_of(request), given.groupId)
    return ok(f"Removed: {groups.remove_numbers(group=group, raw_numbers=given.members, actor=None)} numbers")


@router.get("/{int:group_id}", response=Envelope[GroupOut], summary="Show a group with all its numbers")
def show(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Show a group; large ones are better read page by page."""
    group = group_of(caller_of(request), group_id)
    days = {"dateFrom": group.valid_from, "dateTo": group.valid_until}
    told = {name: one.isoformat() if one else None for name, one in days.items()}
    return ok({"groupId": group.pk, "name": group.name, "members": list(members_of(group)), **told})


@router.get("/getGroupPageNumber/{int:group_id}", response=Envelope[int], summary="Count the pages of a group")
def count_pages(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Say how many pages of 1000 numbers a group has."""
    return ok(-(-group_of(caller_of(request), group_id).memberships.count() // PAGE))


@router.get(
    "/getMembersOnPage/{int:group_id}/{int:page}", response=Envelope[list[str]], summary="Read a page of a group"
)
def show_page(request: HttpRequest, group_id: int, page: PageNumber) -> dict[str, Any]:
    """List the numbers on a page; the first page is 1."""
    members = members_of(group_of(caller_of(request), group_id))
    return ok(list(members[(page - 1) * PAGE : page * PAGE]))


@router.get("/getCountGroupMembers/{int:group_id}", response=Envelope[int], summary="Count the numbers of a group")
def count_members(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Say how many numbers a group has."""
    return ok(group_of(caller_of(request), group_id).memberships.count())
