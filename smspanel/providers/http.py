"""What the HTTP side of a call says by itself, before a client reads the answer."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from django.utils.translation import gettext as _

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import CallOutcome, CallRecord, ProviderClient
from smspanel.redaction import MASK, beginning

RAW_LENGTH = 4000
LONGEST_WAIT = 3600.0
# What a provider gives to sign in with is a secret that the credentials do not hold.
_GIVEN_SECRET = re.compile(
    r'(?P<name>"[^"]*(?:token|password|secret|authorization_code|app_?key|api_?key)"\s*:\s*)"(?:[^"\\]|\\.)*"?',
    re.IGNORECASE,
)


def call(
    client: ProviderClient,
    method: str,
    path: str,
    *,
    json: object = None,
    form: Sequence[tuple[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    base_url: str = "",
) -> outbound.Answer:
    """Call the provider once and return an answer of status 2xx or one that the client declares a refusal.

    `base_url` is for a provider with more than one address; empty, it is that of the client.

    Raises Unreachable, Throttled, AuthRefused and Misconfigured where that is proven, and else Ambiguous.
    """
    url = f"{base_url or client.base_url}/{path.lstrip('/')}"
    wait, hidden = client.deadline_seconds, client.secrets
    began = time.monotonic()
    try:
        answer = outbound.send(
            method, url, json=json, form=form, headers=headers, auth=auth, deadline=wait, secrets=hidden
        )
    except outbound.OutboundError as error:
        _record(client, method, path, error, seconds=time.monotonic() - began, hidden=hidden)
        raise _without_answer(error) from error
    _record(client, method, path, answer, seconds=answer.elapsed, hidden=hidden)
    client.clock_offset = _clock_offset(answer)
    if 200 <= answer.status < 300 or answer.status in client.refusing_statuses:
        return answer
    raise by_status(client, answer)


def _without_answer(error: outbound.OutboundError) -> errors.ProviderError:
    """Return the error that a call without an answer is."""
    if isinstance(error, outbound.NotAllowed):
        return errors.Misconfigured(error.reason)
    if isinstance(error, outbound.NeverLeft):
        return errors.Unreachable(error.reason)
    return errors.Ambiguous(error.reason)


def _record(
    client: ProviderClient,
    method: str,
    path: str,
    result: outbound.Answer | outbound.OutboundError,
    *,
    seconds: float,
    hidden: Collection[str],
) -> None:
    """Tell the client's recorder, if it has one, how a call ended."""
    if client.recorder is None:
        return
    shown = outbound.redact(re.sub("[0-9]{5,}", "#", path.partition("?")[0]), hidden)
    if isinstance(result, outbound.Answer):
        text = _GIVEN_SECRET.sub(rf'\g<name>"{MASK}"', beginning(result.text, hidden, RAW_LENGTH))
        outcome, status, size, excerpt = CallOutcome.ANSWERED, result.status, len(result.body), text[:RAW_LENGTH]
    else:
        never_left = isinstance(result, outbound.NeverLeft)
        outcome, status = CallOutcome.NEVER_LEFT if never_left else CallOutcome.NO_ANSWER, None
        size, excerpt = 0, result.reason
    client.recorder(CallRecord(method, shown, outcome, status, seconds, size, excerpt))


def by_status(client: ProviderClient, answer: outbound.Answer) -> errors.ProviderError:
    """Return the error that the status of an answer is by itself."""
    code, raw = str(answer.status), kept(client, answer)
    match answer.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return errors.Throttled(code=code, raw=raw, retry_after=_seconds(answer.headers.get("Retry-After")))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return errors.AuthRefused(code=code, raw=raw)
        case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED:
            detail = _("nothing of this provider answers at the address of the connection")
            return errors.Misconfigured(detail, code=code, raw=raw)
        case _:
            return errors.Ambiguous(code=code, raw=raw)


def _clock_offset(answer: outbound.Answer) -> float | None:
    """Return by how many seconds the provider's clock is ahead, to the second, by the Date of its answer."""
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return (told.replace(tzinfo=told.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def kept(client: ProviderClient, answer: outbound.Answer) -> str:
    """Return the answer as it may be stored: without secrets and not too long."""
    return beginning(answer.text, client.secrets, RAW_LENGTH)


def _seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After header, seconds or a date."""
    if not retry_after:
        return None
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return min(float(retry_after), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)
