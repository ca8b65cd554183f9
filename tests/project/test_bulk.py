"""Many changed rows are saved at once, and only in the fields that are named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Account
from contacts.models import Contact
from smspanel import bulk
from tests.personas import People


@pytest.fixture
def account(people: People) -> Account:
    """Somebody with three contacts."""
    account = people.slave.account
    rows = [Contact(account=account, msisdn=f"4850010020{index}", first_name="Ala") for index in range(3)]
    Contact.objects.bulk_create(rows)
    return account


def test_every_kind_of_value_arrives_as_it_is_read_back(account: Account) -> None:
    contacts = list(Contact.objects.filter(account=account))
    moment = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    for contact in contacts:
        contact.note_1, contact.birth_date, contact.updated_at = f"100 % „{contact.msisdn}”", moment.date(), moment
    bulk.save(contacts, "note_1", "birth_date", "updated_at")
    saved = Contact.objects.filter(account=account).values_list("note_1", "birth_date", "updated_at")
    assert list(saved) == [(f"100 % „{contact.msisdn}”", moment.date(), moment) for contact in contacts]


def test_other_fields_and_other_rows_are_left_alone(account: Account) -> None:
    first = Contact.objects.filter(account=account).first()
    assert first is not None
    first.first_name, first.last_name = "Ola", "Kot"
    bulk.save([first], "last_name")
    names = Contact.objects.filter(account=account).order_by("pk").values_list("first_name", "last_name")
    assert list(names) == [("Ala", "Kot"), ("Ala", ""), ("Ala", "")]


def test_nothing_to_save_is_nothing_done(account: Account) -> None:
    bulk.save([], "last_name")
    assert Contact.objects.filter(account=account, last_name="").count() == 3
