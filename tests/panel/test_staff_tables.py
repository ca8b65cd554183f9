"""Staff bring prices and sender names in and out as spreadsheets; nobody else does."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Price
from tests.personas import People, Persona


def bring_in(persona: Persona, text: str) -> None:
    """Import prices: look at the preview, then confirm it."""
    form = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("prices.csv", text.encode())}
    preview = persona.client.post("/campaigns/price/import/", form)
    confirm = preview.context.get("confirm_form") if preview.context else None
    if confirm is not None:
        persona.client.post("/campaigns/price/process_import/", confirm.initial)


def test_staff_import_prices_and_a_second_import_changes_them(staff: Persona) -> None:
    bring_in(staff, "variant,account,points\nECO,,3\nFULL,,6\n")
    bring_in(staff, "variant,account,points\nECO,,4\n")
    assert dict(Price.objects.values_list("variant", "points")) == {"ECO": 4, "FULL": 6}


def test_a_wrong_row_imports_nothing(staff: Persona) -> None:
    bring_in(staff, "variant,account,points\nECO,,3\nFULL,,many\n")
    assert not Price.objects.exists()


def test_nobody_else_imports_prices(people: People) -> None:
    for persona in (people.master, people.slave):
        assert persona.client.get("/campaigns/price/import/").status_code == 403
    assert people.staff.client.get("/campaigns/price/import/").status_code == 200


def test_clients_see_no_import_button_of_staff_tables(people: People) -> None:
    assert people.slave.client.get("/campaigns/sender/import/").status_code == 403
