"""What a message may ask for beyond its text, and not every provider carries."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Trait(StrEnum):
    """Something that would be lost on the way where the provider does not know it."""

    VALIDITY = "VALIDITY"  # how long a message waits for a phone that is off
    LANGUAGE = "LANGUAGE"  # of a call that is not read in Polish
    REPETITION = "REPETITION"  # how a call is repeated
    RECORDING = "RECORDING"  # a sound that a call plays


NAMES: Final[Mapping[Trait, Promise]] = MappingProxyType(
    {
        Trait.VALIDITY: _("a limit of how long messages wait for phones that are off"),
        Trait.LANGUAGE: _("calls in this language"),
        Trait.REPETITION: _("calls that are repeated"),
        Trait.RECORDING: _("calls that play a recording"),
    }
)
"""What each of them is, as the end of “cannot carry …”."""
