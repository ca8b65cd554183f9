"""Groups: create, remove, and change who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import imports, numbers, upsert
from contacts.models import Group, Import, Membership
from smspanel.bulk import chunks

EXAMPLES: Final = 5


class GroupRefused(Exception):
    """A group could not be made or changed; nothing was. The message says why and what to do."""


class GroupNeeded(GroupRefused):
    """A group cannot be deleted yet, because campaigns are still to be sent by it."""


@transaction.atomic
def create(
    *, account: Account, name: str, raw_numbers: Iterable[str] = (), actor: User | None, **details: Any
) -> Group:
    """Make a group of the numbers that can be read; `details` are further fields. Raises GroupRefused."""
    group = Group(account=account, name=name.strip(), **details)
    _check(group)
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise GroupRefused(_("There is a group with this name already. Choose another name.")) from error
    audit.record(actor=actor, action="group.create", subject=group, account=account)
    add_numbers(group=group, raw_numbers=raw_numbers, actor=actor)
    return group


def create_from_file(
    *, account: Account, name: str, file: UploadedFile[Any], actor: User | None, **details: Any
) -> Group:
    """Make a group whose members a file names, which is read later; raises UnreadableFile, GroupRefused."""
    spreadsheet = imports.keep(account=account, actor=actor, file=file, target=Import.Target.CONTACTS)
    try:
        with transaction.atomic():
            group = create(account=account, name=name, actor=actor, **details)
            imports.start_numbers(spreadsheet=spreadsheet, group=group, actor=actor)
    except GroupRefused:
        imports.file_of(spreadsheet).unlink(missing_ok=True)
        raise
    return group


def add_file(*, group: Group, file: UploadedFile[Any], actor: User | None) -> Import:
    """Have the numbers of a file put into a group; raises UnreadableFile."""
    spreadsheet = imports.keep(account=group.account, actor=actor, file=file, target=Import.Target.CONTACTS)
    imports.start_numbers(spreadsheet=spreadsheet, group=group, actor=actor)
    return spreadsheet


@transaction.atomic
def remove(*, group: Group, actor: User | None) -> None:
    """Delete a group; its contacts stay. Raises GroupNeeded."""
    # Nobody who names the group in a campaign commits between the question and the deletion.
    Group.objects.select_for_update().filter(pk=group.pk).first()
    if needed := why_needed(group):
        raise GroupNeeded(needed)
    audit.record(actor=actor, action="group.remove", subject=group, account=group.account)
    group.delete()


def why_needed(group: Group) -> str:
    """Return why a group cannot be deleted yet, or nothing.

    Without it a campaign that was planned would be sent to fewer people, or to those whom the group leaves out.
    """
    # The accessors know campaigns, which this app does not.
    naming = (group.campaigns, group.excluded_from)
    needing = [one for rows in naming for one in rows.filter(state__in=rows.model.NEEDING_GROUPS)[:EXAMPLES]]
    if not needing:
        return ""
    sentence = _("The group %(group)s is still needed by: %(campaigns)s. Change, cancel or delete these first.")
    return sentence % {"group": group.name, "campaigns": ", ".join(dict.fromkeys(one.name for one in needing))}


@transaction.atomic
def add_numbers(*, group: Group, raw_numbers: Iterable[str], actor: User | None) -> int:
    """Put every number that can be read into a group and return how many are new there; raises GroupRefused."""
    wanted = numbers.readable(raw_numbers)
    if not wanted:
        return 0
    _lock(group)
    rows = [(msisdn,) for msisdn in wanted]
    joined = upsert.contacts(account_id=group.account_id, rows=rows, group_id=group.pk).joined
    audit.record(actor=actor, action="group.add", subject=group, account=group.account, count=joined)
    return joined


@transaction.atomic
def remove_numbers(*, group: Group, raw_numbers: Iterable[str], actor: User | None) -> int:
    """Take numbers out of a group and return how many were in it; the contacts stay."""
    left = 0
    for wanted in chunks(numbers.readable(raw_numbers)):
        left += Membership.objects.filter(group=group, contact__msisdn__in=wanted).delete()[0]
    audit.record(actor=actor, action="group.take", subject=group, account=group.account, count=left)
    return left


def _check(group: Group) -> None:
    longest = Group._meta.get_field("name").max_length or 0
    if not 1 <= len(group.name) <= longest:
        raise GroupRefused(_("A name has 1 to %(most)s characters.") % {"most": longest})
    if group.valid_from and group.valid_until and group.valid_until < group.valid_from:
        raise GroupRefused(_("The last day lies before the first."))


def _lock(group: Group) -> None:
    """Keep the group from being deleted meanwhile."""
    if Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first() is None:
        raise GroupRefused(_("This group was deleted meanwhile."))
