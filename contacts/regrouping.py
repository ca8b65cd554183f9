"""Makes groups of groups: copies, merges, splits, what two have in common, and whom nothing was sent lately.

Each makes its new groups at once and fills them in the background (bulk.py), however large they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contacts import bulk, groups
from contacts.groups import GroupRefused
from contacts.models import BulkJob, Group
from contacts.selecting import Selection

MOST_PARTS: Final = 100
Action = BulkJob.Action


@transaction.atomic
def copy(*, group: Group, name: str, actor: User | None) -> BulkJob:
    """Make a group of the same members; raises GroupRefused, BulkRefused."""
    return _fill(group, name, actor, Selection(group=group.pk))


@transaction.atomic
def intersect(*, group: Group, other: Group, name: str, actor: User | None) -> BulkJob:
    """Make a group of those who are in both; raises GroupRefused, BulkRefused."""
    _check_others(group, [other])
    return _fill(group, name, actor, Selection(group=group.pk, also=other.pk))


@transaction.atomic
def idle(*, group: Group, since: date, name: str, actor: User | None) -> BulkJob:
    """Make a group of the members to whom nothing was sent since that day; raises GroupRefused, BulkRefused."""
    moment = datetime.combine(since, time.min, group.account.zone)
    return _fill(group, name, actor, Selection(group=group.pk, untexted=moment.isoformat()))


@transaction.atomic
def merge(*, group: Group, others: Sequence[Group], keep: bool, actor: User | None) -> list[BulkJob]:
    """Put the members of other groups into one; the others go then, unless they are kept.

    Raises GroupRefused, BulkRefused.
    """
    _check_others(group, others)
    for other in others:
        if not keep and (needed := groups.why_needed(other)):
            raise GroupRefused(needed)
    return [
        bulk.ask(
            account=group.account,
            action=Action.JOIN,
            selection=Selection(group=other.pk),
            actor=actor,
            group=group,
            then_remove=None if keep else other,
        )
        for other in others
    ]


@transaction.atomic
def split(*, group: Group, actor: User | None, parts: int = 0, size: int = 0) -> BulkJob:
    """Make groups of equal parts, or of so many members each; the group stays. Raises GroupRefused, BulkRefused."""
    members = Group.objects.get(pk=group.pk).size
    if size:
        parts = -(-members // size)
    if not 2 <= parts <= min(members, MOST_PARTS):
        sentence = _("This would make %(parts)s groups of %(members)s members. Make 2 to %(most)s.")
        raise GroupRefused(sentence % {"parts": parts, "members": members, "most": MOST_PARTS})
    longest = 100 - len(f" {parts}")
    named = [f"{group.name[:longest]} {number}" for number in range(1, parts + 1)]
    made = [groups.create(account=group.account, name=name, actor=actor) for name in named]
    details = {"groups": [one.pk for one in made], "members": members, "size": size}
    return bulk.ask(
        account=group.account, action=Action.SPLIT, selection=Selection(group=group.pk), actor=actor, details=details
    )


def _fill(group: Group, name: str, actor: User | None, selection: Selection) -> BulkJob:
    made = groups.create(account=group.account, name=name, actor=actor)
    return bulk.ask(account=group.account, action=Action.JOIN, selection=selection, actor=actor, group=made)


def _check_others(group: Group, others: Sequence[Group]) -> None:
    if not others or any(other.account_id != group.account_id or other.pk == group.pk for other in others):
        raise GroupRefused(_("Choose other groups of the same account."))
