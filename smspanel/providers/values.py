"""What clients of providers are given and what they return: messages, receipts, reports, replies, balances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


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
