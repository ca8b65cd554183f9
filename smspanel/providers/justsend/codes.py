"""What an errorId of JustSend means: whether anything was taken, and who has to act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smspanel.providers import errors
from smspanel.providers.justsend.fields import number, text

NOTHING_FOUND = "103"
TOO_LATE = frozenset({"103", "107"})  # 107 is INVALID_BULK_STATE here, whatever it is for a submission

_AUTH = frozenset({101, 102, 104})
_FUNDS = frozenset({106, 301})
_APPROVAL = 126
_REFUSED = frozenset({103, 105, 107, 108, 109, 125, 400, *range(302, 350)})


def error_of(envelope: Mapping[str, Any], raw: str) -> errors.ProviderError | None:
    """Return the error of an answer, or None if it is a success."""
    code = number(envelope.get("errorId"))
    if code == 0:
        return None
    detail = ": ".join(filter(None, (text(envelope.get("responseCode")), text(envelope.get("message")))))
    if code is None:
        return errors.Ambiguous(detail, raw=raw)
    return _kind(code)(detail, code=str(code), raw=raw)


def _kind(code: int) -> type[errors.ProviderError]:
    if code in _AUTH:
        return errors.AuthRefused
    if code in _FUNDS:
        return errors.FundsRefused
    if code in _REFUSED:
        return errors.RequestRefused
    # The bulk may exist already and wait for approval; 100 and codes nobody has published prove nothing.
    return errors.ApprovalAwaited if code == _APPROVAL else errors.Ambiguous
