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
    bring_in(staff, "variant,kind,account,country,mnc,points\nECO,,,,,3\nFULL,,,,,6\nINTER,,,DE,,20\n")
    bring_in(staff, "variant,kind,account,country,mnc,points\nECO,,,,,4\nINTER,,,DE,,20\n")
    now = Price.objects.filter(valid_until__isnull=True)
    assert dict(now.values_list("variant", "points")) == {"ECO": 4, "FULL": 6, "INTER": 20}
    assert list(Price.objects.filter(valid_until__isnull=False).values_list("variant", "points")) == [("ECO", 3)]


def test_a_price_changed_by_hand_is_a_new_version(staff: Persona) -> None:
    bring_in(staff, "variant,kind,account,country,mnc,points\nECO,,,,,3\n")
    old = Price.objects.get()
    form = {"variant": "ECO", "kind": "", "account": "", "country": "PL", "mnc": "03", "points": "5", "surcharge": "0"}
    staff.client.post(f"/campaigns/price/{old.pk}/change/", form)
    old.refresh_from_db()
    assert (old.points, old.country, old.valid_until is not None) == (3, "", True)
    assert [str(price) for price in Price.objects.filter(valid_until__isnull=True)] == ["ECO PL/03: 5"]
    assert staff.client.post(f"/campaigns/price/{old.pk}/change/", form).status_code == 403


def test_a_price_that_is_deleted_is_only_closed(staff: Persona) -> None:
    bring_in(staff, "variant,kind,account,country,mnc,points\nECO,,,,,3\n")
    staff.client.post(f"/campaigns/price/{Price.objects.get().pk}/delete/", {"post": "yes"})
    assert Price.objects.get().valid_until is not None


def test_a_wrong_row_imports_nothing(staff: Persona) -> None:
    bring_in(staff, "variant,kind,account,country,mnc,points\nECO,,,,,3\nFULL,,,,,many\n")
    assert not Price.objects.exists()


def test_nobody_else_imports_prices(people: People) -> None:
    for persona in (people.master, people.slave):
        assert persona.client.get("/campaigns/price/import/").status_code == 403
    assert people.staff.client.get("/campaigns/price/import/").status_code == 200


def test_clients_see_no_import_button_of_staff_tables(people: People) -> None:
    assert people.slave.client.get("/campaigns/sender/import/").status_code == 403
