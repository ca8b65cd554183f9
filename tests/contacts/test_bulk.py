"""Something is done to all contacts of a selection: chunk by chunk, once, to those of the filter and no others."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from contacts import bulk
from contacts.models import BlacklistEntry, BulkJob, Contact, Group
from contacts.selecting import Selection
from smspanel import clock, doorbell
from tests.campaigns.sending import make_group, number
from tests.personas import Persona

Action, Status = BulkJob.Action, BulkJob.Status
NUMBERS = [number(index) for index in range(25)]


@pytest.fixture
def group(slave: Persona, stranger: Persona) -> Group:
    """A group of 25, beside ten people of the same account and one of another."""
    make_group(slave.account, [number(index) for index in range(100, 110)], "Others")
    make_group(stranger.account, NUMBERS[:1])
    return make_group(slave.account, NUMBERS)


def ask(persona: Persona, action: BulkJob.Action, into: Group | None = None, **selection: Any) -> BulkJob:
    """Ask for an action over contacts of the persona."""
    chosen = Selection(**selection)
    return bulk.ask(account=persona.account, action=action, selection=chosen, actor=persona.user, group=into)


def done(job: BulkJob) -> BulkJob:
    """Return a job as it is after everything that is due was done."""
    doorbell.run_all_due()
    job.refresh_from_db()
    return job


def test_everybody_of_a_group_is_put_into_another(slave: Persona, group: Group) -> None:
    other = Group.objects.create(account=slave.account, name="New")
    job = done(ask(slave, Action.JOIN, other, group=group.pk))
    assert (job.status, job.expected, job.done, job.changed, job.percent) == (Status.DONE, 25, 25, 25, 100)
    assert sorted(other.members.values_list("msisdn", flat=True)) == NUMBERS
    again = done(ask(slave, Action.JOIN, other, group=group.pk))
    assert (again.done, again.changed) == (25, 0)


def test_everybody_of_a_group_is_taken_out_of_it(slave: Persona, group: Group) -> None:
    job = done(ask(slave, Action.LEAVE, group, group=group.pk))
    assert (job.changed, group.members.count(), Contact.objects.filter(account=slave.account).count()) == (25, 0, 35)


def test_who_is_found_is_put_on_the_blacklist(slave: Persona, group: Group) -> None:
    done(ask(slave, Action.BLACKLIST, search="4850000"))
    assert BlacklistEntry.objects.filter(account=slave.account).count() == 25
    assert BlacklistEntry.objects.count() == 25


def test_who_is_found_is_deleted_and_nobody_else(slave: Persona, stranger: Persona, group: Group) -> None:
    job = done(ask(slave, Action.DELETE, group=group.pk))
    assert job.changed == 25
    assert (Contact.objects.filter(account=slave.account).count(), stranger.account.contacts.count()) == (10, 1)


def test_it_goes_in_chunks_that_a_crash_cannot_repeat(
    slave: Persona, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 10)
    monkeypatch.setattr(bulk, "SECONDS", -1)
    job = ask(slave, Action.DELETE, group=group.pk)
    bulk.run(job.pk)
    job.refresh_from_db()
    assert (job.done, job.percent, Contact.objects.filter(account=slave.account).count()) == (10, 40, 25)
    # A process that was killed leaves its lease behind.
    BulkJob.objects.filter(pk=job.pk).update(lease_until=clock.now() + bulk.LEASE)
    assert done(job).done == 10
    with clock.travel(seconds=80):
        assert (done(job).status, job.done, job.changed) == (Status.DONE, 25, 25)


def test_who_comes_later_is_left_alone(slave: Persona, group: Group) -> None:
    job = ask(slave, Action.DELETE)
    make_group(slave.account, [number(500)])
    assert done(job).changed == 35
    assert Contact.objects.filter(account=slave.account).get().msisdn == number(500)


def test_it_can_be_stopped_and_what_is_done_stays_done(
    slave: Persona, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 10)
    monkeypatch.setattr(bulk, "SECONDS", -1)
    job = ask(slave, Action.DELETE, group=group.pk)
    bulk.run(job.pk)
    bulk.stop(job=job, actor=slave.user)
    assert (done(job).status, group.members.count()) == (Status.STOPPED, 15)
    with pytest.raises(bulk.BulkRefused, match="ended already"):
        bulk.stop(job=job, actor=slave.user)


def test_a_group_that_is_deleted_meanwhile_ends_it_with_a_sentence(slave: Persona, group: Group) -> None:
    other = Group.objects.create(account=slave.account, name="New")
    job = ask(slave, Action.JOIN, other, group=group.pk)
    other.delete()
    assert (done(job).status, job.problem) == (Status.FAILED, "The group was deleted meanwhile.")


def test_nobody_is_put_into_a_group_of_somebody_else(slave: Persona, stranger: Persona, group: Group) -> None:
    theirs = Group.objects.get(account=stranger.account)
    with pytest.raises(bulk.BulkRefused, match="Choose a group"):
        ask(slave, Action.JOIN, theirs, group=group.pk)


def test_who_asked_and_what_became_of_it_is_in_the_audit_trail(slave: Persona, group: Group) -> None:
    done(ask(slave, Action.DELETE, group=group.pk))
    asked, ended = AuditEntry.objects.filter(action__startswith="contacts.bulk").order_by("pk")
    assert (asked.actor, asked.details["expected"]) == (slave.user, 25)
    assert (ended.actor, ended.details["changed"]) == (slave.user, 25)


def test_only_so_many_wait_at_once(slave: Persona, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_WAITING", 1)
    ask(slave, Action.DELETE, group=group.pk)
    with pytest.raises(bulk.BulkRefused, match="1 changes are under way"):
        ask(slave, Action.DELETE)


def test_short_numbers_from_abroad_are_blocked_as_they_are(slave: Persona) -> None:
    Contact.objects.create(account=slave.account, msisdn="376312345")
    assert done(ask(slave, Action.BLACKLIST)).changed == 1
    assert BlacklistEntry.objects.get().msisdn == "376312345"
