"""The REST API as a whole: its controllers, its errors, and the document that describes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from smspanel.api import (
    accounts,
    blacklist,
    bulk,
    codes,
    group,
    message,
    payment,
    report,
    report_files,
    report_lists,
    www_report,
)
from smspanel.api.caller import AppKeyHeader
from smspanel.api.envelope import failure
from smspanel.api.errors import handle_all
from smspanel.version import VERSION

DESCRIPTION = """An interface that software written for JustSend REST v2 already speaks: change its base URL.

Every call bears your key in the header `App-Key`. Every answer is an envelope; `errorId` 0 is a success, and
errors come with HTTP 200 unless the operator has chosen statuses. A call that acts may bear an `Idempotency-Key`:
repeated with the same key it is carried out once and answered alike."""

api = NinjaAPI(
    title="smspanel REST API",
    version=VERSION,
    description=DESCRIPTION,
    auth=AppKeyHeader(),
    urls_namespace="rest",
    docs_url="/docs",
    openapi_url="/openapi.json",
)
handle_all(api)


@csrf_exempt  # a program has no form; without this a POST would be told that it is forbidden
def no_such_call(_request: HttpRequest) -> HttpResponse:
    """Answer for whatever is no call of the API."""
    return failure(codes.NOT_FOUND, "There is no such call.")


def document(_request: HttpRequest) -> JsonResponse:
    """Answer with the OpenAPI document where JustSend has its own (JS-01)."""
    return JsonResponse(api.get_openapi_schema(path_params={}), json_dumps_params={"ensure_ascii": False})


for prefix, router in (
    ("/accounts", accounts.router),
    ("/blacklist", blacklist.router),
    ("/bulk", bulk.router),
    ("/group", group.router),
    ("/message", message.router),
    ("/payment", payment.router),
    # report/{from}/{to} of the last of these takes what the others leave.
    ("/report", report_lists.router),
    ("/report", report_files.router),
    ("/report", report.router),
    ("/wwwReport", www_report.router),
):
    api.add_router(prefix, router)
