"""A spreadsheet becomes contacts: looked at first, then written in chunks, once, with every row accounted for."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks

from contacts import applying, imports, spreadsheets
from contacts.models import BlacklistEntry, Contact, Group, Import
from smspanel import doorbell
from tests.personas import Persona

SHEET = """Telefon;Imię;Data urodzenia
500 100 200;Anna;31.12.1990
+48 500 100 201;Jan;
500100200;Anna again;
12345;Nobody;
500100203;Ewa;tomorrow
"""


def upload(persona: Persona, text: str = SHEET, target: Import.Target = Import.Target.CONTACTS) -> Import:
    """Upload a text file for the persona's account."""
    file = SimpleUploadedFile("people.csv", text.encode())
    return imports.upload(account=persona.account, actor=persona.user, file=file, target=target)


def run(persona: Persona, text: str = SHEET, group: Group | None = None) -> Import:
    """Upload and import."""
    spreadsheet = upload(persona, text)
    imports.start(
        spreadsheet=spreadsheet,
        columns=spreadsheet.layout["guess"],
        has_header=bool(spreadsheet.layout["header_row"]),
        group=group,
        actor=persona.user,
    )
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    return spreadsheet


def test_looking_at_a_file_writes_no_contact(slave: Persona) -> None:
    spreadsheet = upload(slave)
    assert spreadsheet.layout["guess"] == {"msisdn": 0, "first_name": 1, "birth_date": 2}
    assert not Contact.objects.exists()


def test_every_row_is_accounted_for(slave: Persona) -> None:
    done = run(slave)
    assert done.status == Import.Status.DONE
    assert (done.created_count, done.duplicate_count, done.invalid_count) == (2, 1, 2)
    assert set(Contact.objects.values_list("msisdn", "first_name")) == {("48500100200", "Anna"), ("48500100201", "Jan")}


def test_a_rejected_row_says_where_and_why(slave: Persona) -> None:
    rows = {row.row: row.reason for row in run(slave).rejected_rows.all()}
    assert set(rows) == {5, 6}
    assert "tomorrow" in rows[6]


def test_the_people_are_put_into_the_group(slave: Persona) -> None:
    group = Group.objects.create(account=slave.account, name="Customers")
    run(slave, group=group)
    assert group.members.count() == 2


def test_a_second_import_updates_and_leaves_what_is_blank(slave: Persona) -> None:
    run(slave)
    done = run(slave, "Telefon;Imię;Nazwisko\n500100200;;Nowak\n500100209;Ola;Lis\n")
    assert (done.created_count, done.updated_count) == (1, 1)
    anna = Contact.objects.get(msisdn="48500100200")
    assert (anna.first_name, anna.last_name, str(anna.birth_date)) == ("Anna", "Nowak", "1990-12-31")


def test_contacts_of_another_account_are_not_touched(slave: Persona, stranger: Persona) -> None:
    run(stranger)
    run(slave, "Telefon;Imię\n500100200;Zofia\n")
    assert Contact.objects.get(account=stranger.account, msisdn="48500100200").first_name == "Anna"


def test_numbers_on_the_blacklist_are_counted(slave: Persona) -> None:
    BlacklistEntry.objects.create(account=slave.account, msisdn="48500100200")
    assert run(slave).blacklisted_count == 1


def test_numbers_can_be_imported_onto_the_blacklist(slave: Persona) -> None:
    spreadsheet = upload(slave, "500100200\n500100201\n500100200\n12\n", Import.Target.BLACKLIST)
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=False, group=None, actor=None)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    assert BlacklistEntry.objects.filter(account=slave.account).count() == 2
    assert (spreadsheet.created_count, spreadsheet.duplicate_count, spreadsheet.invalid_count) == (2, 1, 1)


def test_an_import_that_was_interrupted_goes_on_at_its_cursor(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 10)
    monkeypatch.setattr(applying, "SECONDS", -1.0)
    lines = "".join(f"5001{index:05d}\n" for index in range(35))
    done = run(slave, lines)
    assert (done.status, done.created_count, done.cursor) == (Import.Status.DONE, 35, 35)


def test_a_number_repeated_in_a_later_chunk_is_a_repetition(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 2)
    done = run(slave, "500100200\n500100201\n500100202\n500100200\n")
    assert (done.created_count, done.updated_count, done.duplicate_count) == (3, 0, 1)


def test_a_stopped_import_writes_nothing_more(
    slave: Persona, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    spreadsheet = upload(slave)
    with django_capture_on_commit_callbacks(execute=True):
        imports.stop(spreadsheet=spreadsheet, actor=None)
    with pytest.raises(imports.ImportRefused):
        imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=True, group=None, actor=None)
    assert not imports.file_of(spreadsheet).exists()


def test_a_file_that_cannot_be_read_leaves_nothing_behind(slave: Persona) -> None:
    with pytest.raises(spreadsheets.UnreadableFile):
        upload(slave, "")
    assert not Import.objects.exists()


def test_an_import_without_a_phone_column_is_refused(slave: Persona) -> None:
    with pytest.raises(imports.ImportRefused, match="phone"):
        imports.start(spreadsheet=upload(slave), columns={"first_name": 1}, has_header=True, group=None, actor=None)


def test_a_file_that_is_gone_is_said_to_be_gone(slave: Persona) -> None:
    spreadsheet = upload(slave)
    imports.start(spreadsheet=spreadsheet, columns={"msisdn": 0}, has_header=True, group=None, actor=None)
    imports.file_of(spreadsheet).unlink()
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    assert (spreadsheet.status, spreadsheet.problem) == (Import.Status.FAILED, "The uploaded file is gone.")


def test_a_cell_may_hold_a_line_break_of_any_kind(slave: Persona) -> None:
    done = run(slave, 'Telefon;Imię\n500100200;"An\rna"\n500100201;"Ja\nn"\n')
    assert (done.status, done.problem, done.created_count) == ("DONE", "", 2)
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"An\rna", "Ja\nn"}
