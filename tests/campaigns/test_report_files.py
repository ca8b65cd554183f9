"""Files that are asked for: made in turns, complete or not there, the same for who asks twice, and forgotten."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from accounts import download_sheets, download_writing, downloads
from accounts.downloads import DownloadRefused
from accounts.models import AuditEntry, Download
from campaigns import report_files, report_rows
from campaigns.models import Campaign, Message, Recipient
from campaigns.report_types import Type
from contacts import exporting
from contacts.models import Group
from smspanel import clock, doorbell, tick
from tests.campaigns.sending import make_group, number
from tests.personas import People

Status = Download.Status
CSV, XLSX, ODS = Download.Format


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def campaign(people: People) -> Campaign:
    """A campaign of 25 messages."""
    campaign = Campaign.objects.create(account=people.slave.account, name="Spring", state=Campaign.State.FINISHED)
    messages = (
        Message(campaign=campaign, msisdn=number(index), parts=1, points=3, state=Message.State.DELIVERED)
        for index in range(25)
    )
    Message.objects.bulk_create(messages)
    return campaign


def ask(campaign: Campaign, **fields: Any) -> Download:
    """Ask for all recipients."""
    return report_files.of_campaign(campaign=campaign, **{"kind": Type.BULK_RECIPIENTS} | fields)


def made(report: Download) -> Download:
    """Return a file as it is after everything that is due was done."""
    doorbell.run_all_due()
    report.refresh_from_db()
    return report


def lines(report: Download) -> list[list[str]]:
    """Return the rows of a ready CSV file, without its headings."""
    text = downloads.path_of(report).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def on_disk() -> list[str]:
    return sorted(path.name for path in downloads.folder().iterdir())


def test_a_file_is_made_in_the_background_and_put_in_its_place(campaign: Campaign) -> None:
    report = ask(campaign)
    assert (report.status, downloads.path_of(report).exists()) == (Status.QUEUED, False)
    report = made(report)
    assert (report.status, report.rows, report.lease_until) == (Status.READY, 25, None)
    assert [row[0] for row in lines(report)] == [number(index) for index in range(25)]
    assert lines(report)[0] == [number(0), "DELIVERED", "Delivered", "", "1", "3", "", "POLAND_ORANGE"]
    assert on_disk() == [report.public_id.hex]


def test_a_file_is_made_in_turns_that_go_on_where_the_last_one_ended(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_rows, "CHUNK", 10)
    monkeypatch.setattr(download_writing, "SECONDS", -1)
    report = ask(campaign)
    for rows in (10, 20):
        downloads.make(report.pk)
        report.refresh_from_db()
        assert (report.status, report.rows, report.lease_until) == (Status.GENERATING, rows, None)
        # A process that was killed may have left half a line behind what is known to be written.
        with (downloads.folder() / f"{report.public_id.hex}.1").open("ab") as part:
            part.write(b"half a li")
    assert [row[0] for row in lines(made(report))] == [number(index) for index in range(25)]
    assert report.attempt == 1


def crash(report: Download) -> None:
    """Leave a file as a process leaves it that is killed in the middle."""
    downloads.folder().mkdir(parents=True, exist_ok=True)
    (downloads.folder() / f"{report.public_id.hex}.1").write_bytes(b"Number\r\n48500")
    lease = clock.now() + download_writing.LEASE
    Download.objects.filter(pk=report.pk).update(
        status=Status.GENERATING, rows=10, size=8, cursor=number(9), lease_until=lease
    )


def test_after_a_crash_a_file_is_begun_anew_once_the_lease_is_over(campaign: Campaign) -> None:
    report = ask(campaign)
    crash(report)
    assert made(report).status == Status.GENERATING
    with clock.travel(seconds=80):
        assert made(report).status == Status.READY
    assert (report.rows, report.attempt, len(lines(report))) == (25, 2, 25)


def test_what_is_lost_of_a_file_is_written_again(campaign: Campaign) -> None:
    report = ask(campaign)
    crash(report)
    Download.objects.filter(pk=report.pk).update(size=10_000, lease_until=None)
    assert made(report).status == Status.READY
    assert len(lines(report)) == 25


def test_who_lost_the_lease_writes_nothing_more(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ask(campaign)
    taken_over: Callable[..., object] = download_writing.write

    def slow(found: Download, path: Path, keep: download_writing.Keep) -> object:
        Download.objects.filter(pk=found.pk).update(attempt=2)
        return taken_over(found, path, keep)

    monkeypatch.setattr(download_writing, "write", slow)
    downloads.make(report.pk)
    report.refresh_from_db()
    assert (report.status, report.rows, downloads.path_of(report).exists()) == (Status.GENERATING, 0, False)


def test_a_file_that_cannot_be_made_again_and_again_fails_with_a_sentence(campaign: Campaign) -> None:
    report = ask(campaign)
    crash(report)
    Download.objects.filter(pk=report.pk).update(attempt=downloads.MOST_ATTEMPTS, lease_until=clock.now())
    assert made(report).status == Status.FAILED
    assert "could not be made" in report.problem


def test_a_folder_that_cannot_be_written_to_is_told_to_who_asked(campaign: Campaign) -> None:
    downloads.folder().write_text("no folder")
    report = made(ask(campaign))
    assert (report.status, "could not be written" in report.problem) == (Status.FAILED, True)


def test_a_workbook_has_numbers_as_text_and_a_limit(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    report = made(ask(campaign, format=XLSX))
    sheet = openpyxl.load_workbook(io.BytesIO(downloads.path_of(report).read_bytes())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0][0], rows[1][0], rows[1][4], len(rows)) == ("Number", number(0), 1, 26)
    monkeypatch.setitem(download_sheets.MOST_ROWS, "xlsx", 24)
    with clock.travel(minutes=2):
        refused = made(ask(campaign, format=XLSX))
    assert (refused.status, "at most 24 rows" in refused.problem) == (Status.FAILED, True)


@pytest.mark.parametrize("form", [CSV, XLSX])
def test_no_cell_is_a_formula_or_breaks_the_file(campaign: Campaign, form: Download.Format) -> None:
    for raw, text in (("=1+1", "@SUM(A1)"), ("-1", 'a;b,"c"\nd'), ("x", "bell \x07 end")):
        Recipient.objects.create(campaign=campaign, raw=raw, problem="No number", text=text)
    Recipient.objects.create(campaign=campaign, raw="48500100200", msisdn="48500100200")
    report = made(ask(campaign, kind=Type.REJECTED_RECIPIENTS, format=form))
    if form == CSV:
        rows = [(one[0], one[2]) for one in lines(report)]
        assert rows == [("'=1+1", "'@SUM(A1)"), ("'-1", 'a;b,"c"\nd'), ("x", "bell \x07 end")]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(downloads.path_of(report).read_bytes())).worksheets[0]
        assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["'=1+1", "'-1", "x"]


def test_the_same_request_is_the_same_file_until_a_minute_after_it_is_ready(campaign: Campaign) -> None:
    first = ask(campaign)
    assert ask(campaign) == first
    made(first)
    assert ask(campaign) == first
    assert ask(campaign, format=XLSX) != first
    with clock.travel(seconds=70):
        assert ask(campaign) != first
    assert AuditEntry.objects.filter(action="download.ask").count() == 3


def test_only_so_many_files_wait_at_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_WAITING", 2)
    groups = [make_group(people.slave.account, ["48500100200"], name) for name in "ABC"]
    for group in groups[:2]:
        exporting.of_numbers(group=group)
    with pytest.raises(DownloadRefused, match="2 files are being made"):
        exporting.of_numbers(group=groups[2])
    exporting.of_numbers(group=Group.objects.create(account=people.stranger.account, name="Theirs"))
    doorbell.run_all_due()
    exporting.of_numbers(group=groups[2])


def test_files_speak_the_language_of_who_asked(campaign: Campaign, people: People) -> None:
    people.slave.user.language = "pl"
    people.slave.user.save()
    report = made(ask(campaign, actor=people.slave.user))
    assert lines(report)[0][2] == "Doręczona"


def test_files_are_forgotten_after_a_week_and_so_is_what_crashes_left(campaign: Campaign) -> None:
    old = made(ask(campaign))
    (downloads.folder() / f"{old.public_id.hex}.1").write_text("left")
    (downloads.folder() / "stray").write_text("left")
    with clock.travel(days=6.9):
        waiting, fresh = ask(campaign), made(ask(campaign, format=XLSX))
        crash(waiting)
        Download.objects.filter(pk=waiting.pk).update(status=Status.GENERATING)
        downloads.forget_old()
        kept = sorted([old.public_id.hex, waiting.public_id.hex, f"{waiting.public_id.hex}.1", fresh.public_id.hex])
        assert on_disk() == kept
    with clock.travel(days=7.1):
        downloads.forget_old()
    assert not Download.objects.filter(pk=old.pk).exists()
    assert old.public_id.hex not in on_disk()


def test_old_files_are_forgotten_by_the_heartbeat(campaign: Campaign) -> None:
    report = made(ask(campaign))
    with clock.travel(days=8):
        assert "forget-downloads" in tick.run_periodic()
    assert not Download.objects.filter(pk=report.pk).exists()
    assert on_disk() == []
