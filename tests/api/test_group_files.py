"""/group with files: a group of the numbers in a file, and more numbers for one (JS-62, JS-66)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from contacts import applying
from contacts.models import Contact, Group, Import
from smspanel import doorbell
from tests.api.calling import BASE, Software
from tests.campaigns.sending import make_group
from tests.contacts.make_files import saved
from tests.personas import Persona

FILE = b"48500500500\n501 501 501\nnobody\n48500500500\n"
TWO = ["48500500500", "48501501501"]


def file(content: bytes = FILE, name: str = "numbers.txt", kind: str = "text/plain") -> SimpleUploadedFile:
    """Return a file as a client sends it."""
    return SimpleUploadedFile(name, content, kind)


def workbook() -> bytes:
    """Return a spreadsheet with a number on each line, one of them as a figure."""
    book = Workbook()
    for one in (48500500500, "501501501"):
        book.worksheets[0].append([one])
    return saved(book)


def form(software: Software, path: str, parts: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Send a form and return the whole envelope."""
    envelope: dict[str, Any] = Client(headers=software.headers | headers).post(f"{BASE}/{path}", parts).json()
    return envelope


def members(name: str) -> list[str]:
    """Let the imports end and return who is in a group."""
    doorbell.run_all_due()
    return sorted(Group.objects.get(name=name).members.values_list("msisdn", flat=True))


@pytest.mark.parametrize("path", ["group/add", "group/addE"])
@pytest.mark.parametrize(
    "parts",
    [
        lambda: {"name": "testooowa", "file": file()},
        lambda: {"group": '{"name": "testooowa", "members": null}', "input": file()},
        lambda: {"group": file(b'{"name": "testooowa"}', "group", "application/json"), "inputData": file()},
    ],
    ids=["fields", "json", "a part of its own type"],
)
def test_js_62_a_group_is_made_of_the_numbers_in_a_file(
    software: Software, slave: Persona, path: str, parts: Any
) -> None:
    told = form(software, path, parts())
    group = Group.objects.get()
    assert (told["errorId"], told["data"]) == (0, f"Created group id: {group.pk}")
    assert members("testooowa") == TWO
    done = Import.objects.get()
    assert (done.account, done.status, done.invalid_count, done.duplicate_count) == (slave.account, "DONE", 1, 1)


def test_js_62_numbers_and_a_file_are_united(software: Software) -> None:
    group = json.dumps({"name": "A", "members": ["48502502502"]})
    assert form(software, "group/addE", {"group": group, "file": file()})["errorId"] == 0
    assert members("A") == [*TWO, "48502502502"]


def test_js_62_a_form_without_a_file_makes_an_empty_group(software: Software) -> None:
    assert form(software, "group/addE", {"name": "A"})["errorId"] == 0
    assert members("A") == []


@pytest.mark.parametrize(
    "parts, code",
    [
        (lambda: {"name": "A", "file": file(b"")}, 125),
        (lambda: {"name": "A", "file": file(b"PK\x03\x04 broken", "numbers.xlsx")}, 125),
        (lambda: {"name": "Taken", "file": file()}, 321),
        (lambda: {"file": file()}, 321),
        (lambda: {"group": "{broken", "file": file()}, 321),
        (lambda: {"group": "[]", "file": file()}, 321),
        (dict, 321),
    ],
)
def test_js_62_what_cannot_be_read_leaves_neither_a_group_nor_a_file(
    software: Software, slave: Persona, settings: Any, tmp_path: Any, parts: Any, code: int
) -> None:
    settings.UPLOAD_DIR = tmp_path
    make_group(slave.account, [], "Taken")
    assert form(software, "group/addE", parts(), **{"Idempotency-Key": "a"})["errorId"] == code
    assert (Group.objects.count(), Import.objects.count(), list(tmp_path.iterdir())) == (1, 0, [])


def test_js_06_a_form_that_breaks_off_is_refused_in_the_envelope(software: Software) -> None:
    client, kind = Client(headers=software.headers), "multipart/form-data"
    told = client.generic("POST", f"{BASE}/group/add", "--x", content_type=kind).json()
    assert (told["errorId"], told["data"]) == (321, None)


@pytest.mark.parametrize(
    "content, name",
    [
        (FILE, "numbers.txt"),
        (b"name;phone\nAla;48500500500\nOla;501501501\n", "people.csv"),
        (workbook(), "numbers.xlsx"),
    ],
    ids=["txt", "csv with titles", "xlsx"],
)
def test_js_66_a_file_is_imported_into_a_group(software: Software, slave: Persona, content: bytes, name: str) -> None:
    group = make_group(slave.account, [], "A")
    told = software.upload(f"group/addMsisdns/{group.pk}", content, name)
    assert (told["errorId"], told["data"]) == (0, "Successful")
    assert members("A") == TWO


def test_js_66_a_repeated_call_with_its_key_imports_once(software: Software, slave: Persona) -> None:
    path = f"group/addMsisdns/{make_group(slave.account, [], 'A').pk}"
    answers = [form(software, path, {"inputData": file()}, **{"Idempotency-Key": "a"}) for _time in range(2)]
    assert answers[0] == answers[1]
    assert Import.objects.count() == 1


def test_js_66_a_file_that_cannot_be_read_is_refused(software: Software, slave: Persona) -> None:
    path = f"group/addMsisdns/{make_group(slave.account, []).pk}"
    assert software.upload(path, b"", "numbers.txt")["errorId"] == 125
    assert software.error("POST", path) == (125, "INVALID_VALUE")
    assert not Import.objects.exists()


def test_js_66_numbers_do_not_come_into_a_foreign_group(strangers: Software, slave: Persona) -> None:
    group = make_group(slave.account, [])
    assert strangers.upload(f"group/addMsisdns/{group.pk}", FILE)["errorId"] == 103
    assert (Import.objects.count(), Contact.objects.count(), applying.due()) == (0, 0, [])
