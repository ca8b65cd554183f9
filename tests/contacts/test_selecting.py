"""Whom the filters and the search of the list mean, for the list, the exports and the bulk actions alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import Connection
from campaigns.models import Batch, Campaign, Message
from contacts import bulk
from contacts.models import BulkJob, Contact, Import
from contacts.selecting import Selection, of_account
from smspanel import clock
from tests.campaigns.sending import make_group
from tests.personas import People, Persona


def contact(persona: Persona, msisdn: str, **fields: Any) -> Contact:
    """Make a contact."""
    return Contact.objects.create(account=persona.account, msisdn=msisdn, **fields)


def found(persona: Persona, **asked: Any) -> list[str]:
    """Return the numbers of whom an address means, by way of what a job would keep."""
    selection = Selection.read(asked)
    assert Selection.from_json(selection.to_json()) == selection
    rows = of_account(persona.account.pk, selection.to_json())
    return sorted(rows.values_list("msisdn", flat=True))


@pytest.fixture
def ann(slave: Persona) -> Contact:
    """Ann, beside Jan."""
    spreadsheet = Import.objects.create(account=slave.account, file_name="people.csv")
    contact(slave, "48600200300", first_name="Jan", sex="M", birth_date=date(1990, 5, 1), note_10="VIP 100%")
    fields = {"first_name": "Ann", "last_name": "Żółć", "sex": "F", "birth_date": date(1980, 11, 3)}
    return contact(slave, "48500100200", note_3="from Łódź", last_import=spreadsheet, **fields)


@pytest.mark.parametrize(
    "text",
    [
        *("485001", "500100", "500 100 200", "+48 500-100-200", "100200", "Ann", "ann", "żół", "ŻÓŁ", "łódź"),
        *("ann żółć", "Żółć 48500", "nn"),
    ],
)
def test_a_search_finds_numbers_by_any_part_and_names_and_notes(slave: Persona, ann: Contact, text: str) -> None:
    assert found(slave, q=text) == [ann.msisdn]


@pytest.mark.parametrize("text", ["ann jan", "999", "%", "_", "ann 600", "' OR 1=1 --"])
def test_a_search_finds_nobody_by_what_they_have_not(slave: Persona, ann: Contact, text: str) -> None:
    assert found(slave, q=text) == (["48600200300"] if text == "%" else [])


def test_a_number_is_looked_for_from_its_beginning_first(slave: Persona, ann: Contact) -> None:
    contact(slave, "48700485001")
    for begun in ("4850", "485001", "+48 500 100"):
        assert found(slave, q=begun) == [ann.msisdn]
    for inside in ("485", "85001", "001"):
        assert found(slave, q=inside) == [ann.msisdn, "48700485001"]
    assert found(slave, q="4870") == found(slave, q="00485001") == ["48700485001"]


def test_filters_mean_what_they_say(slave: Persona, ann: Contact) -> None:
    group = make_group(slave.account, [ann.msisdn])
    assert found(slave, groups__id__exact=str(group.pk)) == [ann.msisdn]
    assert found(slave, sex__exact="F") == [ann.msisdn]
    assert found(slave, birthday="11") == [ann.msisdn]
    assert found(slave, birthday="5", sex__exact="F") == []
    assert found(slave, ids=str(ann.pk)) == [ann.msisdn]


def test_imported_from_means_the_last_import(slave: Persona, ann: Contact) -> None:
    assert found(slave, **{"import": str(ann.last_import_id)}) == [ann.msisdn]


@pytest.mark.parametrize("value", ["x", "-1", "13", "9" * 30, "1 OR 1"])
def test_values_that_make_no_sense_find_nobody(slave: Persona, ann: Contact, value: str) -> None:
    for name in ("groups__id__exact", "import", "birthday", "sex__exact", "texted", "ids"):
        assert found(slave, **{name: value}) == [], name


def texted(person: Contact, days: int) -> None:
    """Have a message sent to the contact that long ago."""
    campaign = Campaign.objects.create(account=person.account, name="Test", text="Hello")
    connection, _created = Connection.objects.get_or_create(name="Nowhere", kind="serwersms")
    with clock.travel(days=-days):
        batch = Batch.objects.create(campaign=campaign, connection=connection, state="ACCEPTED", size=1)
    fields = {"campaign": campaign, "batch": batch, "contact": person, "msisdn": person.msisdn}
    Message.objects.create(parts=1, points=1, state="SENT", **fields)


def test_who_was_texted_lately_or_never(slave: Persona, ann: Contact) -> None:
    everybody = ["48500100200", "48600200300"]
    assert (found(slave, texted="7"), found(slave, texted="never")) == ([], everybody)
    texted(ann, days=40)
    assert [found(slave, texted=days) for days in ("7", "30", "90")] == [[], [], [ann.msisdn]]
    texted(ann, days=2)
    assert found(slave, texted="7") == [ann.msisdn]
    assert found(slave, texted="never") == ["48600200300"]


def test_a_message_that_still_waits_was_not_sent(slave: Persona, ann: Contact) -> None:
    campaign = Campaign.objects.create(account=slave.account, name="Test", text="Hello")
    Message.objects.create(campaign=campaign, contact=ann, msisdn=ann.msisdn, parts=1, points=1)
    assert ann.msisdn in found(slave, texted="never")


def test_a_job_never_means_contacts_of_another_account(people: People, ann: Contact) -> None:
    assert found(people.stranger) == []
    assert found(people.stranger, ids=str(ann.pk)) == []


@pytest.mark.parametrize("asked", [{"sex__exact": "F\0"}, {"texted": "\0"}, {"groups__id__exact": "0"}, {"ids": ","}])
def test_what_makes_no_sense_finds_nobody_and_can_be_kept(slave: Persona, ann: Contact, asked: dict[str, str]) -> None:
    job = bulk.ask(
        account=slave.account, action=BulkJob.Action.DELETE, selection=Selection.read(asked), actor=slave.user
    )
    assert job.expected == 0
