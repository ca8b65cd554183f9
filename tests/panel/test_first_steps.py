"""Somebody new gets from signing in to a campaign that was sent without reading anything."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Campaign, Sender
from contacts.models import Contact, Import
from smspanel import clock
from tests.panel.sheets import sheet_of
from tests.personas import Persona


def steps(persona: Persona) -> list[tuple[str, bool]]:
    """Return what the first page says is to be done, and whether it is done."""
    page = persona.client.get("/").content.decode()
    found = re.search(r'id="first-steps".*?</section>', page, re.DOTALL)
    rows = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    return [(re.sub(r"<[^>]*>|\s+", " ", row), "check_circle" in row) for row in rows]


def write(persona: Persona, **said: object) -> Campaign:
    """Write a campaign."""
    return Campaign.objects.create(account=persona.account, name="First", variant="ECO", **said)


def ticks(persona: Persona) -> list[bool]:
    """Return which of the steps are done."""
    return [done for _label, done in steps(persona)]


def test_every_step_is_ticked_by_what_there_is_and_all_of_them_disappear(slave: Persona) -> None:
    assert ticks(slave) == [False, False, False, False]
    Contact.objects.create(account=slave.account, msisdn="48500100200")
    assert ticks(slave) == [True, False, False, False]
    Sender.objects.create(account=slave.account, name="OURS", status=Sender.Status.APPROVED)
    campaign = write(slave)
    assert ticks(slave) == [True, True, True, False]
    Campaign.objects.filter(pk=campaign.pk).update(started_at=clock.now(), state=Campaign.State.SENDING)
    assert steps(slave) == []


def test_a_name_that_was_asked_for_is_said_to_wait(slave: Persona) -> None:
    Sender.objects.create(account=slave.account, name="OURS")
    label, done = steps(slave)[1]
    assert "waits for approval" in label
    assert not done


def test_the_last_step_leads_to_the_last_campaign(slave: Persona, stranger: Persona) -> None:
    write(stranger)
    assert slave.client.get("/").content.decode().count("/campaigns/new/") > 1
    campaign = write(slave)
    assert f'href="/campaigns/{campaign.pk}/"' in slave.client.get("/").content.decode()


def test_who_hides_the_steps_sees_them_no_more_and_others_do(slave: Persona, stranger: Persona) -> None:
    assert slave.client.post("/first-steps/hide/").status_code == 302
    assert steps(slave) == []
    assert len(steps(stranger)) == 4


def test_a_link_alone_hides_nothing(slave: Persona) -> None:
    assert slave.client.get("/first-steps/hide/").status_code == 405
    assert steps(slave)


def test_the_sample_is_recognised_by_the_import_in_both_languages(slave: Persona) -> None:
    for language, title in (("en", "Number"), ("pl", "Numer")):
        slave.user.language = language
        slave.user.save()
        content = slave.client.get("/import/sample.xlsx").content
        rows = sheet_of(content)
        assert (rows[0][0], len(rows)) == (title, 4)
        file = SimpleUploadedFile("sample.xlsx", content)
        slave.client.post("/import/", {"file": file, "target": "CONTACTS"})
        guess = Import.objects.latest("pk").layout["guess"]
        assert guess == {"msisdn": 0, "first_name": 1, "last_name": 2, "birth_date": 3, "note_1": 4}
