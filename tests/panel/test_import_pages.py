"""From the upload to the result, as an owner clicks through it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry
from contacts import erasure
from contacts.models import Consent, Contact, Import
from smspanel import doorbell
from tests.panel.sheets import exported, rows_of
from tests.personas import Persona

SHEET = b"Phone;First name\n500100200;Anna\n12;Nobody\n"


def upload(persona: Persona, content: bytes = SHEET, name: str = "people.csv", address: str = "/import/") -> Any:
    """Send a file."""
    file = SimpleUploadedFile(name, content)
    return persona.client.post(address, {"file": file, "target": "CONTACTS"})


def columns(**fields: Any) -> dict[str, Any]:
    """Return what the columns' page would send."""
    return {"has_header": "on", "column_0": "msisdn", "column_1": "first_name", "new_group": "Customers"} | fields


def test_a_file_is_looked_at_then_imported(slave: Persona) -> None:
    page = upload(slave)["Location"]
    shown = slave.client.get(page).content.decode()
    assert "Anna" in shown
    assert not Contact.objects.exists()
    slave.client.post(page, columns())
    doorbell.run_all_due()
    assert '<strong id="created">1</strong>' in slave.client.get(page).content.decode()
    assert Contact.objects.get().groups.get().name == "Customers"


def test_a_group_that_is_made_on_the_way_is_in_the_audit_trail(slave: Persona) -> None:
    slave.client.post(upload(slave)["Location"], columns())
    assert AuditEntry.objects.filter(action="group.create", actor=slave.user).exists()


def test_rejected_rows_come_back_with_their_number_and_the_reason(slave: Persona) -> None:
    page = upload(slave)["Location"]
    slave.client.post(page, columns())
    doorbell.run_all_due()
    assert "rejected.xlsx" in slave.client.get(page).content.decode()
    rows = rows_of(exported(slave, f"{page}rejected.xlsx", "xlsx"), "xlsx")
    assert rows[0] == ["Row", "Reason", "Column 1", "Column 2"]
    assert (rows[1][0], rows[1][2:]) == (3, ["12", "Nobody"])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"column_0": ""}, "which column holds the phone numbers"),
        ({"column_1": "msisdn"}, "Two columns have the same meaning"),
        ({"group": "987654321"}, "Select a valid choice"),
    ],
)
def test_wrong_columns_are_explained_and_nothing_is_started(
    slave: Persona, changed: dict[str, str], sentence: str
) -> None:
    page = upload(slave)["Location"]
    assert sentence in slave.client.post(page, columns(**changed)).content.decode()
    assert Import.objects.get().status == Import.Status.UPLOADED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("broken.xlsx", b"PK\x03\x04 not a workbook"),
        ("photo.jpg", b"\xff\xd8\xff" + bytes(range(256))),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(slave: Persona, name: str, content: bytes) -> None:
    answer = upload(slave, content, name)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not Import.objects.exists()


def test_the_name_of_a_file_is_never_a_path(slave: Persona) -> None:
    upload(slave, name="../../../../tmp/evil.csv")
    assert Import.objects.get().file_name == "evil.csv"


def test_an_import_is_thrown_away_before_it_begins(slave: Persona) -> None:
    page = upload(slave)["Location"]
    slave.client.post(f"{page}stop/")
    assert Import.objects.get().status == Import.Status.CANCELED


def test_the_page_tells_what_will_be_repaired_and_what_left_out(slave: Persona) -> None:
    page = upload(slave, b"Phone\n500 100 200\n500100201\n12\n")["Location"]
    shown = slave.client.get(page).content.decode()
    assert "2 of the first 3 rows can be imported." in shown
    assert "<code>500 100 200</code> → 48500100200" in shown
    assert "row 4: <code>12</code>" in shown


def test_a_second_look_changes_how_the_file_is_read_and_writes_nothing(slave: Persona) -> None:
    page = upload(slave, b"Phone;Name\n500100200 / 500100201;Anna\n")["Location"]
    assert "0 of the first 1 row" in slave.client.get(page).content.decode()
    answer = slave.client.post(page, columns(look="1", split="on", encoding="utf-8", delimiter=";"), follow=True)
    assert "1 of the first 1 row" in answer.content.decode()
    assert answer.context["form"].initial["split"]
    assert not Contact.objects.exists()


def test_another_separator_finds_other_columns(slave: Persona) -> None:
    page = upload(slave, b"a,b;c\n500100200,x;y\n500100201,x;y\n")["Location"]
    answer = slave.client.post(page, {"look": "1", "encoding": "utf-8", "delimiter": ";", "column_0": ""}, follow=True)
    assert len(answer.context["form"].column_fields) == 2
    assert Import.objects.get().status == Import.Status.UPLOADED


CONSENT = {"consent_text": "I want texts.", "consent_channel": "SMS", "consent_purpose": "MARKETING"}


def test_a_consent_is_recorded_for_each_number_with_the_file_and_the_row(slave: Persona) -> None:
    page = upload(slave)["Location"]
    slave.client.post(page, columns(**CONSENT, consent_day="2026-01-31"))
    doorbell.run_all_due()
    consent = Consent.objects.get()
    assert (consent.msisdn, consent.row, consent.spreadsheet) == ("48500100200", 2, Import.objects.get())
    assert (consent.clause.text, consent.given_at.isoformat()) == ("I want texts.", "2026-01-30T23:00:00+00:00")


@pytest.mark.parametrize("day", ["", "2999-01-01"])
def test_a_consent_needs_a_day_that_has_been(slave: Persona, day: str) -> None:
    page = upload(slave)["Location"]
    answer = slave.client.post(page, columns(**CONSENT, consent_day=day))
    assert answer.context["form"].errors["consent_day"]
    assert Import.objects.get().status == Import.Status.UPLOADED


def test_who_was_erased_is_rejected_without_a_trace_of_the_row(slave: Persona) -> None:
    erasure.remember(account=slave.account, msisdn="48500100200", for_tree=False, actor=None)
    page = upload(slave)["Location"]
    slave.client.post(page, columns())
    doorbell.run_all_due()
    refused = Import.objects.get().rejected_rows.get(row=2)
    assert (refused.cells, refused.reason) == ([], "This person asked to be erased.")
    assert not Contact.objects.exists()


def test_nobody_agreed_before_there_were_telephones(slave: Persona) -> None:
    upload(slave)
    spreadsheet = Import.objects.get()
    asked = {"column_0": "msisdn", "consent_text": "Yes.", "consent_channel": "SMS", "consent_purpose": "MARKETING"}
    answer = slave.client.post(f"/import/{spreadsheet.pk}/", {**asked, "consent_day": "0001-01-01"})
    spreadsheet.refresh_from_db()
    assert (answer.status_code, spreadsheet.status) == (200, "UPLOADED")
