"""The pages of one number: shown to its account alone, handed over, agreed to, and erased after a question."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry
from campaigns.models import Campaign, Message, Reply
from contacts import blacklist
from contacts.models import BlacklistEntry, Consent, Contact
from smspanel import clock
from tests.campaigns.sending import make_group, open_route
from tests.personas import People, Persona

NUMBER = "48500100200"
CONSENT = {"channel": "SMS", "purpose": "MARKETING", "given": "2026-01-31", "wording": "=I agree"}


@pytest.fixture
def known(people: People) -> Contact:
    """A contact of the slave's with a message, a reply, a consent and an entry on the blacklist."""
    account = people.slave.account
    make_group(account, [NUMBER], first_name="Anna")
    campaign = Campaign.objects.create(account=account, name="Spring", text="Hello Anna", state="FINISHED")
    Message.objects.create(campaign=campaign, msisdn=NUMBER, parts=1, points=1, state="DELIVERED")
    Reply.objects.create(
        connection=open_route("http://127.0.0.1:9"),
        account=account,
        msisdn=NUMBER,
        text="Thanks!",
        received_at=clock.now(),
    )
    post(people.slave, "agree", **CONSENT)
    source = BlacklistEntry.Source.PERSON
    blacklist.add(account=account, raw_numbers=[NUMBER], source=source, actor=None, reason="Asked")
    return Contact.objects.get()


def post(persona: Persona, page: str = "", **fields: Any) -> Any:
    """Post to one of the pages about NUMBER."""
    address = f"/person/{page}/" if page else "/person/"
    return persona.client.post(address, {"number": "+48 500 100 200", **fields}, follow=True)


def test_a_number_shows_everything_to_its_account_and_nothing_to_strangers(people: People, known: Contact) -> None:
    told = ("Anna", "Customers", "=I agree", "Hello Anna", "Thanks!", "Asked")
    page = post(people.slave).text
    assert [word for word in told if word not in page] == []
    assert [word for word in told if word in post(people.stranger).text] == []


@pytest.mark.parametrize("who", ["master", "staff"])
def test_who_sees_several_accounts_chooses_one(people: People, known: Contact, who: str) -> None:
    persona = getattr(people, who)
    assert "Thanks!" in post(persona, account=people.slave.account.pk).text
    assert "Thanks!" in persona.client.get(f"/person/contact/{known.pk}/").text
    assert "Thanks!" not in post(persona, account=people.stranger.account.pk).text


def test_what_is_no_number_is_told_in_the_form(people: People) -> None:
    assert "This is not a phone number." in people.slave.client.post("/person/", {"number": "nobody"}).text


def test_a_consent_is_recorded_and_withdrawn_by_hand(people: People, known: Contact) -> None:
    consent = Consent.objects.get()
    assert (consent.given_by, f"{consent.given_at.astimezone(known.account.zone):%Y-%m-%d}") == (
        people.slave.user,
        "2026-01-31",
    )
    assert "Consents withdrawn: 1." in post(people.slave, "withdraw").text
    assert Consent.objects.get().withdrawn_by == people.slave.user


def test_a_consent_of_the_future_is_refused(people: People) -> None:
    page = post(people.slave, "agree", **CONSENT | {"given": "2099-01-01"}).text
    assert "Nobody has agreed to anything in the future." in page
    assert not Consent.objects.exists()


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return the rows of every table of a proof."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    return {name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")))) for name in names}


def test_the_proof_holds_everything_and_no_formulas(people: People, known: Contact) -> None:
    found = sheets(post(people.slave, "proof").content)
    assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(found, 2)
    assert len(found) == 6
    assert found["consents.csv"][1][2] == "'=I agree"
    assert found["messages.csv"][1][3:5] == ["Hello Anna", "Delivered"]
    assert AuditEntry.objects.get(action="person.proof").details == {}


def test_a_proof_about_nobody_has_headings_alone(people: People, known: Contact) -> None:
    assert {len(rows) for rows in sheets(post(people.stranger, "proof").content).values()} == {1}


def test_the_readme_speaks_the_reader_s_language(people: People, known: Contact) -> None:
    with override("en"):
        archive = zipfile.ZipFile(io.BytesIO(post(people.slave, "proof").content))
    assert f"What slave knows of the number {NUMBER}" in archive.read("README.txt").decode()


def test_a_person_is_erased_after_a_question(people: People, known: Contact) -> None:
    assert "Nobody can undo this." in post(people.slave, "erase").text
    assert Contact.objects.exists()
    assert "The person is erased." in post(people.slave, "erase", sure="yes").text
    assert not Contact.objects.exists()


def test_a_message_on_its_way_is_told(people: People, known: Contact) -> None:
    Message.objects.update(state="QUEUED")
    assert "A message to this number is on its way." in post(people.slave, "erase", sure="yes").text


@pytest.mark.parametrize(("role", "status"), [("EDITOR", 404), ("VIEWER", 404), ("OWNER", 200)])
def test_owners_alone_erase(people: People, known: Contact, role: str, status: int) -> None:
    people.slave.user.role = role
    people.slave.user.save()
    assert post(people.slave, "erase", sure="yes").status_code == status
    assert Contact.objects.exists() == (status == 404)


@pytest.mark.parametrize("page", ["agree", "withdraw", "erase"])
def test_a_master_looks_at_its_slave_s_people_and_changes_nothing(people: People, known: Contact, page: str) -> None:
    fields = {"account": people.slave.account.pk, "sure": "yes", **CONSENT}
    assert post(people.master, page, **fields).status_code == 404


def test_staff_erase_where_they_are_asked_to(people: People, known: Contact) -> None:
    post(people.staff, "erase", account=people.slave.account.pk, sure="yes")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("given", ["0001-01-01", "1899-12-31"])
def test_a_consent_before_there_were_telephones_is_refused(slave: Persona, given: str) -> None:
    asked = {"number": "500100200", "channel": "SMS", "purpose": "MARKETING", "given": given, "wording": "Yes."}
    assert slave.client.post("/person/agree/", asked).status_code == 200
    assert not Consent.objects.exists()


def test_today_is_the_day_where_the_account_is(people: People, known: Contact) -> None:
    local = clock.now().astimezone(people.slave.account.zone)
    to_midnight = (24 - local.hour) * 3600 - local.minute * 60
    with clock.travel(seconds=to_midnight + 60):
        today = clock.now().astimezone(people.slave.account.zone).date()
        for given, count in ((today, 1), (today + timedelta(days=1), 0)):
            post(people.slave, "agree", **CONSENT | {"given": str(given), "wording": f"On {given}"})
            assert Consent.objects.filter(clause__text=f"On {given}").count() == count
