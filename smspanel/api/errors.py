"""What goes wrong in the REST API, and the answer that it becomes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from accounts.downloads import DownloadRefused
from accounts.points import Frozen, NotEnoughPoints, PointsError
from accounts.tenants import TenantError
from campaigns.errors import CampaignRefused, NotPossibleNow
from contacts.groups import GroupNeeded, GroupRefused
from contacts.spreadsheets import UnreadableFile
from smspanel.api import codes
from smspanel.api.codes import Code
from smspanel.api.envelope import failure

logger = logging.getLogger(__name__)


class ApiError(Exception):
    """A call is answered with this code and sentence."""

    def __init__(self, code: Code, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.headers = code, message, headers


class NotFound(ApiError):
    """There is no such object, or not for this caller: both are told alike."""

    def __init__(self) -> None:
        super().__init__(codes.NOT_FOUND, "Not found")


def handle_all(api: NinjaAPI) -> None:
    """Have every error answered in the envelope."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        ApiError: lambda _request, error: failure(error.code, error.message, headers=error.headers),
        Http404: lambda _request, _error: failure(codes.NOT_FOUND, "Not found"),
        CampaignRefused: _refused,
        NotPossibleNow: lambda _request, error: failure(codes.BULK_STATE, str(error)),
        NotEnoughPoints: lambda _request, error: failure(codes.FUNDS, str(error)),
        Frozen: lambda _request, error: failure(codes.USER_STATUS, str(error)),
        PointsError: lambda _request, error: failure(codes.POINTS, str(error)),
        DownloadRefused: lambda _request, error: failure(codes.TOO_MANY, str(error)),
        GroupNeeded: lambda _request, error: failure(codes.BULK_STATE, str(error)),
        GroupRefused: lambda _request, error: failure(codes.SEND_DATE, str(error)),
        TenantError: lambda _request, error: failure(codes.VALUE, str(error)),
        ModelError: lambda _request, error: failure(codes.VALUE, " ".join(error.messages)),
        UnreadableFile: lambda _request, error: failure(codes.NOBODY, str(error)),
        MultiPartParserError: lambda _request, _error: failure(codes.SEND_DATE, "The form cannot be read."),
        RequestDataTooBig: _too_large,
        TooManyFieldsSent: _too_large,
        TooManyFilesSent: _too_large,
        ValidationError: _invalid,
        HttpError: _http_error,
        Exception: lambda request, error: crashed(request, error),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _refused(_request: HttpRequest, error: CampaignRefused) -> HttpResponse:
    code = codes.OF_RULE[error.rule] if error.rule is not None else codes.SEND_DATE
    return failure(code, str(error))


def _too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return failure(codes.TOO_MANY, "The request is too large. Split it.")


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the first field that is wrong, and what is wrong with it."""
    first = error.errors[0]
    source, *parts = first["loc"]
    # A body and a group of values begin with the name of our own parameter, which means nothing to a caller.
    place = ".".join(str(part) for part in (parts[1:] if source == "body" else parts[-1:]))
    code = codes.DATE_FORMAT if place.endswith("sendDate") else codes.SEND_DATE
    return failure(code, f"Invalid value of {place or 'body'} parameter: {first['msg']}")


def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what ninja found wrong with the request itself, such as malformed JSON."""
    return failure(codes.SEND_DATE if error.status_code == 400 else codes.RIGHT, str(error))


def crashed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Log an error of ours under a number that the caller is told, and nothing else of it."""
    incident = secrets.token_hex(6)
    logger.error("Incident %s: %s %s failed.", incident, request.method, request.path, exc_info=error)
    return failure(codes.INTERNAL, f"Internal error, incident {incident}. The operator finds it in the log.")
