"""The contract between the panel and a provider: what a client can be asked for, and what may be missing."""

# ruff: noqa: ARG002, ARG003 - a default answer or refusal takes the arguments of what it stands for
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.traits import Trait
from smspanel.providers.values import (
    Acceptance,
    Balance,
    Inbound,
    MessageKind,
    NumberCheck,
    Push,
    Receipt,
    ReportPage,
    SenderName,
    Submission,
)


class AckPolicy(StrEnum):
    """How an unclear submission is settled."""

    IDEMPOTENT = "IDEMPOTENT"  # repeat it with the same references
    LOOKUP = "LOOKUP"  # after the grace, ask for our references
    AT_MOST_ONCE = "AT_MOST_ONCE"  # wait for a report, never repeat


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One box of the connection form."""

    name: str
    label: str | Promise
    secret: bool
    required: bool
    help_text: str | Promise = ""


@dataclass(frozen=True, slots=True)
class OptionField:
    """One switch of the connection form; the type of `default` is the type of its value."""

    name: str
    label: str | Promise
    default: bool | int | str
    help_text: str | Promise = ""


class CallOutcome(StrEnum):
    """How one HTTP call ended, before anybody reads what the answer says."""

    ANSWERED = "ANSWERED"
    NEVER_LEFT = "NEVER_LEFT"
    NO_ANSWER = "NO_ANSWER"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One HTTP call as it may be stored: no query, numbers or secrets in the path, no secrets in the excerpt.

    `status` is None without an answer, which `excerpt` then explains; `seconds` is how long the call took, `size`
    the length of the answer in bytes.
    """

    method: str
    path: str
    outcome: CallOutcome
    status: int | None
    seconds: float
    size: int
    excerpt: str


Recorder = Callable[[CallRecord], None]


class TokenStore(ABC):
    """Where a client keeps what its provider gave it to sign in with, between calls and processes."""

    @abstractmethod
    def read(self) -> str:
        """Return what was written last, or nothing."""

    @abstractmethod
    def write(self, value: str) -> None:
        """Keep it, encrypted."""

    @abstractmethod
    def refreshing(self) -> AbstractContextManager[None]:
        """Let one process at a time get a new one; the others wait and then read."""


class MemoryTokens(TokenStore):
    """Keeps the token as long as the process lives."""

    def __init__(self) -> None:
        self._value = ""
        self._lock = Lock()

    def read(self) -> str:
        """Return what was written last, or nothing."""
        return self._value

    def write(self, value: str) -> None:
        """Keep it in memory."""
        self._value = value

    def refreshing(self) -> AbstractContextManager[None]:
        """Let one thread at a time get a new one."""
        return self._lock  # type: ignore[return-value]


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
    option_fields: ClassVar[tuple[OptionField, ...]] = ()
    kinds: ClassVar[frozenset[MessageKind]] = frozenset({MessageKind.TEXT})
    traits: ClassVar[frozenset[Trait]] = frozenset()
    fetches_replies: ClassVar[bool] = False  # `inbound` is asked every few minutes, as nothing is pushed
    acknowledgement_type: ClassVar[str] = "text/plain"
    answers_replies: ClassVar[bool] = False  # it sends the answer to replies (JS-53) by itself
    mixes_texts: ClassVar[bool] = True  # one call may carry different texts
    refusing_statuses: ClassVar[frozenset[int]] = frozenset({400, 413, 415, 422})
    deadline_seconds: float = 20.0

    def __init__(
        self,
        *,
        base_url: str = "",
        credentials: Mapping[str, str],
        options: Mapping[str, object] = MappingProxyType({}),
        tokens: TokenStore | None = None,
    ) -> None:
        self.base_url = (base_url or self.default_base_url).rstrip("/")
        self.options = self.chosen(options)
        self.tokens = tokens or MemoryTokens()
        self.recorder: Recorder | None = None  # is told of every call; must not raise
        self.clock_offset: float | None = None  # seconds by which the provider's clock is ahead, by its last answer
        self.credentials = {
            field.name: value for field in self.credential_fields if (value := credentials.get(field.name, "").strip())
        }
        for field in self.credential_fields:
            if field.required and field.name not in self.credentials:
                raise errors.Misconfigured(_("Fill in “%(field)s”.") % {"field": field.label})

    @classmethod
    def chosen(cls, options: Mapping[str, object]) -> dict[str, object]:
        """Return the value of every option: the given one, or its default."""
        return {field.name: options.get(field.name, field.default) for field in cls.option_fields}

    @classmethod
    def settled_by(cls, options: Mapping[str, object]) -> AckPolicy:
        """Return how an unclear submission is settled with these options."""
        return cls.ack_policy

    @classmethod
    def largest_batch(cls, options: Mapping[str, object]) -> int:
        """Return how many messages one call may carry with these options."""
        return cls.max_batch

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

    def look_up(self, submission: Submission) -> dict[str, Receipt]:
        """Return the receipts of those messages that the provider has, by ref.

        An absent ref is proof with the policy LOOKUP, and no proof with AT_MOST_ONCE.
        """
        raise self._unsupported(_("look up a message by our reference"))

    def reports(self, provider_ids: Sequence[str]) -> ReportPage:
        """Pull the state of messages."""
        raise self._unsupported(_("be asked for delivery reports"))

    def reports_about(self, numbers: Mapping[str, str]) -> ReportPage:
        """Pull the state of messages by id, each with its number for a provider that is asked by number."""
        return self.reports(list(numbers))

    def parse_push(self, query: Mapping[str, str], body: bytes) -> Push:
        """Read a delivery report that the provider pushed; raise RequestRefused if it makes no sense."""
        raise self._unsupported(_("push delivery reports"))

    @classmethod
    def acknowledge(cls, body: bytes) -> str:
        """Return what the provider wants to read when it pushes this, before anybody has looked into it."""
        return "OK"

    def inbound(self, since: datetime) -> tuple[Inbound, ...]:
        """Pull the messages from phones that came since."""
        raise self._unsupported(_("be asked for replies"))

    def worded(self, inbound: Inbound) -> Inbound:
        """Return a pushed reply with its words, where the provider pushes none and must be asked for them."""
        return inbound

    def check_number(self, msisdn: str) -> NumberCheck:
        """Ask the network whether a number is in use; the provider charges for it."""
        raise self._unsupported(_("check numbers"))

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
