"""An import that is killed, and its undoing: what is written of it, and what must be there at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Account
from contacts import applying, imports, undo, upsert
from contacts.models import Contact, Group, Import, ImportChange, Membership
from tests.campaigns.sending import number

KNOWN: Final = [(number(index), f"Before {index}") for index in range(30, 34)]
SHEET: Final = "\n".join(
    ["phone;first name", *(f"{number(index)};After {index}" for index in range(30, 42)), "12;Nobody"]
).encode()


kept: list[Path] = []
"""Where the file of the import lies."""


def account() -> Account:
    """Return the account that imports."""
    return Account.objects.get(email="slave@example.com")


def spreadsheet() -> Import:
    """Return the one import there is."""
    return Import.objects.get()


def queue() -> None:
    """Have people there of whom the file knows some, and queue the file."""
    applying.CHUNK = 5  # type: ignore[misc]
    undo.CHUNK = 5  # type: ignore[misc]
    upsert.contacts(account_id=account().pk, fields=("first_name",), rows=KNOWN)
    file = SimpleUploadedFile("people.csv", SHEET)
    one = imports.upload(account=account(), actor=None, file=file, target=Import.Target.CONTACTS)
    group = Group.objects.create(account=account(), name="Imported")
    kept[:] = [imports.file_of(one)]
    columns = {"msisdn": 0, "first_name": 1}
    imports.start(spreadsheet=one, columns=columns, has_header=True, group=group, actor=None)


def apply() -> None:
    """Import; the file is put back before the first step, because a trial that ends well throws it away."""
    kept[0].write_bytes(SHEET)
    applying.apply(spreadsheet().pk)


def queue_undoing() -> None:
    """Import, and ask for it to be undone."""
    queue()
    apply()
    undo.request(spreadsheet=spreadsheet(), actor=None)


def undo_it() -> None:
    """Undo the import."""
    undo.run(spreadsheet().pk)


def assert_imported() -> None:
    """Check that every row was dealt with once."""
    done = spreadsheet()
    assert done.status == Import.Status.DONE, (done.status, done.problem)
    counts = (done.created_count, done.updated_count, done.duplicate_count, done.invalid_count)
    assert counts == (8, 4, 0, 1), counts
    assert (Membership.objects.filter(group=done.group_id).count(), ImportChange.objects.count()) == (12, 4)
    imported = Contact.objects.filter(last_import=done).values_list("first_name", flat=True)
    assert sorted(imported) == sorted(f"After {index}" for index in range(30, 42))


def assert_undone() -> None:
    """Check that everything is as it was before."""
    done = spreadsheet()
    assert (done.status, done.removed_count, done.restored_count, done.kept_count) == (Import.Status.UNDONE, 8, 4, 0)
    known = Contact.objects.filter(msisdn__in=[msisdn for msisdn, _name in KNOWN])
    assert set(known.filter(last_import=None).values_list("msisdn", "first_name")) == set(KNOWN)
    assert not Contact.objects.filter(first_name__startswith="After").exists()
    assert not Membership.objects.filter(group=done.group_id).exists()
