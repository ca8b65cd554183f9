"""What a list says while there is nothing in it, so that nobody wonders what belongs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Empty:
    """A sentence about what belongs into a list, and the next step to it: the name of a page and what it does."""

    sentence: StrPromise
    page: str
    step: StrPromise

    @property
    def address(self) -> str:
        """Where the next step is done."""
        return reverse(self.page)
