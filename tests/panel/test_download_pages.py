"""Files of a campaign: asked for on its page, fetched from the list of downloads, by its own people alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts import downloads
from accounts.models import AuditEntry, Download
from campaigns.models import Campaign, Message, Plan, Recipient
from smspanel import clock, doorbell
from tests.personas import People, Persona

DOWNLOADS = "/accounts/download/"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def campaign(slave: Persona) -> Campaign:
    """A campaign with a message and a row that was rejected."""
    campaign = Campaign.objects.create(account=slave.account, name="Spring sale", state=Campaign.State.FINISHED)
    Message.objects.create(campaign=campaign, msisdn="48500100200", parts=1, points=3, state=Message.State.SENT)
    Recipient.objects.create(campaign=campaign, raw="4777", problem="Not a mobile number")
    Plan.objects.create(campaign=campaign, waterfall=[{"reason": "UNSENDABLE", "count": 1, "examples": ["4777"]}])
    return campaign


def ask(persona: Persona, campaign: Campaign, kind: str, form: str = "csv") -> Any:
    """Press a button on the campaign's page."""
    return persona.client.post(f"/campaigns/{campaign.pk}/file/{kind}/", {"format": form}, follow=True)


def link(download: Download) -> str:
    """Return the address that fetches a file for an hour."""
    return reverse("download", args=[downloads.token_of(download)])


def links(page: str) -> list[str]:
    """Return the addresses of files on a page."""
    return re.findall(r'href="(/downloads/[^/"]+/file)"', page)


@pytest.mark.parametrize("kind, cell", [("recipients", "48500100200"), ("rejected", "4777")])
def test_a_file_is_asked_for_on_the_campaigns_page_and_fetched_from_the_list(
    slave: Persona, campaign: Campaign, kind: str, cell: str
) -> None:
    assert f"/file/{kind}/" in slave.client.get(f"/campaigns/{campaign.pk}/").content.decode()
    page = ask(slave, campaign, kind).content.decode()
    report = Download.objects.get()
    assert "Spring sale" in page
    assert not links(page)
    assert slave.client.get(link(report)).status_code == 404
    doorbell.run_all_due()
    (address,) = links(slave.client.get(DOWNLOADS).content.decode())
    answer = slave.client.get(address)
    report.refresh_from_db()
    assert answer["Content-Disposition"] == f'attachment; filename="{report.file_name}"'
    assert cell.encode() in b"".join(answer)
    assert AuditEntry.objects.get(action="download.ask").actor == slave.user


def test_a_workbook_is_one(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients", "xlsx")
    doorbell.run_all_due()
    answer = slave.client.get(link(Download.objects.get()))
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert b"".join(answer).startswith(b"PK")


def test_what_became_of_a_file_that_failed_is_in_the_list(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    Download.objects.update(status=Download.Status.FAILED, problem="The disk is full.")
    page = slave.client.get(DOWNLOADS).content.decode()
    assert "The disk is full." in page
    assert not links(page)


def test_a_file_that_is_gone_is_told_as_one_that_never_was(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    doorbell.run_all_due()
    report = Download.objects.get()
    downloads.path_of(report).unlink()
    assert slave.client.get(link(report)).status_code == 404


def test_a_master_may_have_a_file_of_its_slaves_campaign_and_a_stranger_none(
    people: People, campaign: Campaign
) -> None:
    assert ask(people.stranger, campaign, "recipients").status_code == 404
    assert not Download.objects.exists()
    assert ask(people.master, campaign, "recipients").status_code == 200
    doorbell.run_all_due()
    report = Download.objects.get()
    assert report.account == people.slave.account
    for persona, seen in ((people.slave, True), (people.master, True), (people.staff, True), (people.stranger, False)):
        assert ("Spring sale" in persona.client.get(DOWNLOADS).content.decode()) == seen
        assert persona.client.get(link(report)).status_code == (200 if seen else 404)


@pytest.mark.parametrize("kind, form", [("everything", "csv"), ("recipients", "exe"), ("recipients", "")])
def test_nonsense_is_no_file(slave: Persona, campaign: Campaign, kind: str, form: str) -> None:
    assert ask(slave, campaign, kind, form).status_code == 404
    assert slave.client.get(f"/campaigns/{campaign.pk}/file/recipients/").status_code == 405
    assert not Download.objects.exists()


def test_who_asks_for_too_many_files_at_once_is_told_so(
    slave: Persona, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_WAITING", 1)
    ask(slave, campaign, "recipients")
    assert "1 files are being made already" in ask(slave, campaign, "rejected").content.decode()


def test_a_link_ends_after_an_hour(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    doorbell.run_all_due()
    address = link(Download.objects.get())
    assert slave.client.get(address).status_code == 200
    with clock.travel(minutes=61):
        assert slave.client.get(address).status_code == 404
        assert slave.client.get(link(Download.objects.get())).status_code == 200


@pytest.mark.parametrize("changed", ["x", "", "Wzgx"])
def test_a_link_that_was_changed_leads_nowhere(slave: Persona, campaign: Campaign, changed: str) -> None:
    ask(slave, campaign, "recipients")
    doorbell.run_all_due()
    address = link(Download.objects.get())
    assert slave.client.get(address.replace("/file", f"{changed}/file" if changed else "")).status_code == 404
    head, middle, tail = address.rpartition(":")
    assert slave.client.get(head[:-1] + middle + tail).status_code == 404


def test_a_link_that_names_another_account_leads_nowhere(people: People, campaign: Campaign) -> None:
    ask(people.slave, campaign, "recipients")
    doorbell.run_all_due()
    report = Download.objects.get()
    report.account = people.stranger.account
    for persona in (people.slave, people.stranger, people.staff):
        assert persona.client.get(link(report)).status_code == 404


def test_the_page_of_a_file_shows_how_far_it_is(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    Download.objects.update(status=Download.Status.GENERATING, rows=30, expected=120)
    page = slave.client.get(f"/downloads/{Download.objects.get().pk}/", headers={"HX-Request": "true"})
    assert 'aria-valuenow="25"' in page.content.decode()
    assert "hx-get" in page.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "accounts/download/?type__exact=%00",
        "contacts/contact/?sex__exact=%00",
        "contacts/contact/?q=%00",
        "contacts/import/?status__exact=%00",
    ],
)
def test_a_filter_that_no_database_takes_finds_nothing_or_is_left_out(slave: Persona, page: str) -> None:
    assert slave.client.get(f"/{page}", follow=True).status_code == 200
