"""From the upload to the result, as an owner clicks through it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import Contact, Import
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
