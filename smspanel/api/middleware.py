"""What every call of the REST API has around it: the envelope whatever happens, and a line in its account's log."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from accounts import api_calls
from accounts.api_calls import ApiCall
from smspanel import clock, visitors
from smspanel.api import codes
from smspanel.api.caller import Caller
from smspanel.api.envelope import failure

PREFIX: Final = "/api/rest/v2/"
_UNSAID: Final = {
    400: (codes.SEND_DATE, "The request cannot be read."),
    403: (codes.RIGHT, "This is forbidden."),
    404: (codes.NOT_FOUND, "Not found"),
    405: (codes.NOT_FOUND, "There is no such call with this verb."),
    413: (codes.TOO_MANY, "The request is too large. Split it."),
}
"""What Django's own refusals are told as, by their status."""


class RestApiMiddleware:
    """Answers in the envelope also where Django answers by itself, and keeps the last calls of each account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a call of the REST API; everything else passes through."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        if response.status_code >= 400 and not _is_json(response):
            response = _enveloped(response)
        caller: Caller | None = getattr(request, "caller", None)
        if caller is not None:
            _log(request, response, caller, time.perf_counter() - began)
        return response


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def _enveloped(response: HttpResponse) -> HttpResponse:
    """Return Django's own refusal as an envelope, with the verbs that are possible where it names them."""
    headers = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else None
    code, sentence = _UNSAID.get(response.status_code, (codes.INTERNAL, "Internal error"))
    return failure(code, sentence, headers=headers)


def _log(request: HttpRequest, response: HttpResponse, caller: Caller, seconds: float) -> None:
    """Keep the call without its values."""
    told = _told(response)
    route = request.resolver_match.route if request.resolver_match else request.path_info
    call = ApiCall(
        at=clock.now().timestamp(),
        key=caller.key.prefix,
        method=(request.method or "")[:6],
        path=route.removeprefix(PREFIX.lstrip("/")),
        status=response.status_code,
        error_id=told.get("errorId", 0),
        word=told.get("responseCode", ""),
        milliseconds=round(seconds * 1000),
        address=visitors.address_of(request),
    )
    api_calls.keep(caller.account_id, call)


def _told(response: HttpResponse) -> dict[str, Any]:
    """Return the envelope of an answer without reading a long list for it."""
    if not _is_json(response) or response.streaming or len(response.content) > 2_000:
        return {}
    found = json.loads(response.content)
    return found if isinstance(found, dict) else {}
