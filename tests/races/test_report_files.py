"""Two ask for the same file at once, and two workers hear its bell: it is made once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts import download_writing, downloads
from accounts.models import AuditEntry, Download
from contacts import exporting
from contacts.models import Group
from tests.campaigns.sending import make_group, number
from tests.personas import Persona
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def group(slave: Persona) -> Group:
    """A group of ten."""
    return make_group(slave.account, [number(index) for index in range(10)])


def test_two_requests_at_once_are_one_file(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, downloads, "_name_of")
    first, second = together(*[partial(exporting.of_numbers, group=group)] * 2)
    assert first == second == Download.objects.get()
    assert AuditEntry.objects.filter(action="download.ask").count() == 1


def test_without_the_lock_they_would_be_two(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, downloads, "_name_of")
    together(*[partial(exporting.of_numbers, group=group)] * 2)
    assert Download.objects.count() == (2 if lost else 1)


def test_two_workers_make_a_file_once(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    report = exporting.of_numbers(group=group)
    written = []
    original = download_writing.write

    def write(*args: Any) -> bool:
        written.append(args)
        return original(*args)

    monkeypatch.setattr(download_writing, "write", write)
    meet_before(monkeypatch, downloads, "_can_go_on")
    assert kinds(together(*[partial(downloads.make, report.pk)] * 2)) == ["NoneType", "NoneType"]
    report.refresh_from_db()
    assert (len(written), report.status, report.rows) == (1, Download.Status.READY, 10)
