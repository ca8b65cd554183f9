"""The contract between the panel and a provider: what goes in, what comes out, what may be missing."""

# ruff: noqa: ARG002 - a default refusal takes the arguments of what it refuses
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smspanel.providers import errors


class AckPolicy(StrEnum):
    """How an unclear submission is settled."""

    IDEMPOTENT = "IDEMPOTENT"  # repeat it with the same references
    LOOKUP = "LOOKUP"  # after the grace, ask for our references
    AT_MOST_ONCE = "AT_MOST_ONCE"  # wait for a report, never repeat


class DeliveryState(StrEnum):
    """Where a message is, in the words that all providers are translated to."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    UNDELIVERED = "UNDELIVERED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class SenderStatus(StrEnum):
    """Whether the provider lets a sender name be used."""

    APPROVED = "APPROVED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to one number; `ref` is ours and unique for ever, `msisdn` is E.164 digits without +."""

    ref: str
    msisdn: str
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What leaves in one call: distinct numbers, and texts that may differ."""

    reference: str
    messages: tuple[Outgoing, ...]
    sender: str = ""
    variant: str = "ECO"
    unicode: bool = False
    flash: bool = False
    dlr_url: str = ""

    def __post_init__(self) -> None:
        for values in ({m.msisdn for m in self.messages}, {m.ref for m in self.messages}):
            if len(values) != len(self.messages):
                raise ValueError("The numbers and the references of a submission must be distinct.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider said about one message: taken, refused (code, reason) or None for unclear."""

    ref: str
    accepted: bool | None
    provider_id: str = ""
    parts: int | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The provider's answer to a submission: one receipt per message, in the order of the messages."""

    receipts: tuple[Receipt, ...]
    raw: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider knows about a message it took; `at` is its own time of the state, aware."""

    provider_id: str
    state: DeliveryState
    raw_state: str
    reason: str = ""
    at: datetime | None = None
    ref: str = ""
    msisdn: str = ""
    parts: int | None = None
    network: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Reports that were pulled."""

    reports: tuple[Report, ...]
    raw: str


@dataclass(frozen=True, slots=True)
class Push:
    """A delivery report that the provider pushed: what it says, and which ids should be pulled to be sure."""

    reports: tuple[Report, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account by name (a variant or a currency); None is unlimited."""

    items: Mapping[str, int | None]
    raw: str


@dataclass(frozen=True, slots=True)
class SenderName:
    """A sender name registered at the provider."""

    name: str
    status: SenderStatus


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One box of the connection form."""

    name: str
    label: str | Promise
    secret: bool
    required: bool
    help_text: str | Promise = ""


class ProviderClient(ABC):
    """One account at one provider.

    Methods raise errors.ProviderError and nothing else for whatever the network or the provider does. A
    client overrides what its provider can do; everything else refuses loudly.
    """

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    ack_policy: ClassVar[AckPolicy]
    grace_seconds: ClassVar[int]  # a look-up proves absence only this long after the call ended
    max_batch: ClassVar[int]
    variants: ClassVar[frozenset[str]]
    unicode_variants: ClassVar[frozenset[str]]  # those that carry characters outside GSM-7
    default_base_url: ClassVar[str]
    credential_fields: ClassVar[tuple[CredentialField, ...]]
    refusing_statuses: ClassVar[frozenset[int]] = frozenset({400, 413, 415, 422})
    deadline_seconds: float = 20.0

    def __init__(
        self,
        *,
        base_url: str = "",
        credentials: Mapping[str, str],
        options: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.base_url = (base_url or self.default_base_url).rstrip("/")
        self.options = options
        self.credentials = {
            field.name: value for field in self.credential_fields if (value := credentials.get(field.name, "").strip())
        }
        for field in self.credential_fields:
            if field.required and field.name not in self.credentials:
                raise errors.Misconfigured(_("Fill in “%(field)s”.") % {"field": field.label})

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials that may never appear in a log or a stored answer."""
        return tuple(
            self.credentials[field.name]
            for field in self.credential_fields
            if field.secret and field.name in self.credentials
        )

    @abstractmethod
    def submit(self, submission: Submission) -> Acceptance:
        """Hand messages to the provider once, without any retry."""

    def look_up(self, messages: Sequence[Outgoing]) -> dict[str, Receipt]:
        """Return the receipts of those messages that the provider has, by ref; an absent ref is proof."""
        raise self._unsupported(_("look up a message by our reference"))

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Pull the state of messages."""
        raise self._unsupported(_("be asked for delivery reports"))

    def parse_push(self, query: Mapping[str, str], body: bytes) -> Push:
        """Read a delivery report that the provider pushed; raise RequestRefused if it makes no sense."""
        raise self._unsupported(_("push delivery reports"))

    def cancel(self, refs: Collection[str]) -> set[str]:
        """Take back messages that have not gone out yet and return the refs for which this worked."""
        raise self._unsupported(_("cancel messages"))

    def balance(self) -> Balance:
        """Ask what is left on the account."""
        raise self._unsupported(_("tell its balance"))

    def senders(self) -> list[SenderName]:
        """List the sender names of the account."""
        raise self._unsupported(_("list sender names"))

    def blacklist_add(self, msisdn: str) -> None:
        """Put a number on the provider's own blacklist."""
        raise self._unsupported(_("keep a blacklist"))

    def blacklist_remove(self, msisdn: str) -> None:
        """Take a number off the provider's own blacklist."""
        raise self._unsupported(_("keep a blacklist"))

    def blacklist_has(self, msisdn: str) -> bool:
        """Say whether a number is on the provider's own blacklist."""
        raise self._unsupported(_("keep a blacklist"))

    def _unsupported(self, ability: str) -> errors.Unsupported:
        return errors.Unsupported(_("%(provider)s cannot %(ability)s.") % {"provider": self.label, "ability": ability})
