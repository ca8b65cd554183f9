"""All HTTP that leaves the house: bounded in time and size, to public addresses only, never repeated.

The one question that costs money is whether a request may have reached the other side. Failures before its
first byte left are NeverLeft, all others are NoAnswer.
"""

from __future__ import annotations

import json as jsonlib
import logging
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from smspanel import failpoints, transport
from smspanel.redaction import redact
from smspanel.version import VERSION

__all__ = ["Answer", "NeverLeft", "NoAnswer", "NotAllowed", "NotJson", "OutboundError", "redact", "send"]

MAX_BYTES = 1024 * 1024
DEADLINE_SECONDS = 20.0

logger = logging.getLogger(__name__)
# urllib3 logs whole paths and queries, which may hold secrets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class OutboundError(Exception):
    """A call brought no answer; `reason` holds no secret and may be shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NeverLeft(OutboundError):
    """Not one byte of the request left."""


class NotAllowed(NeverLeft):
    """This request or address is no use, now or later."""


class NoAnswer(OutboundError):
    """The request may have arrived, but there is no complete answer to it."""


class NotJson(ValueError):
    """The body of an answer is not JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer of any status; `elapsed` is in seconds, `headers` ignores case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float

    @property
    def text(self) -> str:
        """The body as text, with a mark in place of bytes that are not UTF-8."""
        return _storable(self.body.decode("utf-8", "replace"))

    def json(self) -> Any:
        """Return the body as JSON or raise NotJson."""
        try:
            found = jsonlib.loads(self.body, parse_constant=_refuse_constant)
            return _storable_json(found) if rb"\u" in self.body else found
        except (ValueError, RecursionError) as error:
            raise NotJson(_("The answer is not JSON.")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _storable(text: str) -> str:
    """Mark what no database stores: NUL, and halves of a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _storable_json(value: Any) -> Any:
    """Do the same in every text of a parsed answer, where such characters arrive as escapes."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, list):
        return [_storable_json(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable_json(item) for key, item in value.items()}
    return value


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    form: Sequence[tuple[str, str]] | Mapping[str, str] | None = None,
    content: bytes | None = None,
    auth: tuple[str, str] | None = None,
    deadline: float = DEADLINE_SECONDS,
    max_bytes: int = MAX_BYTES,
    secrets: Collection[str] = (),
) -> Answer:
    """Make one HTTP call and return its answer, whatever its status; `deadline` is in seconds, for all of it.

    Raises NeverLeft only if it is certain that no byte of the request left, and NoAnswer for everything else.
    """
    prepared = _prepare(method, url, headers, json, form, content, auth)
    outcome = "interrupted"
    try:
        answer = _exchange(prepared, deadline, max_bytes)
        outcome = f"{answer.status}, {len(answer.body)} bytes in {answer.elapsed:.3f} s"
    except OutboundError as error:
        outcome = f"{type(error).__name__}: {error.reason}"
        raise
    finally:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s %s: %s", method, redact(_place(url), secrets), outcome)
    return answer


def _place(url: str) -> str:
    """Return the address without its query and without what may be a phone number."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{re.sub('[0-9]{5,}', '#', parts.path)}"


def _prepare(
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    json: object,
    form: Sequence[tuple[str, str]] | Mapping[str, str] | None,
    content: bytes | None,
    auth: tuple[str, str] | None,
) -> requests.PreparedRequest:
    # Unpacked answers are hard to bound, so none is asked for.
    sent_headers = {"User-Agent": f"smspanel/{VERSION}", "Accept-Encoding": "identity", "Connection": "close"}
    data: object = content if content is not None else form
    try:
        if json is not None:
            sent_headers["Content-Type"] = "application/json; charset=utf-8"
            data = jsonlib.dumps(json, allow_nan=False).encode()
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ValueError("only http://host and https://host addresses are called")
        return requests.Request(
            method,
            url,
            headers={name: value.encode() for name, value in (sent_headers | dict(headers or {})).items()},
            data=data,
            auth=auth and (auth[0].encode(), auth[1].encode()),
        ).prepare()
    except (requests.RequestException, ValueError, TypeError) as error:
        why = type(error).__name__
        raise NotAllowed(_("The address or the request cannot be used (%(why)s).") % {"why": why}) from None


def _exchange(prepared: requests.PreparedRequest, deadline: float, max_bytes: int) -> Answer:
    began = time.monotonic()
    with transport.Attempt(deadline) as attempt:
        try:
            with transport.session().send(prepared, stream=True, timeout=deadline) as response:
                body = _read(response, max_bytes)
        except transport.NotAllowed as error:
            raise NotAllowed(str(error)) from None
        except transport.NotConnected as error:
            raise NeverLeft(str(error)) from None
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            raise _explain(error, attempt, deadline) from None
        if attempt.late:
            # A body that ends where the connection ends looks complete when it was cut at the deadline.
            raise _explain(TimeoutError(), attempt, deadline)
    failpoints.hit("http.answered")
    return Answer(response.status_code, response.headers, body, time.monotonic() - began)


def _read(response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(16384):
        body += chunk
        if len(body) > max_bytes:
            raise NoAnswer(_("The answer is longer than %(bytes)d bytes.") % {"bytes": max_bytes})
    return bytes(body)


def _explain(error: Exception, attempt: transport.Attempt, deadline: float) -> OutboundError:
    """Turn whatever broke into a sentence that cannot hold a secret, as the address inside `error` can."""
    if attempt.left:
        if attempt.late or isinstance(error, requests.Timeout):
            return NoAnswer(_("No complete answer came within %(seconds)g seconds.") % {"seconds": deadline})
        return NoAnswer(_("The connection broke before the answer was complete."))
    if isinstance(error, requests.exceptions.SSLError):
        return NeverLeft(_("The other side cannot prove who it is: its TLS certificate is not valid."))
    return NeverLeft(_("There is no connection (%(why)s).") % {"why": type(error).__name__})
