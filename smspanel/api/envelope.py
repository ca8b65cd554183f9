"""The envelope that every answer of the REST API comes in (JS-06)."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django.conf import settings
from django.http import JsonResponse
from ninja import Schema

from smspanel.api.codes import ALWAYS_WITH_STATUS, APPROVAL, Code

Data = TypeVar("Data")

OK = "OK"
SUCCESSFUL = "Successful"


class Envelope(Schema, Generic[Data]):
    """A success has errorId 0; an error has data null, a number, and a sentence."""

    responseCode: str = OK
    errorId: int = 0
    message: str = SUCCESSFUL
    data: Data | None = None


def ok(data: Any) -> dict[str, Any]:
    """Return the envelope of a success."""
    return {"responseCode": OK, "errorId": 0, "message": SUCCESSFUL, "data": data}


def waits_for_approval(what: str) -> dict[str, Any]:
    """Return the envelope of an order that is kept until the operator decides (errorId 126)."""
    told = f"{what} needs the approval of the operator and waits for it; do not send it again."
    return {"responseCode": APPROVAL.word, "errorId": APPROVAL.id, "message": told, "data": None}


def failure(code: Code, message: str, *, headers: dict[str, str] | None = None) -> JsonResponse:
    """Return the answer that tells an error: with HTTP 200, unless the installation wants statuses."""
    body = {"responseCode": code.word, "errorId": code.id, "message": message, "data": None}
    own = settings.API_ERROR_STATUSES or code in ALWAYS_WITH_STATUS
    return JsonResponse(body, status=code.status if own else 200, headers=headers)
