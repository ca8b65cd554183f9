"""Signing in as somebody: staff see the panel of an account as one of its people, for an hour and never unseen.

The session stays that of the member of staff; it only remembers as whom they see the panel. Who of the two did what is
in every row of the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import acting, audit
from accounts.models import User
from smspanel import clock

LONGEST: Final = timedelta(minutes=60)
_SEEN_AS: Final = "seen_as"


class NotAllowed(Exception):
    """Nobody may see the panel as this person, or not this one; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Over:
    """An hour that has ended, or whose person may not sign in any more."""

    shown: User | None


def may_see_as(staff: User, person: User) -> bool:
    """Say whether this member of staff may see the panel as that person.

    Never as other staff, never as a second one at the same time, and never so that they see numbers hidden from them.
    """
    if acting.now() is not None or not (staff.is_active and staff.is_staff):
        return False
    return person.is_active and not person.is_staff and (staff.sees_numbers or not person.sees_numbers)


@transaction.atomic
def begin(*, session: SessionBase, person: User, reason: str, actor: User) -> None:
    """Let the session see the panel as that person from the next page on; raises NotAllowed."""
    if not may_see_as(actor, person):
        raise NotAllowed(_("You cannot see the panel as %(name)s.") % {"name": person})
    until = clock.now() + LONGEST
    audit.record(
        actor=actor,
        action="person.seen-as",
        subject=person,
        account=person.account,
        reason=reason,
        until=until.isoformat(timespec="seconds"),
    )
    session[_SEEN_AS] = {"person": person.pk, "until": until.timestamp()}


def stop(session: SessionBase) -> None:
    """Let the session see the panel as whom it belongs to again."""
    session.pop(_SEEN_AS, None)


def note_end(*, person: User | None, actor: User) -> None:
    """Write that somebody sees the panel as themselves again."""
    if person is not None:
        audit.record(actor=actor, action="person.seen-as-end", subject=person, account=person.account)


def of(session: SessionBase, staff: User) -> acting.Acting | Over | None:
    """Return as whom the session sees the panel; Over once the hour has passed or either may not any more."""
    found: dict[str, Any] | None = session.get(_SEEN_AS)
    if found is None:
        return None
    person = User.objects.filter(pk=found["person"]).first()
    if person is None or found["until"] <= clock.now().timestamp() or not may_see_as(staff, person):
        return Over(person)
    return acting.Acting(real=staff, shown=person, until=datetime.fromtimestamp(found["until"], UTC))


def goes_on(session: SessionBase) -> bool:
    """Say whether the session still sees the panel as somebody else."""
    return _SEEN_AS in session
