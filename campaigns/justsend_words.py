"""Our states and networks in the closed lists of words that JustSend's callers know."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from campaigns.models import Campaign, Message
from contacts.operators import Operator, guess_operator


class BulkStatus(StrEnum):
    """What a campaign may be called."""

    TO_PAY = "TO_PAY"
    TO_SEND = "TO_SEND"
    HOLD = "HOLD"
    ERROR = "ERROR"
    CANCELED = "CANCELED"
    FINISHED = "FINISHED"
    FINISHED_INCOMPLETE = "FINISHED_INCOMPLETE"


class MessageStatus(StrEnum):
    """What a message may be called in a list of recipients."""

    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    NOT_SENT = "NOT_SENT"
    NOT_CONFIRMED = "NOT_CONFIRMED"


class DeliveryStatus(StrEnum):
    """What a post back may say about a message that was sent."""

    MESSAGE_DELIVERED = "MESSAGE_DELIVERED"
    MESSAGE_NOT_DELIVERED = "MESSAGE_NOT_DELIVERED"
    UNDEFINED = "UNDEFINED"


_BULK: Final[Mapping[str, BulkStatus]] = {
    Campaign.State.DRAFT: BulkStatus.TO_SEND,
    Campaign.State.PLANNING: BulkStatus.TO_SEND,
    Campaign.State.TO_PAY: BulkStatus.TO_PAY,
    Campaign.State.TO_SEND: BulkStatus.TO_SEND,
    Campaign.State.EXPANDING: BulkStatus.TO_SEND,
    Campaign.State.SENDING: BulkStatus.TO_SEND,
    Campaign.State.HOLD: BulkStatus.HOLD,
    Campaign.State.FINISHED: BulkStatus.FINISHED,
    Campaign.State.FINISHED_INCOMPLETE: BulkStatus.FINISHED_INCOMPLETE,
    Campaign.State.CANCELING: BulkStatus.CANCELED,
    Campaign.State.CANCELED: BulkStatus.CANCELED,
    Campaign.State.ERROR: BulkStatus.ERROR,
    Campaign.State.MISSED: BulkStatus.ERROR,
}
_MESSAGE: Final[Mapping[str, MessageStatus]] = {
    Message.State.QUEUED: MessageStatus.NOT_SENT,
    Message.State.SUBMITTING: MessageStatus.NOT_SENT,
    Message.State.EXCLUDED: MessageStatus.NOT_SENT,
    Message.State.FAILED: MessageStatus.NOT_SENT,
    Message.State.CANCELED: MessageStatus.NOT_SENT,
    Message.State.SENT: MessageStatus.NOT_CONFIRMED,
    Message.State.UNKNOWN: MessageStatus.NOT_CONFIRMED,
    Message.State.ASSUMED_SENT: MessageStatus.NOT_CONFIRMED,
    Message.State.NO_REPORT: MessageStatus.NOT_CONFIRMED,
    Message.State.DELIVERED: MessageStatus.DELIVERED,
    Message.State.UNDELIVERED: MessageStatus.NOT_DELIVERED,
    Message.State.EXPIRED: MessageStatus.NOT_DELIVERED,
    Message.State.REJECTED: MessageStatus.NOT_DELIVERED,
}
_DELIVERY: Final[Mapping[MessageStatus, DeliveryStatus]] = {
    MessageStatus.DELIVERED: DeliveryStatus.MESSAGE_DELIVERED,
    MessageStatus.NOT_DELIVERED: DeliveryStatus.MESSAGE_NOT_DELIVERED,
}
# What providers write for the four Polish networks: names old and new, and MCC with MNC.
_NETWORKS: Final = (
    (Operator.POLAND_ORANGE, ("ORANGE", "CENTERTEL", "26003")),
    (Operator.POLAND_ERA, ("T-MOBILE", "TMOBILE", "T MOBILE", "ERA", "26002")),
    (Operator.POLAND_PLUS, ("PLUS", "POLKOMTEL", "26001")),
    (Operator.POLAND_PLAY, ("PLAY", "P4", "26006")),
)


def bulk_status(state: str) -> BulkStatus:
    """Return the word for a campaign's state."""
    return _BULK[state]


def message_status(state: str) -> MessageStatus:
    """Return the word for a message's state in a list of recipients."""
    return _MESSAGE[state]


def delivery_status(state: str) -> DeliveryStatus:
    """Return the word for a message's state in a post back."""
    return _DELIVERY.get(message_status(state), DeliveryStatus.UNDEFINED)


def operator_word(msisdn: str, network: str = "") -> Operator:
    """Return the word for a number's network: what the provider said, or else what the range tells."""
    said = network.strip().upper().removeprefix("POLAND_")
    if said in {"", Operator.UNKNOWN} or not msisdn.startswith("48"):
        return guess_operator(msisdn)
    return next((word for word, names in _NETWORKS if said.startswith(names)), Operator.POLAND_OTHER)


def states_of(status: MessageStatus) -> list[str]:
    """Return our states that a list of recipients of that word holds."""
    return [state for state, word in _MESSAGE.items() if word == status]
