"""Contacts, groups and blacklists leave as files that any program reads, that run nothing, and that come back alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import download_sheets, downloads
from accounts.models import Download
from contacts import exporting, imports, selecting
from contacts.models import BlacklistEntry, Contact, Import
from contacts.selecting import Selection
from smspanel import doorbell
from smspanel.downloads import harmless
from tests.campaigns.sending import make_group
from tests.panel.sheets import exported, rows_of
from tests.personas import Persona

FORMATS = ("csv", "xlsx", "ods")
EXPORT = "/contacts/contact/export/"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


def bring_in(persona: Persona, content: bytes, form: str) -> Import:
    """Import a file as its columns are guessed."""
    file = SimpleUploadedFile(f"people.{form}", content)
    spreadsheet = imports.upload(account=persona.account, actor=persona.user, file=file, target=Import.Target.CONTACTS)
    guess, has_header = spreadsheet.layout["guess"], bool(spreadsheet.layout["header_row"])
    imports.start(spreadsheet=spreadsheet, columns=guess, has_header=has_header, group=None, actor=persona.user)
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    return spreadsheet


def people_of(persona: Persona) -> list[tuple[Any, ...]]:
    """Return what is known of everybody."""
    known = ("msisdn", "first_name", "middle_name", "last_name", "sex", "birth_date", "note_1", "note_10")
    return list(Contact.objects.filter(account=persona.account).order_by("msisdn").values_list(*known))


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_exported_is_imported_unchanged(slave: Persona, stranger: Persona, form: str) -> None:
    fields = {
        "middle_name": "Żaneta",
        "last_name": "Wzorowy  Dwa",
        "sex": "F",
        "birth_date": date(1996, 2, 29),
        "note_1": 'a;"b"\nc',
        "note_10": "ŻÓŁW",
    }
    Contact.objects.create(account=slave.account, msisdn="48500100200", first_name="Łucja", **fields)
    Contact.objects.create(account=slave.account, msisdn="447400123456", first_name="0048")
    done = bring_in(stranger, exported(slave, EXPORT, form), form)
    assert (done.created_count, done.invalid_count) == (2, 0)
    assert people_of(stranger) == people_of(slave)


@pytest.mark.parametrize("form", FORMATS)
def test_a_number_that_somebody_wrote_with_a_plus_is_read_again(slave: Persona, form: str) -> None:
    done = bring_in(slave, b"Phone;Sex\n+48500100200;x\n48500100201;x\n", "csv")
    kept = exported(slave, f"/import/{done.pk}/rejected.csv", form)
    assert [row[2] for row in rows_of(kept, form)[1:]] == ["'+48500100200", "48500100201"]
    plain = [["Phone"], *([row[2]] for row in rows_of(kept, form)[1:])]
    again = bring_in(slave, "\n".join(row[0] for row in plain).encode(), "csv")
    assert again.created_count == 2
    assert [one[0] for one in people_of(slave)] == ["48500100200", "48500100201"]


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_numbers_are_text_in_every_workbook(slave: Persona, form: str) -> None:
    Contact.objects.create(account=slave.account, msisdn="48500100200", note_1="0012")
    row = rows_of(exported(slave, EXPORT, form), form)[1]
    assert (row[0], row[6]) == ("48500100200", "0012")


BAD = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "  =1", '"=1"', "\u00a0=1", "'=1", "„=1"),
    *("＝1", "＋1", " －1", "＠A1", " \"' @x"),
)


@pytest.mark.parametrize("text", BAD)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["a=1", "48500100200", "", "Anna-Maria", "1-2", "x@example.com", " plain"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("form", FORMATS)
def test_cells_are_harmless_in_every_format(slave: Persona, form: str) -> None:
    reasons = [text.replace("\0", "\1") for text in BAD]
    entries = [
        BlacklistEntry(account=slave.account, msisdn=f"485001002{index:02}", reason=reason)
        for index, reason in enumerate(reasons)
    ]
    BlacklistEntry.objects.bulk_create(entries)
    rows = rows_of(exported(slave, "/contacts/blacklistentry/export/", form), form)[1:]
    assert len(rows) == len(BAD)
    assert [row[2] for row in rows if not str(row[2]).startswith("'")] == []


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_no_workbook_may_hold_is_left_out(slave: Persona, form: str) -> None:
    Contact.objects.create(account=slave.account, msisdn="48500100200", note_1="bell \x07 \ufffe end", first_name="<&>")
    row = rows_of(exported(slave, EXPORT, form), form)[1]
    assert (row[1], row[6]) == ("<&>", "bell   end")


def test_the_file_has_whom_the_list_is_limited_to(slave: Persona) -> None:
    group = make_group(slave.account, ["48500100200", "48500100201"], first_name="Ann")
    make_group(slave.account, ["48500100202"], "Others")
    page = slave.client.get(f"{EXPORT}?groups__id__exact={group.pk}&q=ann").content.decode()
    assert "2 rows" in page
    assert "in the group “Customers”" in page
    rows = rows_of(exported(slave, f"{EXPORT}?groups__id__exact={group.pk}&q=201"), "csv")
    assert [row[0] for row in rows] == ["Number", "48500100201"]


def test_a_group_leads_to_the_file_of_its_members(slave: Persona) -> None:
    group = make_group(slave.account, ["48500100200"])
    address = slave.client.get(f"/contacts/group/{group.pk}/export-members/")["Location"]
    assert b"48500100200" in exported(slave, address)


def test_who_is_added_later_is_not_in_the_file(slave: Persona) -> None:
    make_group(slave.account, ["48500100200"])
    asked = exporting.of_contacts(account=slave.account, selection=Selection(), form="csv", actor=slave.user)
    make_group(slave.account, ["48500100201"])
    doorbell.run_all_due()
    assert b"48500100201" not in downloads.path_of(asked).read_bytes()


def test_more_rows_than_a_format_holds_are_refused_with_a_sentence(
    slave: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(download_sheets.MOST_ROWS, "ods", 1)
    make_group(slave.account, ["48500100200", "48500100201"])
    answer = slave.client.post(EXPORT, {"format": "ods"}, follow=True)
    assert "in the format ODS has at most 1 rows. Ask for the same as CSV." in answer.content.decode()
    assert not Download.objects.exists()


def test_counting_ends_where_it_would_take_long(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MOST_COUNTED", 1)
    make_group(slave.account, ["48500100200", "48500100201"])
    assert "More than 1 rows" in slave.client.get(EXPORT).content.decode()
    assert exported(slave, EXPORT).count(b"485001002") == 2
