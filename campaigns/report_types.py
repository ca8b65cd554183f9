"""What files about campaigns there are."""

from __future__ import annotations

from enum import StrEnum


class Type(StrEnum):
    """Kinds of files about campaigns."""

    BULK_HISTORY = "BULK_HISTORY"
    SINGLE_BULK_HISTORY = "SINGLE_BULK_HISTORY"
    BULK_RECIPIENTS = "BULK_RECIPIENTS"
    REJECTED_RECIPIENTS = "REJECTED_RECIPIENTS"
    RESPONSE_HISTORY = "RESPONSE_HISTORY"
