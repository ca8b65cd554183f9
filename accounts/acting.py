"""Staff who see the panel as somebody else: who it really is, and what they must not do meanwhile.

The verbs that make or show secrets, or move or promise points, begin with `forbid`; the audit trail writes both people
into every row. Both ask this module, so that no page can forget it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User


class NotAsSomebodyElse(Exception):
    """Something was tried that nobody does in another's place; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A member of staff, as whom they see the panel, and how long."""

    real: User
    shown: User
    until: datetime


_acting: Final[ContextVar[Acting | None]] = ContextVar("acting", default=None)


def now() -> Acting | None:
    """Return who sees the panel as whom, if this request is by somebody who does."""
    return _acting.get()


@contextmanager
def as_somebody(acting: Acting) -> Iterator[None]:
    """Let everything inside the block be done by somebody in another's place."""
    before = _acting.set(acting)
    try:
        yield
    finally:
        _acting.reset(before)


def forbid_secrets() -> None:
    """Refuse to show, make or take away a secret; raises NotAsSomebodyElse."""
    if (acting := now()) is not None:
        sentence = _("You are seeing the panel as %(name)s: keys, passwords, secrets and sessions are theirs alone.")
        raise NotAsSomebodyElse(sentence % {"name": acting.shown})


def forbid_points() -> None:
    """Refuse to move or promise points; raises NotAsSomebodyElse."""
    if (acting := now()) is not None:
        sentence = _(
            "You are seeing the panel as %(name)s: you can prepare everything, but they alone move points and confirm"
            " what costs points."
        )
        raise NotAsSomebodyElse(sentence % {"name": acting.shown})
