"""Undoes an import: what it created goes, what it changed returns, but for whatever something newer depends on.

Newer is whatever happened to a contact after the import: an edit, a later import, another group, a message. Such a
contact stays as it is and is counted. The work is done in chunks, each of which leaves less to do, so that a crash
repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import wish_log
from contacts.applying import LEASE
from contacts.imports import ImportRefused
from contacts.models import BlacklistEntry, Consent, Contact, Import, ImportChange, Membership
from smspanel import bulk, clock, doorbell, leases

CHUNK: Final = 2_000
SECONDS: Final = 45.0
JOB: Final = "contacts.jobs.undo_import"


@transaction.atomic
def request(*, spreadsheet: Import, actor: User | None) -> None:
    """Have an import undone in the background; raises ImportRefused."""
    current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
    if not current.can_be_undone:
        days = Import.UNDO_FOR.days
        raise ImportRefused(_("Only an import that ended in the last %(days)s days can be undone.") % {"days": days})
    current.status, current.lease_until = Import.Status.UNDOING, None
    current.save(update_fields=["status", "lease_until"])
    audit.record(actor=actor, action="import.undo", subject=current, account=current.account, target=current.target)
    doorbell.ring(JOB, current.pk)


def due() -> list[tuple[int]]:
    """Return imports that are to be undone and that no living process is working on."""
    return list(_undoing().filter(leases.free()).order_by("pk").values_list("pk"))


def _undoing() -> QuerySet[Import]:
    return Import.objects.filter(status=Import.Status.UNDOING)


def run(import_id: int) -> None:
    """Undo until all is done or the time is up."""
    if not _undoing().filter(leases.free(), pk=import_id).update(lease_until=clock.now() + LEASE):
        return
    until = clock.monotonic() + SECONDS
    spreadsheet = Import.objects.get(pk=import_id)
    while _step(spreadsheet):
        if clock.monotonic() > until:
            _undoing().filter(pk=import_id).update(lease_until=None)
            doorbell.ring_now(JOB, import_id)
            return


def _step(spreadsheet: Import) -> bool:
    """Undo the next chunk; says whether there may be more."""
    with transaction.atomic():
        current = Import.objects.select_for_update(no_key=True).get(pk=spreadsheet.pk)
        if current.status != Import.Status.UNDOING:
            return False
        Account.objects.select_for_update(no_key=True).get(pk=current.account_id)
        more = any(step(current) for step in _STEPS[Import.Target(current.target)])
        current.lease_until = clock.now() + LEASE
        if not more:
            done = current.removed_count + current.restored_count
            current.kept_count = current.created_count + current.updated_count - done
            current.status, current.lease_until = Import.Status.UNDONE, None
        current.save()
    return more


def _take_out_of_group(current: Import) -> bool:
    """Take those out of the group whom the import put there, unless something newer has changed them."""
    ours = Membership.objects.filter(spreadsheet=current.pk, contact__last_import=current)
    put = ours.filter(group=current.group_id) if current.group_id else None
    ids = list(put.values_list("pk", flat=True)[:CHUNK]) if put is not None else []
    Membership.objects.filter(pk__in=ids).delete()
    return bool(ids)


def _change_back(current: Import) -> bool:
    """Give changed contacts the values that they had before."""
    changes = list(ImportChange.objects.filter(spreadsheet=current).order_by("pk")[:CHUNK])
    untouched = _left(current).in_bulk([change.contact_id for change in changes])
    for change in changes:
        if (contact := untouched.get(change.contact_id)) is not None:
            for name, value in change.before.items():
                setattr(contact, name, _value(name, value))
    fields = sorted({name.removesuffix("_id") for change in changes for name in change.before})
    bulk.save(list(untouched.values()), *fields)
    ImportChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    current.restored_count += len(untouched)
    return bool(changes)


def _value(name: str, value: Any) -> Any:
    """Return a value that was kept as JSON, in the words of the database that wrote it."""
    if name == "birth_date" and value:
        return date.fromisoformat(value)
    if name == "updated_at":
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return value


def _remove(current: Import) -> bool:
    """Delete the contacts that the import created; by now, whoever still bears its mark is one of them."""
    unused = _left(current).filter(
        ~Exists(Membership.objects.filter(contact=OuterRef("pk"))), updated_at__lte=current.finished_at
    )
    # The relation is one that the messages declare: this app does not know them.
    ids = list(unused.filter(messages__isnull=True).values_list("pk", flat=True)[:CHUNK])
    Contact.objects.filter(pk__in=ids).delete()
    current.removed_count += len(ids)
    return bool(ids)


def _left(current: Import) -> QuerySet[Contact]:
    """Return the contacts that nothing has changed since the import."""
    unchanged = Q(updated_at__lte=current.finished_at)
    return Contact.objects.filter(unchanged, account=current.account_id, last_import=current)


def _take_back_consents(current: Import) -> bool:
    """Delete the consents that only the file told of; a withdrawal is newer, and an old list must not undo it."""
    standing = Consent.objects.filter(spreadsheet=current, withdrawn_at__isnull=True)
    ids = list(standing.values_list("pk", flat=True)[:CHUNK])
    Consent.objects.filter(pk__in=ids).delete()
    return bool(ids)


def _remove_entries(current: Import) -> bool:
    """Take those off the blacklist whom the import put there."""
    ids = list(BlacklistEntry.objects.filter(spreadsheet=current.pk).values_list("pk", flat=True)[:CHUNK])
    entries = BlacklistEntry.objects.filter(pk__in=ids)
    wish_log.note_removal(entries)
    entries.delete()
    current.removed_count += len(ids)
    return bool(ids)


_STEPS: Final[dict[Import.Target, tuple[Callable[[Import], bool], ...]]] = {
    Import.Target.CONTACTS: (_take_out_of_group, _take_back_consents, _change_back, _remove),
    Import.Target.BLACKLIST: (_remove_entries,),
}
