"""The file of a call, whatever its part is called: inputData, file or input (A.1.12)."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from smspanel.api import codes
from smspanel.api.errors import ApiError

_FILE: Final = {"type": "string", "format": "binary", "description": "txt, csv, xls or xlsx"}
FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": {"type": "object", "properties": {"inputData": _FILE}}}},
    }
}
"""What the OpenAPI document says of a call that takes a file."""


def first_file(request: HttpRequest) -> UploadedFile[Any]:
    """Return the first file of the call; raises ApiError 125 when there is none."""
    for _name, files in request.FILES.lists():
        for file in files:
            found: UploadedFile[Any] = file
            return found
    raise ApiError(codes.NOBODY, "There is no file: send one as the part inputData of a multipart form.")
