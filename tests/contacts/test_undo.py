"""An import is undone exactly: what it created goes, what it changed returns, and nothing newer is touched."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign, Message
from contacts import applying, blacklist, consents, groups, imports, undo, upsert
from contacts.models import BlacklistEntry, Consent, Contact, Group, Import, ImportChange
from smspanel import clock, doorbell
from tests.campaigns.sending import make_group
from tests.contacts.test_importing import run, upload
from tests.personas import People, Persona

BEFORE = "Telefon;Imię;Data urodzenia;Uwagi\n500100200;Anna;1990-12-31;first\n500100201;Jan;;\n"
AFTER = "Telefon;Imię;Data urodzenia;Uwagi\n500100200;Hanna;1991-01-01;--\n500100209;Ola;;new\n"
FIELDS = ("msisdn", "first_name", "birth_date", "note_1", "last_import", "updated_at")


def state(account_id: int) -> set[tuple[object, ...]]:
    """Return all that can be told of the contacts of an account."""
    return set(Contact.objects.filter(account=account_id).values_list(*FIELDS))


def undone(spreadsheet: Import) -> Import:
    """Undo an import."""
    undo.request(spreadsheet=spreadsheet, actor=None)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    return spreadsheet


def test_everything_is_as_it_was(slave: Persona) -> None:
    group = Group.objects.create(account=slave.account, name="Customers")
    run(slave, BEFORE, group)
    before, members = state(slave.account.pk), set(group.memberships.values_list("pk", flat=True))
    with clock.travel(hours=1):
        done = undone(run(slave, AFTER, group))
    assert (state(slave.account.pk), set(group.memberships.values_list("pk", flat=True))) == (before, members)
    assert (done.status, done.removed_count, done.restored_count, done.kept_count) == ("UNDONE", 1, 1, 0)
    assert not ImportChange.objects.filter(spreadsheet=done).exists()


def test_a_contact_that_was_edited_since_stays_as_it_is(people: People) -> None:
    slave = people.slave
    done = run(slave, AFTER)
    contact = Contact.objects.get(msisdn="48500100209")
    fields = {
        "msisdn": contact.msisdn,
        "first_name": "Olga",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    with clock.travel(minutes=5):
        assert slave.client.post(f"/contacts/contact/{contact.pk}/change/", fields).status_code == 302
    undone(done)
    assert list(Contact.objects.values_list("first_name", flat=True)) == ["Olga"]
    assert (done.removed_count, done.kept_count) == (1, 1)


def test_what_a_later_import_changed_waits_for_that_one_to_be_undone(slave: Persona) -> None:
    first = run(slave, BEFORE)
    with clock.travel(hours=1):
        second = run(slave, AFTER)
        undone(first)
        assert Contact.objects.filter(msisdn="48500100200", first_name="Hanna").exists()
        assert not Contact.objects.filter(msisdn="48500100201").exists()
        undone(second)
    assert Contact.objects.get().first_name == "Anna"


def test_contacts_in_another_group_or_written_to_stay(slave: Persona) -> None:
    done = run(slave, "Telefon\n500100210\n500100211\n500100212\n")
    group = Group.objects.create(account=slave.account, name="Others")
    groups.add_numbers(group=group, raw_numbers=["500100210"], actor=None)
    written_to = Contact.objects.get(msisdn="48500100211")
    campaign = Campaign.objects.create(account=slave.account, name="One", text="Hello", variant="ECO")
    Message.objects.create(campaign=campaign, msisdn=written_to.msisdn, contact=written_to, parts=1, points=0)
    assert (undone(done).removed_count, done.kept_count) == (1, 2)
    assert not Contact.objects.filter(msisdn="48500100212").exists()


def test_a_stopped_import_can_be_undone_as_far_as_it_came(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)
    write = applying._write_contacts

    def stop_after_first(current: Import, read: applying._Sorted) -> None:
        write(current, read)
        monkeypatch.setattr(applying, "_apply_chunk", lambda *_: imports.stop(spreadsheet=current, actor=None))

    monkeypatch.setattr(applying, "_write_contacts", stop_after_first)
    done = run(slave, "Telefon\n500100210\n500100211\n")
    assert (done.status, done.created_count) == ("CANCELED", 1)
    assert (undone(done).removed_count, Contact.objects.count()) == (1, 0)


def test_an_undoing_that_was_interrupted_goes_on(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "CHUNK", 2)
    monkeypatch.setattr(undo, "SECONDS", -1.0)
    done = run(slave, "Telefon\n" + "".join(f"5001002{index:02d}\n" for index in range(9)))
    assert (undone(done).removed_count, Contact.objects.count()) == (9, 0)


def test_an_import_is_undone_once_and_not_after_its_time(slave: Persona) -> None:
    done, old = run(slave, AFTER), run(slave, BEFORE)
    undone(done)
    with pytest.raises(imports.ImportRefused):
        undo.request(spreadsheet=done, actor=None)
    with clock.travel(days=31), pytest.raises(imports.ImportRefused, match="30 days"):
        undo.request(spreadsheet=old, actor=None)


def test_numbers_leave_the_blacklist_again_but_for_those_that_were_there(slave: Persona) -> None:
    BlacklistEntry.objects.create(account=slave.account, msisdn="48500100200")
    spreadsheet = upload(slave, "500100200\n500100201\n", Import.Target.BLACKLIST)
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=False, group=None, actor=None)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    assert undone(spreadsheet).removed_count == 1
    assert list(BlacklistEntry.objects.values_list("msisdn", flat=True)) == ["48500100200"]


def test_only_the_owner_undoes(people: People) -> None:
    done = run(people.slave, AFTER)
    address = f"/import/{done.pk}/undo/"
    assert people.stranger.client.post(address).status_code == 404
    assert people.master.client.post(address).status_code == 404
    assert people.slave.client.post(address).status_code == 302
    doorbell.run_all_due()
    assert not Contact.objects.filter(account=people.slave.account).exists()


def test_who_asked_to_stop_after_an_import_of_the_blacklist_stays_on_it(slave: Persona) -> None:
    spreadsheet = upload(slave, "500100200\n500100201\n500100202\n", Import.Target.BLACKLIST)
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=False, group=None, actor=None)
    doorbell.run_all_due()
    blacklist.add(
        account=slave.account, raw_numbers=["500100200"], source=BlacklistEntry.Source.REPLY, actor=None, reason="STOP"
    )
    changed = BlacklistEntry.objects.get(msisdn="48500100201")
    slave.client.post(f"/contacts/blacklistentry/{changed.pk}/change/", {"msisdn": changed.msisdn, "reason": "Called"})
    spreadsheet.refresh_from_db()
    done = undone(spreadsheet)
    assert set(BlacklistEntry.objects.values_list("msisdn", flat=True)) == {"48500100200", "48500100201"}
    assert (done.removed_count, done.kept_count) == (1, 2)


def test_a_consent_that_was_withdrawn_since_stays_withdrawn(slave: Persona) -> None:
    spreadsheet = upload(slave, BEFORE)
    agreed = imports.Agreed("Yes.", Consent.Channel.SMS, Consent.Purpose.MARKETING, clock.now())
    columns = spreadsheet.layout["guess"]
    imports.start(
        spreadsheet=spreadsheet, columns=columns, has_header=True, group=None, actor=slave.user, consent=agreed
    )
    doorbell.run_all_due()
    source = Consent.Source.REPLY
    consents.withdraw(account=slave.account, raw_numbers=["500100200"], actor=None, source=source)
    spreadsheet.refresh_from_db()
    undone(spreadsheet)
    assert list(Consent.objects.values_list("msisdn", "withdrawn_source")) == [("48500100200", "REPLY")]


def test_whom_a_later_import_put_into_the_same_group_stays_there(slave: Persona) -> None:
    group = Group.objects.create(account=slave.account, name="Customers")
    first = run(slave, "Telefon\n500100210\n500100211\n", group)
    run(slave, "Telefon\n500100210\n", group)
    assert (undone(first).removed_count, first.kept_count) == (1, 1)
    assert list(group.members.values_list("msisdn", flat=True)) == ["48500100210"]


def test_what_somebody_edits_while_the_import_still_runs_stays(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    slave, write = people.slave, applying._write_contacts
    monkeypatch.setattr(applying, "CHUNK", 1)

    def edit_meanwhile(current: Import, read: applying._Sorted) -> None:
        for contact in Contact.objects.all():
            fields = {"first_name": "Edited", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
            slave.client.post(f"/contacts/contact/{contact.pk}/change/", {"msisdn": contact.msisdn, **fields})
        write(current, read)

    make_group(slave.account, ["48500100200"])
    monkeypatch.setattr(applying, "_write_contacts", edit_meanwhile)
    done = undone(run(slave, "Telefon;Imię\n500100200;Anna\n500100201;Jan\n500100202;Ewa\n"))
    left = dict(Contact.objects.values_list("msisdn", "first_name"))
    assert left == {"48500100200": "Edited", "48500100201": "Edited"}
    assert (done.removed_count, done.restored_count, done.kept_count) == (1, 0, 2)


def test_a_number_that_comes_again_after_another_import_had_it_is_a_repetition(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(slave, "Telefon;Imię\n500100200;Anna\n")
    monkeypatch.setattr(applying, "CHUNK", 1)
    write, other = applying._write_contacts, upload(slave, "Telefon;Imię\n500100200;Other\n")

    def write_and_let_another(current: Import, read: applying._Sorted) -> None:
        write(current, read)
        if current.cursor == 0:
            rows = [("48500100200", "Other")]
            upsert.contacts(account_id=slave.account.pk, fields=("first_name",), rows=rows, import_id=other.pk)

    monkeypatch.setattr(applying, "_write_contacts", write_and_let_another)
    done = run(slave, "Telefon;Imię\n500100200;First\n500100200;Again\n")
    assert (done.status, done.updated_count, done.duplicate_count) == ("DONE", 1, 1)
    assert Contact.objects.get().first_name == "Other"
