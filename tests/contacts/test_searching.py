"""Contacts are found by parts of numbers, names and notes, on PostgreSQL by an index of exactly that expression."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from contacts import searching
from contacts.models import Contact
from tests.personas import Persona

PEOPLE = (
    ("48500100200", "Żaneta", "Kowalska", "likes blue"),
    ("48500100201", "Jan", "Nowak-Żak", "knows Kowalska"),
    ("48600100202", "Ewa", "100% Ewa_x", ""),
)


@pytest.fixture(autouse=True)
def _people(slave: Persona) -> None:
    for msisdn, first, last, note in PEOPLE:
        Contact.objects.create(account=slave.account, msisdn=msisdn, first_name=first, last_name=last, note_1=note)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kowal", {"48500100200", "48500100201"}),
        ("kowalska jan", {"48500100201"}),
        ("ŻA", {"48500100200", "48500100201"}),
        ("0%", {"48600100202"}),
        ("a_x", {"48600100202"}),
        ("xyzzy", set()),
        ("485001", {"48500100200", "48500100201"}),
        ("100 202", {"48600100202"}),
        ("+48 600", {"48600100202"}),
    ],
)
def test_a_text_finds_whoever_has_it_anywhere(slave: Persona, text: str, found: set[str]) -> None:
    contacts = searching.find(Contact.objects.filter(account=slave.account), text)
    assert set(contacts.values_list("msisdn", flat=True)) == found


def plan_of(slave: Persona, text: str) -> str:
    """Return how the database looks for the text; PostgreSQL is told that it has too many contacts to read them all."""
    searching.tidy()
    if connection.vendor == "sqlite":
        return searching.find(Contact.objects.filter(account=slave.account).order_by(), text).explain()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        return searching.find(Contact.objects.order_by(), text).explain()


def test_the_database_asks_its_index_of_texts(slave: Persona) -> None:
    index = "contact_trigrams" if connection.vendor == "postgresql" else "INDEX contact_texts (account_id=?)"
    assert index in plan_of(slave, "kowalska")


def test_the_database_asks_an_index_for_a_part_of_a_number(slave: Persona) -> None:
    index = "contact_trigrams" if connection.vendor == "postgresql" else "COVERING INDEX"
    assert index in plan_of(slave, "0100202")


def test_tidying_changes_nothing_that_is_found(slave: Persona) -> None:
    before = list(searching.find(Contact.objects.all(), "kowal").values_list("pk", flat=True))
    searching.tidy()
    assert list(searching.find(Contact.objects.all(), "kowal").values_list("pk", flat=True)) == before
