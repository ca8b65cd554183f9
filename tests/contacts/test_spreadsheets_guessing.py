"""Which row holds the titles and which column is which is guessed from Polish and English titles."""

from __future__ import annotations

import pytest

from contacts.fields import FIELDS
from contacts.spreadsheets.guessing import find_header, guess_mapping


@pytest.mark.parametrize(
    "title, field",
    [
        ("Telefon", "msisdn"),
        ("TELEFON KOMÓRKOWY", "msisdn"),
        ("nr tel.", "msisdn"),
        ("Numer", "msisdn"),
        ("Komórka", "msisdn"),
        ("Phone number", "msisdn"),
        ("mobile_phone", "msisdn"),
        ("MSISDN", "msisdn"),
        ("Telefon 1", "msisdn"),
        ("Imię", "first_name"),
        ("imie", "first_name"),
        ("First Name", "first_name"),
        ("Nazwisko", "last_name"),
        ("surname", "last_name"),
        ("Drugie imię", "middle_name"),
        ("Płeć", "sex"),
        ("gender", "sex"),
        ("Data urodzenia", "birth_date"),
        ("Date of birth", "birth_date"),
        ("Uwagi", "note_1"),
        ("notatka 7", "note_7"),
        ("Note 10", "note_10"),
        ("note_11", None),
        ("NIP", None),
        ("", None),
    ],
)
def test_a_title_names_its_field(title: str, field: str | None) -> None:
    assert guess_mapping([title], [], 1) == ({0: field} if field else {})


def test_no_field_is_given_to_two_columns() -> None:
    titles = ["Telefon", "Telefon 2", "Imię", "imię", "Uwagi", "Opis", "Note 3"]
    rows = [(2, ["221234567", "500100200", "", "", "", "", ""])]
    assert guess_mapping(titles, rows, 7) == {
        1: "msisdn",
        2: "first_name",
        4: "note_1",
        5: "note_2",
        6: "note_3",
    }
    assert set(guess_mapping(titles, rows, 7).values()) <= {"msisdn", *FIELDS}


def test_without_titles_the_column_of_numbers_is_found() -> None:
    rows = [(1, ["Jan", "221234567", "500 100 200"]), (2, ["Anna", "", "500 100 201"])]
    assert guess_mapping([], rows, 3) == {2: "msisdn"}
    assert guess_mapping([], [(1, ["Jan", "Anna"])], 2) == {}


@pytest.mark.parametrize(
    "cells, header_row",
    [
        ([["Telefon"], ["500100200"]], 1),
        ([["500100200"], ["500100201"]], 0),
        ([["Klienci"], [""], ["imię", "nazwisko"], ["Jan", "Próbny"]], 3),
        ([["Kontakt"], ["500100200"]], 1),
        ([["Jan", "500100200"], ["Anna", "500100201"]], 0),
        ([["Jan"], ["Anna"]], 0),
        ([], 0),
    ],
)
def test_the_row_of_titles_is_found(cells: list[list[str]], header_row: int) -> None:
    assert find_header(list(enumerate(cells, 1))) == header_row
