"""Finds contacts by a number or a part of it, and by names and notes.

PostgreSQL has an index of trigrams for it, of exactly the expression that is asked for here (contacts/migrations/0002),
and searches a million contacts in milliseconds. What is new waits in a list until it is sorted in: at once would take
an import twice as long. SQLite has an index of the same expression, in the order of the list; it reads all that
the account has in it, in a tenth of the time that the contacts themselves would take.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Final

from django.db import connection
from django.db.models import CharField, Func, Q, QuerySet

from contacts.fields import NOTES
from contacts.models import Contact

_NUMBER: Final = re.compile(r"\+?[\d\s()-]+\Z")
_TEXTS: Final = ("msisdn", "first_name", "last_name", "middle_name", *NOTES)
MOST_WORDS: Final = 5
LONG_ENOUGH: Final = 4
"""Fewer digits begin so many numbers that they may as well be looked for anywhere."""


class _Together(Func):
    """Columns one after the other. Django's Concat nests one call in another, too deeply for SQLite."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "


def tidy() -> None:
    """Sort into the index what an import brought; without it the database does so itself, some minutes later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(oid) FROM pg_class WHERE relname = 'contact_trigrams'")


def find(contacts: QuerySet[Contact], text: str) -> QuerySet[Contact]:
    """Keep the contacts whose number, names or notes have the text in them; of several words, each."""
    if _NUMBER.match(text) and (digits := re.sub(r"\D", "", text)):
        return _by_number(contacts, digits)
    for word in text.split()[:MOST_WORDS]:
        contacts = _by_word(contacts, word)
    return contacts


def _by_number(contacts: QuerySet[Contact], digits: str) -> QuerySet[Contact]:
    """Keep the numbers that begin with the digits, which their index finds at once; else those with them inside.

    A range means the same as LIKE and needs no index of its own: digits are sorted alike by every collation.
    """
    if len(digits) >= LONG_ENOUGH:
        beginning = contacts.filter(msisdn__gte=digits, msisdn__lt=digits[:-1] + chr(ord(digits[-1]) + 1))
        if beginning.order_by().exists():
            return beginning
    inside = contacts.filter(msisdn__contains=digits)
    if connection.vendor == "postgresql":
        return _by_word(inside, digits)
    # Without an order SQLite reads the index of the numbers alone, in a third of the time.
    return contacts.filter(pk__in=inside.order_by().values("pk"))


def _by_word(contacts: QuerySet[Contact], word: str) -> QuerySet[Contact]:
    """Keep those with the word in any text, put together as in the index of either database."""
    contacts = contacts.alias(readable=_Together(*_TEXTS, output_field=CharField()))
    if connection.vendor == "postgresql":
        return contacts.filter(readable__icontains=word)
    return contacts.filter(reduce(or_, (Q(readable__icontains=spelling) for spelling in _spellings(word))))


def _spellings(word: str) -> set[str]:
    """Return the ways in which SQLite looks for a word: it takes ż and Ż for different letters."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
