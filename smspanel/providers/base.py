"""The contract between the panel and a provider: what goes in, what comes out, what may be missing."""

# ruff: noqa: ARG002, ARG003 - a default answer or refusal takes the arguments of what it stands for
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smspanel.providers import errors
from smspanel.providers.traits import Trait


class AckPolicy(StrEnum):
    """How an unclear submission is settled."""

    IDEMPOTENT = "IDEMPOTENT"  # repeat it with the same references
    LOOKUP = "LOOKUP"  # after the grace, ask for our references
    AT_MOST_ONCE = "AT_MOST_ONCE"  # wait for a report, never repeat


class MessageKind(StrEnum):
    """What arrives on the phone."""

    TEXT = "TEXT"
    FLASH = "FLASH"
    WAP_PUSH = "WAP_PUSH"
    VCARD = "VCARD"
    VOICE = "VOICE"
    HLR = "HLR"  # nothing arrives: the network says whether the number is in use


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
class VoiceOptions:
    """How a call is made; what is None is left to the provider.

    `repeat_dtmf` lets a key repeat the text, a call that failed is made again `max_count` times at most, after
    `min_period` to `max_period` minutes; `pause` are seconds of silence before the text. `audio_url` is a recording
    to be played instead of the text, where the provider plays any.
    """

    repeat_dtmf: bool | None = None
    min_period: int | None = None
    max_period: int | None = None
    max_count: int | None = None
    pause: int | None = None
    audio_url: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What leaves in one call: distinct numbers, and texts that may differ where the client mixes texts.

    `priority` is 0 to 3, `validity` in seconds (None: the provider's own), `country` an ISO code of two letters,
    `language` and `voice` those of a call, `link` the address of a WAP push, `reply_text` the answer to a reply;
    without `wants_reports` nobody waits for reports on delivery.
    `start_at` is aware and asks the provider to wait (None: at once); `tried_at` tells a look-up at a provider
    without our references how far back to search. `repeated` says that this very call was made before and its
    answer is unclear.
    """

    reference: str
    messages: tuple[Outgoing, ...]
    sender: str = ""
    variant: str = "ECO"
    kind: MessageKind = MessageKind.TEXT
    unicode: bool = False
    priority: int = 0
    validity: int | None = None
    cost_centre: str = ""
    country: str = ""
    language: str = ""
    voice: VoiceOptions = VoiceOptions()
    link: str = ""
    reply_text: str = ""
    wants_reports: bool = True
    dlr_url: str = ""
    start_at: datetime | None = None
    tried_at: datetime | None = None
    repeated: bool = False

    def __post_init__(self) -> None:
        for values in ({m.msisdn for m in self.messages}, {m.ref for m in self.messages}):
            if len(values) != len(self.messages):
                raise ValueError("The numbers and the references of a submission must be distinct.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider said about one message: taken, refused (code, reason) or None for unclear.

    `part_ids` are all its ids where the provider numbers the parts of a message, `provider_id` the first of them.
    """

    ref: str
    accepted: bool | None
    provider_id: str = ""
    parts: int | None = None
    code: str = ""
    reason: str = ""
    part_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The provider's answer to a submission: one receipt per message, in the order of the messages.

    `unpaired` are ids of messages of this call of which only a report will tell the number.
    """

    receipts: tuple[Receipt, ...]
    raw: str
    unpaired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider knows about a message or a part of it; `at` is its own time of the state, aware.

    Without a `provider_id` the number tells which message is meant: the newest one still open.
    """

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
class Inbound:
    """A message from a phone; `to` is the number or prefix it was sent to, `answers` the id of what it answers."""

    provider_id: str
    msisdn: str
    to: str
    text: str
    at: datetime | None = None
    answers: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """What the provider pushed: reports, ids that should be pulled to be sure, and messages from phones."""

    reports: tuple[Report, ...] = ()
    hints: tuple[str, ...] = ()
    inbound: tuple[Inbound, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """What the network says about a number; None where it does not say."""

    msisdn: str
    reachable: bool | None
    network: str = ""
    ported: bool | None = None
    raw_state: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account by name (a variant or a currency); None is unlimited."""

    items: Mapping[str, int | Decimal | None]
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
