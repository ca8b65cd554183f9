"""Bodies that JustSend's clients write in more than one way: as JSON, as a form, or in the address (A.1.12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.http import HttpRequest
from ninja import Schema
from pydantic import ValidationError

from smspanel.api import codes
from smspanel.api.codes import Code
from smspanel.api.errors import ApiError

FORMS: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})

Given = TypeVar("Given", bound=Schema)


def fields_of(request: HttpRequest) -> dict[str, Any]:
    """Return the fields of a form or of a JSON object, none for an empty body; raises ApiError 321."""
    if request.content_type in FORMS:
        return dict(request.POST.items())
    return object_of(request.body)


def object_of(written: bytes | str) -> dict[str, Any]:
    """Return what a JSON object holds, nothing for none; raises ApiError 321."""
    if not written.strip():
        return {}
    try:
        found = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ApiError(codes.SEND_DATE, "The body is not JSON.") from error
    if found is not None and not isinstance(found, dict):
        raise ApiError(codes.SEND_DATE, "The body is no JSON object.")
    return found or {}


def read(schema: type[Given], values: Mapping[str, Any], code: Code) -> Given:
    """Return the fields as the schema wants them; raises ApiError with the code, which names the first wrong one."""
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = first["loc"][0] if first["loc"] else "body"
        # Pydantic's error shows what was given, which may be a password.
        raise ApiError(code, f"Invalid value of {place} parameter: {first['msg']}") from None


def described(schema: type[Schema], form: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the OpenAPI document says of a body that is read here: JSON, and perhaps a form."""
    content: dict[str, Any] = {"application/json": {"schema": schema.model_json_schema()}}
    if form is not None:
        content["multipart/form-data"] = {"schema": form}
    return {"requestBody": {"content": content}}
