"""Before anything is written, the file is told what it is: what will be repaired, what will be refused, and where."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts import findings, imports
from contacts.models import Contact, Import
from contacts.spreadsheets import Wanted
from smspanel import doorbell
from tests.personas import Persona


def upload(persona: Persona, content: str | bytes, name: str = "people.csv") -> Import:
    """Upload a file for the persona's account."""
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(name, data)
    return imports.upload(account=persona.account, actor=persona.user, file=file, target=Import.Target.CONTACTS)


def found(spreadsheet: Import, kind: str) -> dict[str, int]:
    """Return what was found of a kind, and how often."""
    return {code: one["count"] for code, one in spreadsheet.diagnosis[kind].items()}


def run(spreadsheet: Import, **options: Any) -> Import:
    """Import a file as it was guessed."""
    imports.start(
        spreadsheet=spreadsheet, columns=spreadsheet.layout["guess"], has_header=True, group=None, actor=None, **options
    )
    doorbell.run_all_due()
    spreadsheet.refresh_from_db()
    return spreadsheet


@pytest.mark.parametrize(
    "cell, repair",
    [
        ("500 600 700", "SEPARATORS"),
        ("+48-500-600-700", "SEPARATORS"),
        ("(500) 600700", "SEPARATORS"),
        ("0048500600700", "ZEROS"),
        ("0500600700", "LEADING_ZERO"),
        ("48500600700.0", "DECIMALS"),
        ("'500600700", "APOSTROPHE"),
        ("500\u00a0600\u00a0700", "INVISIBLE"),
        ("tel. 500600700", "LABEL"),
    ],
)
def test_a_repair_is_announced_with_the_cell_and_what_becomes_of_it(slave: Persona, cell: str, repair: str) -> None:
    spreadsheet = upload(slave, f"Telefon\n500600701\n{cell}\n")
    assert found(spreadsheet, "repaired") == {repair: 1}
    assert spreadsheet.diagnosis["repaired"][repair]["examples"] == [(3, cell, "48500600700")]
    assert found(spreadsheet, "refused") == {}


@pytest.mark.parametrize(
    "cell, reason",
    [
        ("4,85E+10", "SCIENTIFIC"),
        ("45616", "SHORT_CODE"),
        ("221234567", "LANDLINE"),
        ("500600700 / 500600701", "TWO_NUMBERS"),
        ("5006007", "TOO_SHORT"),
        ("Telefon", "TITLES_AGAIN"),
    ],
)
def test_a_refusal_is_announced_with_its_row(slave: Persona, cell: str, reason: str) -> None:
    spreadsheet = upload(slave, f'Telefon\n500600701\n"{cell}"\n')
    assert found(spreadsheet, "refused") == {reason: 1}
    assert spreadsheet.diagnosis["refused"][reason]["examples"] == [(3, cell, "")]
    line = findings.of(spreadsheet).refused[0]
    assert (line.count, bool(line.sentence)) == (1, True)


def test_cells_of_other_columns_are_looked_at_too(slave: Persona) -> None:
    rows = ["500600700;?;1990-12-31;", "500600701;K;1990-31-12;", f"500600702;;;{'a' * 201}"]
    spreadsheet = upload(slave, "\n".join(["Telefon;Płeć;Data urodzenia;Uwagi", *rows]))
    assert found(spreadsheet, "refused") == {"sex": 1, "birth_date": 1, "note_1": 1}


def test_what_is_announced_is_what_happens(slave: Persona) -> None:
    spreadsheet = upload(slave, "Telefon\n500 600 700\n0048500600701\n4,85E+10\n5006007\n500600702\n")
    good, refused = spreadsheet.diagnosis["good"], found(spreadsheet, "refused")
    done = run(spreadsheet)
    assert good == done.created_count == 3
    assert sum(refused.values()) == done.invalid_count == 2


