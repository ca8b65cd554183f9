"""Finds contacts by a number or a part of it, and by names and notes."""

from __future__ import annotations

import re
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from contacts.models import NOTES, Contact

_NUMBER: Final = re.compile(r"\+?[\d\s()-]+\Z")
_NAMES: Final = ("first_name", "last_name", "middle_name", *NOTES)


def find(contacts: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """Keep the contacts whose number, names or notes have the text in them; of several words, each."""
    if _NUMBER.match(text):
        return contacts.filter(msisdn__contains=re.sub(r"\D", "", text))
    for word in text.split()[:5]:
        either = Q(msisdn__startswith=word)
        for spelling in _spellings(word):
            for name in _NAMES:
                either |= Q(**{f"{name}__icontains": spelling})
        contacts = contacts.filter(either)
    return contacts


def _spellings(word: str) -> set[str]:
    """Return the ways in which a word is looked for: SQLite takes ż and Ż for different letters."""
    if connection.vendor == "postgresql" or word.isascii():
        return {word}
    return {word, word.lower(), word.upper(), word.capitalize()}
