"""Files of a campaign: asked for on its page, fetched from the list of downloads, by its own people alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import AuditEntry
from campaigns import report_files
from campaigns.models import Campaign, Message, Recipient, ReportFile
from smspanel import doorbell
from tests.personas import People, Persona

DOWNLOADS = "/campaigns/reportfile/"


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
    return campaign


def ask(persona: Persona, campaign: Campaign, kind: str, form: str = "csv") -> Any:
    """Press a button on the campaign's page."""
    return persona.client.post(f"/campaigns/{campaign.pk}/file/{kind}/", {"format": form}, follow=True)


@pytest.mark.parametrize("kind, cell", [("recipients", "48500100200"), ("rejected", "4777")])
def test_a_file_is_asked_for_on_the_campaigns_page_and_fetched_from_the_list(
    slave: Persona, campaign: Campaign, kind: str, cell: str
) -> None:
    assert f"/file/{kind}/" in slave.client.get(f"/campaigns/{campaign.pk}/").content.decode()
    page = ask(slave, campaign, kind).content.decode()
    report = ReportFile.objects.get()
    assert "Spring sale" in page
    assert f"/downloads/{report.pk}/" not in page
    assert slave.client.get(f"/downloads/{report.pk}/").status_code == 404
    doorbell.run_all_due()
    assert f"/downloads/{report.pk}/" in slave.client.get(DOWNLOADS).content.decode()
    answer = slave.client.get(f"/downloads/{report.pk}/")
    report.refresh_from_db()
    assert answer["Content-Disposition"] == f'attachment; filename="{report.file_name}"'
    assert cell.encode() in b"".join(answer)
    assert AuditEntry.objects.get(action="download.ask").actor == slave.user


def test_a_workbook_is_one(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients", "xlsx")
    doorbell.run_all_due()
    answer = slave.client.get(f"/downloads/{ReportFile.objects.get().pk}/")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert b"".join(answer).startswith(b"PK")


def test_what_became_of_a_file_that_failed_is_in_the_list(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    ReportFile.objects.update(status=ReportFile.Status.FAILED, problem="The disk is full.")
    page = slave.client.get(DOWNLOADS).content.decode()
    assert "The disk is full." in page
    assert f"/downloads/{ReportFile.objects.get().pk}/" not in page


def test_a_file_that_is_gone_is_told_as_one_that_never_was(slave: Persona, campaign: Campaign) -> None:
    ask(slave, campaign, "recipients")
    doorbell.run_all_due()
    report = ReportFile.objects.get()
    report_files.path_of(report).unlink()
    assert slave.client.get(f"/downloads/{report.pk}/").status_code == 404


def test_a_master_may_have_a_file_of_its_slaves_campaign_and_a_stranger_none(
    people: People, campaign: Campaign
) -> None:
    assert ask(people.stranger, campaign, "recipients").status_code == 404
    assert not ReportFile.objects.exists()
    assert ask(people.master, campaign, "recipients").status_code == 200
    doorbell.run_all_due()
    report = ReportFile.objects.get()
    assert report.account == people.slave.account
    for persona, seen in ((people.slave, True), (people.master, True), (people.staff, True), (people.stranger, False)):
        assert ("Spring sale" in persona.client.get(DOWNLOADS).content.decode()) == seen
        assert persona.client.get(f"/downloads/{report.pk}/").status_code == (200 if seen else 404)


@pytest.mark.parametrize("kind, form", [("everything", "csv"), ("recipients", "exe"), ("recipients", "")])
def test_nonsense_is_no_file(slave: Persona, campaign: Campaign, kind: str, form: str) -> None:
    assert ask(slave, campaign, kind, form).status_code == 404
    assert slave.client.get(f"/campaigns/{campaign.pk}/file/recipients/").status_code == 405
    assert not ReportFile.objects.exists()


def test_who_asks_for_too_many_files_at_once_is_told_so(
    slave: Persona, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_files, "MOST_WAITING", 1)
    ask(slave, campaign, "recipients")
    assert "1 files are being made already" in ask(slave, campaign, "rejected").content.decode()
