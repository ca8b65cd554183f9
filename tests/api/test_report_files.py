"""/report/file: histories, recipients and groups as files (JS-35, JS-73, JS-97)."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import downloads
from accounts.models import Connection, Download
from campaigns.models import Prefix, Reply
from smspanel import clock, doorbell
from tests.api.calling import BASE, Software, message
from tests.api.reporting import DELIVERED, REFUSED, UNDELIVERED, day, send, today
from tests.campaigns.sending import Sending, make_group
from tests.personas import People

PATH = "bulk/send/personalized/From a file/x/2014-08-01T09:10:10+02:00/ECO/true"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


def fetch(software: Software, file_id: int) -> bytes:
    """Return the bytes of a file."""
    response = Client(headers=software.headers).get(f"{BASE}/report/file/get/{file_id}")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(response)


def generate(software: Software, path: str) -> list[list[str]]:
    """Ask for a file, wait until it is ready, fetch it, and return its rows."""
    name = software.get(f"report/file/generate/{path}")
    assert software.get(f"report/file/status/{name}")["status"] == "GENERATING"
    doorbell.run_all_due()
    told = software.get(f"report/file/status/{name}")
    assert (told["status"], told["fileName"], told["problem"]) == ("READY", name, None)
    return list(csv.reader(io.StringIO(fetch(software, told["fileId"]).decode("utf-8-sig"), newline="")))


def test_js_97_a_history_has_a_row_for_every_bulk(software: Software, sending: Sending) -> None:
    own = send(software, DELIVERED, REFUSED, name="=Spring")
    headings, row = generate(software, f"bulkHistory/{today(software)}")
    told = dict(zip(headings, row, strict=True))
    assert (told["Id"], told["Name"], told["State"]) == (str(own), "'=Spring", "FINISHED_INCOMPLETE")
    assert [told[name] for name in ("Recipients", "Sent", "Delivered", "Not sent", "Points", "Points returned")] == [
        *("2", "1", "1", "1", "3", "3"),
    ]


def test_js_97_a_history_of_single_messages_has_a_row_for_every_day_and_sender(
    software: Software, sending: Sending
) -> None:
    for to in (DELIVERED, UNDELIVERED):
        software.post("message/send", message(to=to))
    doorbell.run_all_due()
    _headings, row = generate(software, f"singleBulkHistory/{today(software)}")
    assert row == [day(software.account), "ECO", "2", "0", "0", "0", "6"]


def test_js_97_a_history_of_replies(software: Software, people: People) -> None:
    connection = Connection.objects.create(name="Nowhere", kind="serwersms")
    prefix = Prefix.objects.create(name="TUDORS")
    for account, text in ((software.account, "TUDORS yes"), (people.stranger.account, "TUDORS theirs")):
        whose = {"connection": connection, "account": account, "prefix": prefix, "received_at": clock.now()}
        Reply.objects.create(digest=text, text=text, msisdn=DELIVERED, **whose)
    _headings, row = generate(software, f"responseHistory/{today(software)}")
    assert row[1:] == [DELIVERED, "TUDORS", "TUDORS yes", "", "POLAND_ORANGE", ""]


def test_js_97_the_recipients_of_a_bulk_each_with_their_state(software: Software, sending: Sending) -> None:
    own = send(software, DELIVERED, UNDELIVERED, REFUSED)
    assert software.get(f"report/{own}")["reportGenerated"] is False
    rows = generate(software, f"bulkRecipients/{own}")[1:]
    assert [(row[0], row[1]) for row in rows] == [
        *((DELIVERED, "DELIVERED"), (UNDELIVERED, "NOT_DELIVERED"), (REFUSED, "NOT_SENT")),
    ]
    assert software.get(f"report/{own}")["reportGenerated"] is True


def test_js_35_the_rejected_rows_of_a_file_each_with_the_reason(software: Software, sending: Sending) -> None:
    own = software.upload(PATH, f"{DELIVERED};Hello\n4777;Nobody\n{UNDELIVERED};".encode())["data"]
    doorbell.run_all_due()
    rows = generate(software, f"rejectedRecipient/{own}")[1:]
    assert [row[0] for row in rows] == ["4777", UNDELIVERED]
    assert rows[1][1] == "There is no text in this row."


def test_js_73_the_numbers_of_a_group(software: Software, sending: Sending) -> None:
    group = make_group(software.account, [DELIVERED, UNDELIVERED], first_name="Ann")
    rows = generate(software, f"groupMsisds/{group.pk}")
    assert rows == [["Number", "First name", "Last name"], [DELIVERED, "Ann", ""], [UNDELIVERED, "Ann", ""]]


def test_js_97_a_name_says_what_it_is_of_whose_and_from_when(
    software: Software, masters: Software, sending: Sending
) -> None:
    name = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    prefix, master, first, last, file_id, created, extension = re.split(r"[_.]", name)
    assert (prefix, first, last, extension) == ("bulkHistory", "2026-08-01", "2026-08-31", "csv")
    assert (int(master), len(created)) == (masters.account.pk, 14)
    told = software.get(f"report/file/status/{name}")
    assert (told["fileId"], told["fromDate"], told["toDate"]) == (int(file_id), "2026-08-01", "2026-08-31")
    own = send(software)
    about = software.get(f"report/file/status/{software.get(f'report/file/generate/bulkRecipients/{own}')}")
    assert (about["additionalParameter"], about["fromDate"]) == (str(own), None)


def test_js_97_files_are_listed_by_kind_newest_first(software: Software, sending: Sending) -> None:
    first = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    second = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-30")
    assert software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31") == first
    assert [row["fileName"] for row in software.get("report/file/list/bulkHistory")] == [second, first]
    for kind in ("singleBulkHistory", "bulkRecipients", "rejectedRecipient", "responseHistory", "groupMsisds"):
        assert software.get(f"report/file/list/{kind}") == []
    assert software.error("GET", "report/file/list/passwords")[0] == 321


def test_js_97_a_file_that_is_not_ready_or_gone_is_answered_in_the_envelope(
    software: Software, sending: Sending
) -> None:
    name = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    file_id = software.get(f"report/file/status/{name}")["fileId"]
    told = software.call("GET", f"report/file/get/{file_id}")
    assert (told["errorId"], told["message"]) == (103, "The file is not ready yet. Ask again later.")
    doorbell.run_all_due()
    downloads.path_of(Download.objects.get()).unlink()
    assert software.error("GET", f"report/file/get/{file_id}") == (103, "NOT_FOUND")


def test_js_97_a_file_that_failed_is_not_found_and_says_why(software: Software, sending: Sending) -> None:
    name = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    Download.objects.update(status=Download.Status.FAILED, problem="Too many.")
    told = software.get(f"report/file/status/{name}")
    assert (told["status"], told["problem"]) == ("NOT_FOUND", "Too many.")
    assert software.error("GET", f"report/file/get/{told['fileId']}") == (103, "NOT_FOUND")


def test_js_97_a_strangers_file_is_like_a_missing_one(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    name = software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    doorbell.run_all_due()
    file_id = software.get(f"report/file/status/{name}")["fileId"]
    for other in (masters, strangers):
        assert other.call("GET", f"report/file/get/{file_id}") == other.call("GET", "report/file/get/999999")
        missing = other.get("report/file/status/nothing_1_2_3_4_5.csv")
        assert other.get(f"report/file/status/{name}") == missing
        assert missing["status"] == "NOT_FOUND"
        assert other.get("report/file/list/bulkHistory") == []


def test_js_97_no_file_is_made_of_what_is_a_strangers(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    own, group = send(software), make_group(software.account, [DELIVERED])
    for other in (masters, strangers):
        for path in (f"bulkRecipients/{own}", f"rejectedRecipient/{own}", f"groupMsisds/{group.pk}"):
            kind, _slash, _id = path.partition("/")
            path = f"report/file/generate/{path}"
            assert other.call("GET", path) == other.call("GET", f"report/file/generate/{kind}/999999")
            assert other.error("GET", path) == (103, "NOT_FOUND")
    assert not Download.objects.exists()


@pytest.mark.parametrize(
    "path, code",
    [
        ("generate/bulkHistory/2026-08-31/2026-08-01", 400),
        ("generate/bulkHistory/x/2026-08-01", 400),
        ("generate/everything/2026-08-01/2026-08-01", 321),
        ("generate/everything/1", 321),
        ("generate/bulkRecipients/x", 103),
        ("status/%00", 321),
        ("get/x", 103),
        (f"get/{10**30}", 103),
    ],
)
def test_what_makes_no_sense_is_refused(software: Software, path: str, code: int) -> None:
    assert software.error("GET", f"report/file/{path}")[0] == code
    assert not Download.objects.exists()


def test_302_only_so_many_files_wait_at_once(software: Software, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_WAITING", 1)
    software.get("report/file/generate/bulkHistory/2026-08-01/2026-08-31")
    assert software.error("GET", "report/file/generate/bulkHistory/2026-08-01/2026-08-30") == (302, "LIMIT_EXCEEDED")
