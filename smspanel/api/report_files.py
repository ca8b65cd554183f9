"""/report/file: files that are made in the background and fetched when they are ready (JS-35, JS-73, JS-97)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from django.http import FileResponse, HttpRequest
from ninja import Path, Router

from accounts import download_kinds, downloads
from accounts.models import Download
from campaigns import report_files, reports
from campaigns.report_types import Type
from contacts import download_rows, exporting
from contacts.models import Group
from smspanel import access
from smspanel.api import codes
from smspanel.api import report_presentation as presentation
from smspanel.api.caller import caller_of
from smspanel.api.envelope import Envelope, ok
from smspanel.api.errors import ApiError, NotFound
from smspanel.api.fields import ApiSchema, Text
from smspanel.api.report_fields import MOST_ROWS, Days, some
from smspanel.api.report_schemas import FileOut
from smspanel.downloads import CONTENT_TYPES

router = Router(tags=["report"], by_alias=True)

_BYTES: Final = {"type": "string", "format": "binary"}
_FILE_ANSWER: Final = {"responses": {200: {"description": "The file", "content": {"text/csv": {"schema": _BYTES}}}}}


History = Literal["bulkHistory", "singleBulkHistory", "responseHistory"]
OfBulk = Literal["bulkRecipients", "rejectedRecipient"]
TYPES: Final[Mapping[str, str]] = {
    download_kinds.of(kind).prefix: kind for kind in (*Type, download_rows.Type.GROUP_MSISDNS)
}
"""Our types by JustSend's names."""


class HistoryPath(Days):
    """The address of a history."""

    kind: History


class SearchPath(ApiSchema):
    """The address of a file by its name."""

    searchKey: Text


@router.get("/file/generate/{kind}/{from}/{to}", response=Envelope[str], summary="Ask for a history")
def generate_history(request: HttpRequest, place: Path[HistoryPath]) -> dict[str, Any]:
    """Have a file of these days made; answers with its name, which file/status takes as the search key."""
    first, last = place.days()
    account = caller_of(request).account
    return ok(report_files.of_days(account=account, kind=Type(TYPES[place.kind]), first=first, last=last).file_name)


@router.get("/file/generate/groupMsisds/{int:group_id}", response=Envelope[str], summary="Ask for a group")
def generate_group(request: HttpRequest, group_id: int) -> dict[str, Any]:
    """Have a file of the numbers of a group made; answers with its name."""
    group = caller_of(request).own(Group.objects.select_related("account"), pk=group_id)
    return ok(exporting.of_numbers(group=group).file_name)


@router.get("/file/generate/{kind}/{int:bulk_id}", response=Envelope[str], summary="Ask for recipients")
def generate_of_bulk(request: HttpRequest, kind: OfBulk, bulk_id: int) -> dict[str, Any]:
    """Have a file of the recipients of a sending, or of its rejected rows, made; answers with its name."""
    campaign = caller_of(request).own(reports.bulks(), pk=bulk_id)
    return ok(report_files.of_campaign(campaign=campaign, kind=Type(TYPES[kind])).file_name)


@router.get("/file/status/{searchKey}", response=Envelope[FileOut], summary="Show whether a file is ready")
def status(request: HttpRequest, place: Path[SearchPath]) -> dict[str, Any]:
    """Tell whether a file is ready, and by which id to fetch it."""
    rows = access.own(Download.objects.select_related("account"), caller_of(request))
    return ok(presentation.report_file(rows.filter(file_name=place.searchKey).first()))


@router.get("/file/get/{int:file_id}", summary="Fetch a file", openapi_extra=_FILE_ANSWER)
def get(request: HttpRequest, file_id: int) -> FileResponse:
    """Answer with the bytes of a file; errors come in the envelope."""
    report = caller_of(request).own(Download.objects.all(), pk=file_id)
    if report.status in Download.OPEN:
        raise ApiError(codes.NOT_FOUND, "The file is not ready yet. Ask again later.")
    try:
        content = downloads.path_of(report).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    return FileResponse(
        content, as_attachment=True, filename=report.file_name, content_type=CONTENT_TYPES[report.format]
    )


@router.get("/file/list/{kind}", response=Envelope[list[FileOut]], summary="List files")
def listed(request: HttpRequest, kind: History | OfBulk | Literal["groupMsisds"]) -> dict[str, Any]:
    """List the files of a kind that were asked for within the last week, newest first."""
    rows = access.own(Download.objects.select_related("account"), caller_of(request))
    found = some(rows.filter(type=TYPES[kind]).order_by("-pk"), start=0, count=MOST_ROWS)
    return ok([presentation.report_file(file) for file in found])
