"""Guesses which row holds the titles and which column is which, from Polish and English titles and from numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from contacts.fields import NOTES
from contacts.numbers import VOICE, InvalidNumber, Kind, normalise
from contacts.spreadsheets.layout import Row

_TITLES = {
    "msisdn": """telefon tel nrtel nrtelefonu numertelefonu numertel telefonkomorkowy telkom telefonkom komorka
        komorkowy nrkomorki numerkomorki nrkom kom gsm msisdn numer nr numersms phone phonenumber phoneno mobile
        mobilephone mobilenumber mobileno cell cellphone cellnumber number telephone telephonenumber sms
        odbiorca recipient""",
    "first_name": "imie imiona pierwszeimie firstname givenname forename name",
    "last_name": "nazwisko lastname surname familyname",
    "middle_name": "drugieimie imie2 middlename secondname",
    "sex": "plec sex gender",
    "birth_date": """dataurodzenia dataur dataurodz urodziny urodzony urodzona birthdate dateofbirth birthday
        dob born""",
}
_FIELD_BY_TITLE = {title: field for field, titles in _TITLES.items() for title in titles.split()}
_NOTE = re.compile(
    r"(?:uwagi?|notatk[ai]|opis|komentarz|pole|poledodatkowe|notes?|comments?|remarks?|field|info)(\d{0,2})"
)
_HEADER_WITHIN = 10


def find_header(rows: Sequence[Row]) -> int:
    """Return the number of the row with the titles, 0 if the file begins with data."""
    filled = [(number, cells) for number, cells in rows if any(cells)][:_HEADER_WITHIN]
    for number, cells in filled:
        fields = {field for cell in cells if (field := _field_of(cell))}
        if "msisdn" in fields or len(fields) > 1:
            return number
    if len(filled) > 1 and not any(map(_has_digits, filled[0][1])):
        return filled[0][0] if any(any(map(_has_digits, cells)) for _, cells in filled[1:]) else 0
    return 0


def guess_mapping(titles: Sequence[str], rows: Sequence[Row], width: int) -> dict[int, str]:
    """Return the field of each column that can be told; a field is given to one column only."""
    mapping: dict[int, str] = {}
    titled = []
    for index, title in enumerate(titles):
        field = _field_of(title)
        if field == "msisdn":
            titled.append(index)
        elif field == "note":
            field = next((note for note in NOTES if note not in mapping.values()), "")
        if field and field != "msisdn" and field not in mapping.values():
            mapping[index] = field
    candidates = titled or [index for index in range(width) if index not in mapping]
    scores = {index: sum(_worth(cells[index]) for _, cells in rows) for index in candidates}
    best = max(candidates, key=lambda index: scores[index], default=-1)
    if titled or scores.get(best):
        mapping[best] = "msisdn"
    return dict(sorted(mapping.items()))


def _field_of(title: str) -> str:
    """Return the field that a title names, "note" for a note without a number, or nothing."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ł", "l"))
    plain = re.sub(r"[^a-z0-9]", "", plain)
    if (field := _FIELD_BY_TITLE.get(plain)) is not None:
        return field
    if (match := _NOTE.fullmatch(plain)) is not None:
        note = f"note_{match[1]}" if match[1] else "note"
        return note if note in {"note", *NOTES} else ""
    return _FIELD_BY_TITLE.get(plain.rstrip("0123456789"), "")


def _has_digits(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= 7


def _worth(cell: str) -> int:
    """Prefer mobile numbers to fixed lines, and those to anything else."""
    try:
        return 2 if normalise(cell, kinds=VOICE).kind is Kind.MOBILE else 1
    except InvalidNumber:
        return 0
