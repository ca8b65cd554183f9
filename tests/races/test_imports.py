"""Two workers import at once: every row is written and counted once, and nobody waits for ever."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from contacts import applying, imports, upsert
from contacts.models import BlacklistEntry, Contact, Group, Import, Membership
from smspanel import clock
from tests.campaigns.sending import number
from tests.personas import Persona
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = [number(index) for index in range(200)]


def queued(persona: Persona, numbers: list[str], target: Import.Target = Import.Target.CONTACTS) -> Import:
    """Upload numbers and queue their import into a group."""
    file = SimpleUploadedFile("numbers.csv", "\n".join(numbers).encode())
    spreadsheet = imports.upload(account=persona.account, actor=None, file=file, target=target)
    group, _created = Group.objects.get_or_create(account=persona.account, name="Customers")
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=False, group=group, actor=None)
    return spreadsheet


def assert_done(*spreadsheets: Import) -> None:
    """Check that the imports ended well."""
    for spreadsheet in spreadsheets:
        spreadsheet.refresh_from_db()
        assert (spreadsheet.status, spreadsheet.problem) == (Import.Status.DONE, "")


def test_two_workers_apply_one_import_once(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    spreadsheet = queued(slave, MANY)
    meet_before(monkeypatch, applying, "_apply_rows")
    assert together(*[partial(applying.apply, spreadsheet.pk)] * 2) == [None, None]
    assert_done(spreadsheet)
    assert (spreadsheet.created_count, spreadsheet.duplicate_count) == (len(MANY), 0)
    assert Contact.objects.count() == Membership.objects.count() == len(MANY)


def test_two_imports_of_the_same_people_create_each_of_them_once(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [queued(slave, MANY), queued(slave, MANY[::-1])]
    meet_before(monkeypatch, upsert, "contacts")
    assert together(*(partial(applying.apply, one.pk) for one in both)) == [None, None]
    assert_done(*both)
    assert Contact.objects.count() == Membership.objects.count() == len(MANY)
    assert sum(one.created_count for one in both) == len(MANY)


def test_two_imports_onto_the_blacklist_put_each_number_there_once(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [queued(slave, MANY, Import.Target.BLACKLIST), queued(slave, MANY[::-1], Import.Target.BLACKLIST)]
    meet_before(monkeypatch, QuerySet, "bulk_create")
    assert together(*(partial(applying.apply, one.pk) for one in both)) == [None, None]
    assert_done(*both)
    assert BlacklistEntry.objects.count() == len(MANY)
    assert sum(one.created_count for one in both) == len(MANY)


def test_a_worker_that_lost_the_import_leaves_the_other_s_lease_alone(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    spreadsheet = queued(slave, MANY)
    later = clock.now() + timedelta(minutes=1)
    take_over = Import.objects.filter(pk=spreadsheet.pk)
    monkeypatch.setattr(applying, "_sort", lambda *_: take_over.update(cursor=7, lease_until=later))
    applying.apply(spreadsheet.pk)
    spreadsheet.refresh_from_db()
    assert (spreadsheet.status, spreadsheet.cursor, spreadsheet.lease_until) == (Import.Status.RUNNING, 7, later)
