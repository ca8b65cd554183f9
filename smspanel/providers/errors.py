"""Errors of a provider as data: was anything sent, may it be tried again, and what does a person read?

Whatever does not prove that the provider took nothing is Ambiguous: a paid message is never repeated blindly.
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProviderError(Exception):
    """A call to a provider did not do what it was made for.

    `never_left` is proof that the provider took nothing of the call; `retryable` says that the same call may
    succeed later; `stops_campaign` says that every further call would fail alike until a person acts.
    `raw` is the provider's answer, redacted; `retry_after` is in seconds.
    """

    never_left: ClassVar[bool] = False
    retryable: ClassVar[bool] = False
    stops_campaign: ClassVar[bool] = False
    explanation: ClassVar[str | Promise] = _("The provider could not be used.")

    def __init__(self, detail: str = "", *, code: str = "", raw: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.raw = raw
        self.retry_after = retry_after

    def __str__(self) -> str:
        reason = ": ".join(part for part in (self.code, self.detail) if part)
        return f"{self.explanation} ({reason})" if reason else str(self.explanation)


class Unreachable(ProviderError):
    """The connection failed before the first byte of the request left."""

    never_left = True
    retryable = True
    explanation = _("The provider cannot be reached. The panel keeps trying; nothing was sent.")


class Throttled(ProviderError):
    """The provider asks for patience (HTTP 429)."""

    never_left = True
    retryable = True
    explanation = _("The provider asks us to slow down. The panel goes on by itself in a moment.")


class AuthRefused(ProviderError):
    """The provider does not accept the credentials, or the account may not do this."""

    never_left = True
    stops_campaign = True
    explanation = _("The provider refuses the sign-in or the right to send. Check the credentials.")


class FundsRefused(ProviderError):
    """The account at the provider is used up."""

    never_left = True
    stops_campaign = True
    explanation = _("The account at the provider is used up. Top it up there, then resume the campaign.")


class RequestRefused(ProviderError):
    """The provider took nothing of this call because something in it is wrong; its messages fail."""

    never_left = True
    explanation = _("The provider refused these messages.")


class DuplicateReference(ProviderError):
    """The provider already knows a reference of this call: it may have taken it before, so look it up."""

    explanation = _("The provider says it already has these messages. The panel is checking.")


class Ambiguous(ProviderError):
    """Nobody can tell from the answer, or its lack, whether the provider took the call."""

    explanation = _("The provider's answer was lost or unclear. The panel finds out before sending again.")


class ApprovalAwaited(ProviderError):
    """The provider wants to approve the call first, and nobody can tell whether it keeps it meanwhile."""

    stops_campaign = True
    explanation = _("The provider must approve this sending first. Arrange that there, then resume the campaign.")


class Unsupported(ProviderError):
    """The provider has no such function; nothing was asked of it."""

    never_left = True
    explanation = _("The provider cannot do this.")


class Misconfigured(ProviderError):
    """The connection lacks something it needs; nothing was asked of the provider."""

    never_left = True
    stops_campaign = True
    explanation = _("The connection is not set up completely.")
