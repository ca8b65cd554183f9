"""Explains why our points and theirs differ: every part is counted from rows, and the rest happened at their side.

ours - theirs = difference at the baseline + issued here - spent here + moves not made there - changes there.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import points
from accounts.links import comparing
from accounts.models import AccountLink, LinkOperation, Transfer

State, Kind = LinkOperation.State, Transfer.Kind


@dataclass(frozen=True, slots=True)
class Part:
    """Points by which our side is ahead (or behind, if negative) for one reason."""

    label: str | Promise
    points: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both sides of one account; `theirs` is None where it is not known."""

    link: AccountLink
    ours: int
    parts: tuple[Part, ...] = ()

    @property
    def theirs(self) -> int | None:
        """Points there, as last compared."""
        return self.link.remote_points

    @property
    def difference(self) -> int | None:
        """Our points less theirs."""
        return None if self.theirs is None else self.ours - self.theirs

    @property
    def correction(self) -> int:
        """What would make ours equal to theirs."""
        return -(self.difference or 0)


def reconciliation(link: AccountLink) -> Reconciliation:
    """Set our points beside theirs and explain the difference."""
    ours = comparing.mark(link.account).posted
    found = Reconciliation(link, ours)
    if not found.difference or link.baseline_difference is None:
        return found
    known = [
        Part(_("Difference when both were first compared"), link.baseline_difference),
        *_issued_and_spent(link),
        *_moves(link),
    ]
    there = found.difference - sum(part.points for part in known)
    known.append(Part(_("Changed at JustSend alone: messages sent there, top-ups, moves made by hand"), there))
    return Reconciliation(link, ours, tuple(part for part in known if part.points))


def _issued_and_spent(link: AccountLink) -> list[Part]:
    """Count what our ledger did since the baseline that nothing carries over to their side."""
    issued = _net(link, (Kind.GRANT, Kind.ADJUST))
    spent = _net(link, (Kind.POST, Kind.REFUND))
    return [Part(_("Issued or corrected here"), issued), Part(_("Spent on campaigns here, less refunds"), spent)]


def _net(link: AccountLink, kinds: tuple[Transfer.Kind, ...]) -> int:
    wallet = points.wallet_of(link.account)
    since = Transfer.objects.filter(pk__gt=link.baseline_transfer, kind__in=kinds)
    came = since.filter(credit=wallet).aggregate(total=Sum("amount"))["total"] or 0
    went = since.filter(debit=wallet).aggregate(total=Sum("amount"))["total"] or 0
    return int(came - went)


def _moves(link: AccountLink) -> list[Part]:
    """Count the moves of our ledger that are not known to have happened there."""
    moved = _net(link, (Kind.MOVE,))
    waiting = _recorded(link, Q(state__in=(State.QUEUED, State.RUNNING)))
    unclear = _recorded(link, Q(state=State.UNKNOWN))
    refused = _recorded(link, Q(state=State.REFUSED))
    unrecorded = moved - _recorded(link, Q())
    return [
        Part(_("Moves that wait to be made at JustSend"), waiting),
        Part(_("Moves of which it is unclear whether JustSend made them"), unclear),
        Part(_("Moves that JustSend refused"), refused),
        Part(_("Moves to and from accounts that were not linked"), unrecorded),
    ]


def _recorded(link: AccountLink, condition: Q) -> int:
    """Return the points that recorded moves since the baseline bring to the account; a master's go the other way."""
    own = Q(link=link) if link.parent_id is not None else Q(link__parent=link)
    rows = LinkOperation.objects.filter(own, condition, transfer__gt=link.baseline_transfer)
    total = int(rows.aggregate(total=Sum("points"))["total"] or 0)
    return total if link.parent_id is not None else -total
