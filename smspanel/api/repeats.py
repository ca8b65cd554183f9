"""Idempotency-Key: a request that is repeated with the same key is carried out once and answered alike (R1)."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, transaction
from django.http import HttpRequest

from accounts.models import Account, IdempotencyKey
from smspanel import crypto
from smspanel.api import codes
from smspanel.api.bodies import FORMS
from smspanel.api.caller import caller_of
from smspanel.api.errors import ApiError

LONGEST: Final = 100

P = ParamSpec("P")
Answer = dict[str, Any]


def once(act: Callable[P, Answer]) -> Callable[P, Answer]:
    """Carry out a call that acts in one transaction with its Idempotency-Key, if it has one.

    A call that is refused leaves nothing behind, so that its repetition is judged anew. Raises ApiError 422 for a
    key that another request had, 409 while the first is still under way.
    """

    @wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer:
        request = args[0]
        assert isinstance(request, HttpRequest)
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return act(*args, **kwargs)
        if len(key) > LONGEST:
            raise ApiError(codes.LENGTH, f"Idempotency-Key has at most {LONGEST} characters.")
        with transaction.atomic():
            return _first_or_same(request, key, lambda: act(*args, **kwargs))

    # ninja reads the annotations in the module of the function it is given, which here is this one.
    guarded.__signature__ = inspect.signature(act, eval_str=True)  # type: ignore[attr-defined]
    return guarded


def _first_or_same(request: HttpRequest, key: str, act: Callable[[], Answer]) -> Answer:
    """Act and keep the answer, or return the one that is kept; the unique row lets only one request act."""
    digest = _digest(request)
    row, is_first = _claim(caller_of(request).account, key, digest)
    if not is_first:
        if row.digest != digest:
            raise ApiError(codes.IDEMPOTENCY_REUSE, "This Idempotency-Key belongs to a different request.")
        kept: Answer = json.loads(crypto.unseal(row.sealed_answer, place=row.place))
        return kept
    answer = act()
    sealed = crypto.seal(json.dumps(answer, cls=DjangoJSONEncoder), place=row.place)
    IdempotencyKey.objects.filter(pk=row.pk).update(sealed_answer=sealed)
    return answer


def _claim(account: Account, key: str, digest: str) -> tuple[IdempotencyKey, bool]:
    """Return the row of the key and whether it is new; waits for a request with the same key that is under way."""
    try:
        return IdempotencyKey.objects.get_or_create(account=account, key=key, defaults={"digest": digest})
    except OperationalError as error:
        raise ApiError(codes.IDEMPOTENCY_CONFLICT, "The first request with this key is under way.") from error


def _digest(request: HttpRequest) -> str:
    """Return what tells this request from another: method, address, and body or files.

    It is made with the key of the installation, so that nobody who reads the table can guess a password from it.
    """
    told = hmac.new(settings.SECRET_KEY.encode(), f"{request.method} {request.get_full_path()}\n".encode(), "sha256")
    if request.content_type not in FORMS:
        told.update(request.body)
        return told.hexdigest()
    for name, value in sorted(request.POST.items()):
        told.update(f"{name}={value}\n".encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            told.update(f"{name}:{file.name}:{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
            file.seek(0)
    return told.hexdigest()
