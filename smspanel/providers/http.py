"""What the HTTP side of a call says by itself, before a client reads the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from django.utils.translation import gettext as _

from smspanel import outbound
from smspanel.providers import errors
from smspanel.providers.base import ProviderClient

RAW_LENGTH = 4000
LONGEST_WAIT = 3600.0


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
    try:
        answer = outbound.send(
            method, url, json=json, form=form, headers=headers, auth=auth, deadline=wait, secrets=hidden
        )
    except outbound.NotAllowed as error:
        raise errors.Misconfigured(error.reason) from error
    except outbound.NeverLeft as error:
        raise errors.Unreachable(error.reason) from error
    except outbound.NoAnswer as error:
        raise errors.Ambiguous(error.reason) from error
    client.clock_offset = _clock_offset(answer)
    if 200 <= answer.status < 300 or answer.status in client.refusing_statuses:
        return answer
    raise by_status(client, answer)


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
    # Cutting first could leave half a secret that nothing recognises any more.
    return outbound.redact(answer.text, client.secrets)[:RAW_LENGTH]


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