@pytest.mark.parametrize(
    "encoding, name",
    [("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("cp1250", "Windows-1250"), ("iso8859_2", "ISO-8859-2")],
)
def test_the_encoding_and_the_separator_are_told(slave: Persona, encoding: str, name: str) -> None:
    spreadsheet = upload(slave, "Telefon;Imię\n500600700;Świętosława\n500600701;Łucja\n".encode(encoding))
    assert findings.of(spreadsheet).facts[0] == f"Text in {name}; separator: semicolon ;."


def test_titles_below_the_first_row_are_found_and_told(slave: Persona) -> None:
    spreadsheet = upload(slave, "Klienci sklepu;\nTelefon;Imię\n500600700;Anna\n")
    assert spreadsheet.layout["header_row"] == 2
    assert any("row 2" in fact for fact in findings.of(spreadsheet).facts)


def test_two_numbers_in_a_cell_become_two_contacts_on_request(slave: Persona) -> None:
    spreadsheet = upload(slave, "Telefon;Imię\n500600700 / 500600701;Anna\n500600702;Jan\n")
    assert findings.of(spreadsheet).can_split
    imports.look_again(
        spreadsheet=spreadsheet, wanted=Wanted(columns={"msisdn": 0, "first_name": 1}, header_row=1, split=True)
    )
    spreadsheet.refresh_from_db()
    assert (found(spreadsheet, "repaired"), found(spreadsheet, "refused")) == ({"SPLIT": 1}, {})
    assert run(spreadsheet, split=True).created_count == 3
    assert Contact.objects.filter(first_name="Anna").count() == 2


def test_fixed_lines_are_taken_on_request(slave: Persona) -> None:
    spreadsheet = upload(slave, "Telefon\n221234567\n500600700\n")
    assert findings.of(spreadsheet).has_fixed_lines
    assert run(spreadsheet, fixed_lines=True).created_count == 2


def test_a_wrong_guess_is_corrected_by_a_second_look(slave: Persona) -> None:
    spreadsheet = upload(slave, "a,b;c,d\n500600700,x;y,z\n500600701,x;y,z\n")
    imports.look_again(spreadsheet=spreadsheet, wanted=Wanted(delimiter=";", encoding="utf-8"))
    spreadsheet.refresh_from_db()
    assert (spreadsheet.layout["delimiter"], spreadsheet.layout["width"]) == (";", 2)


def test_the_columns_of_a_file_with_the_same_titles_are_remembered(slave: Persona, stranger: Persona) -> None:
    text = "Kontakt;A;B\n500600700;500600800;x\n"
    first = upload(slave, text)
    imports.start(spreadsheet=first, columns={"msisdn": 1, "note_3": 2}, has_header=True, group=None, actor=None)
    again, foreign = upload(slave, text.replace("Kontakt", "KONTAKT")), upload(stranger, text)
    assert (again.layout["guess"], again.layout["remembered"]) == ({"msisdn": 1, "note_3": 2}, True)
    assert again.diagnosis["good"] == 1
    assert (foreign.layout["guess"]["msisdn"], foreign.layout["remembered"]) == (0, False)


def test_a_blank_cell_leaves_a_value_and_two_dashes_empty_it(slave: Persona) -> None:
    titles = "Telefon;Imię;Nazwisko;Data urodzenia;Płeć"
    run(upload(slave, f"{titles}\n500600700;Anna;Nowak;1990-12-31;K\n"))
    run(upload(slave, f"{titles}\n500600700;;--;--;--\n"))
    anna = Contact.objects.get()
    assert (anna.first_name, anna.last_name, anna.birth_date, anna.sex) == ("Anna", "", None, "")


def test_what_was_found_goes_when_the_import_is_stopped(slave: Persona) -> None:
    spreadsheet = upload(slave, "Telefon;Imię\n500 600 700;Anna\n")
    assert spreadsheet.diagnosis["repaired"]
    imports.stop(spreadsheet=spreadsheet, actor=slave.user)
    spreadsheet.refresh_from_db()
    assert (spreadsheet.layout["preview"], spreadsheet.diagnosis) == ([], {})
