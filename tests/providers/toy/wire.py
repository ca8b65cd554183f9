"""The fields and codes of the toy: what goes out, and what an answer means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from smspanel.providers import errors
from smspanel.providers.values import Outgoing, Receipt, Submission

_ERRORS: Mapping[str, type[errors.ProviderError]] = {
    "key": errors.AuthRefused,
    "money": errors.FundsRefused,
    "text": errors.RequestRefused,
    "again": errors.DuplicateReference,
}


def body_of(given: Submission) -> dict[str, object]:
    """Return what the toy wants to read."""
    return {"texts": [{"ref": one.ref, "to": one.msisdn, "text": one.text} for one in given.messages]}


def error_of(payload: Mapping[str, Any], raw: str) -> errors.ProviderError | None:
    """Return the error of an answer that refuses the call; None when it does not."""
    code = payload.get("error")
    if code is None:
        return None
    return _ERRORS.get(str(code), errors.Ambiguous)(code=str(code), raw=raw)


def receipts(messages: Sequence[Outgoing], payload: Mapping[str, Any], raw: str) -> tuple[Receipt, ...]:
    """Return what an answer says of each message: an id, a refusal, or nothing."""
    taken, refused = payload.get("taken"), payload.get("refused")
    if not isinstance(taken, Mapping) or not isinstance(refused, Mapping):
        raise errors.Ambiguous("the answer names no message", raw=raw)
    return tuple(_receipt(one.ref, taken.get(one.ref), refused.get(one.ref)) for one in messages)


def _receipt(ref: str, taken: object, refused: object) -> Receipt:
    if taken:
        return Receipt(ref, accepted=True, provider_id=str(taken))
    return Receipt(ref, accepted=False if refused else None, code=str(refused or ""))
