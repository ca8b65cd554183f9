"""Calls in JustSend's words: the languages that texts are read in, and how a call is repeated (JS-40, A.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from campaigns.calls import LANGUAGES, LONGEST_PAUSE, LONGEST_PERIOD, MOST_REPETITIONS, USUAL_LANGUAGE
from campaigns.models import Variant
from smspanel.api import codes
from smspanel.api.errors import ApiError
from smspanel.api.fields import Flag

_NAMES: Final = MappingProxyType(
    {
        "repeatDtmf": "repeat_dtmf",
        "minPeriod": "min_period",
        "maxPeriod": "max_period",
        "maxCount": "max_count",
        "pause": "pause",
    }
)
"""Which field of a provider's VoiceOptions each word of JustSend is."""

Minutes = Annotated[int, Field(ge=0, le=LONGEST_PERIOD)]


class VoiceRepeating(BaseModel):
    """How often and when a call is repeated; minutes between attempts, seconds of silence before the text."""

    repeatDtmf: Flag | None = None
    minPeriod: Minutes | None = None
    maxPeriod: Minutes | None = None
    maxCount: Annotated[int, Field(ge=0)] | None = None
    pause: Annotated[int, Field(ge=0, le=LONGEST_PAUSE)] | None = None


def language_of(variant: str, written: str) -> str:
    """Return the language that a call is read in, nothing for a text; raises ApiError 321 for one that nobody knows."""
    if variant != Variant.VOICE:
        return ""
    name = written.strip().upper() or USUAL_LANGUAGE
    if name not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise ApiError(codes.SEND_DATE, f"Invalid value of language parameter: it is one of {known}.")
    return name


def options_of(given: VoiceRepeating | None) -> dict[str, Any]:
    """Return what is asked for a call, as Campaign.voice keeps it; what is not said is left to the provider."""
    if given is None:
        return {}
    asked = given.model_dump(exclude_none=True)
    if "maxCount" in asked:
        asked["maxCount"] = min(asked["maxCount"], MOST_REPETITIONS)
    return {_NAMES[word]: value for word, value in asked.items()}


def recording_of(address: str) -> dict[str, Any]:
    """Return the recording that a call plays, as Campaign.voice keeps it; raises ApiError 321 for no address."""
    if not address:
        return {}
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ApiError(codes.SEND_DATE, "Invalid value of audioFileUrl parameter: write it with http:// or https://.")
    return {"audio_url": address}


def told(options: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what was asked for a call, in texts as JustSend answers it; None for nothing."""
    found = {word: str(options[ours]).lower() for word, ours in _NAMES.items() if ours in options}
    return found or None
