"""What is kept: points that a master gives to its subaccount, and a file of contacts that is exported."""

from __future__ import annotations

import shutil
from typing import Final

from accounts import downloads, points
from accounts import jobs as account_jobs
from accounts.models import Account, Download, Transfer
from contacts import download_rows, exporting
from tests.campaigns.sending import make_group, number

GIVEN: Final = 250
NUMBERS: Final = [number(index) for index in range(40, 60)]


def _account(name: str) -> Account:
    return Account.objects.get(email=f"{name}@example.com")


def move() -> None:
    """Give points, with the key of the form that is sent again when no answer came."""
    points.move(source=_account("master"), target=_account("slave"), points=GIVEN, key="form-1")


def assert_moved() -> None:
    """Check that the points were given once."""
    given = Transfer.objects.filter(kind=Transfer.Kind.MOVE, amount=GIVEN).count()
    balances = [points.balance(_account(name)).posted for name in ("master", "slave")]
    assert (given, balances) == (1, [10_000 - GIVEN, 1_000 + GIVEN]), (given, balances)


def ask() -> None:
    """Ask for the numbers of a group as a file, which is written in several turns."""
    download_rows.CHUNK = 5  # type: ignore[attr-defined]
    exporting.of_numbers(group=make_group(_account("slave"), NUMBERS, "Exported"))


def export() -> None:
    """Write the file; no trial finds what another has written."""
    shutil.rmtree(downloads.folder(), ignore_errors=True)
    account_jobs.make_download(Download.objects.get().pk)


def assert_exported() -> None:
    """Check that the file is there, with every number once, and that nothing else is on the disk."""
    done = Download.objects.get()
    assert done.status == Download.Status.READY, (done.status, done.problem)
    lines = downloads.path_of(done).read_text().splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == NUMBERS
    downloads.forget_old()
    assert downloads.paths_of(done) == [downloads.path_of(done)]
