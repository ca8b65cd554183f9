"""A log beside the database of who asked to be left alone, which tells a restored backup what it cannot know.

A line says at which moment an account was asked to erase people, to block their numbers, or to write to them again.
The numbers are hashed with the secret of contacts/erasure.py, which is in every line, sealed. Lines are appended right
after the commit, whole and on the disk; campaigns/reapplying.py reads them.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from contacts import erasure
from contacts.models import BlacklistEntry
from smspanel import clock
from smspanel.bulk import chunks

NAME: Final = "wishes.log"
log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What people asked for."""

    ERASE = "ERASE"
    BLOCK = "BLOCK"
    ALLOW = "ALLOW"


@dataclass(frozen=True, slots=True)
class Wish:
    """A line: what an account, or for None everybody, was asked about the people behind some digests."""

    at: str
    kind: str
    account: int | None
    scope: str
    until: str | None
    key: str
    digests: list[str]


def path() -> Path:
    """Return where this host writes."""
    return Path(settings.DATA_DIR) / NAME


def note(
    kind: Kind, *, account_id: int | None, scope: str, msisdns: Collection[str], until: datetime | None = None
) -> None:
    """Append what was asked, once the transaction has committed."""
    if msisdns:
        at = clock.now()
        append = partial(_append, kind, at, account_id, scope, list(msisdns), until)
        transaction.on_commit(append, robust=True)  # what is committed is not answered with an error


def note_removal(entries: QuerySet[BlacklistEntry]) -> None:
    """Append that these entries of the blacklist, which the caller deletes now, hold no more."""
    removed: dict[tuple[int | None, str], list[str]] = defaultdict(list)
    for row in entries.only("account_id", "scope", "msisdn"):
        removed[row.account_id, row.scope].append(row.msisdn)
    for (account, scope), msisdns in removed.items():
        note(Kind.ALLOW, account_id=account, scope=scope, msisdns=msisdns)


def _append(
    kind: Kind, at: datetime, account_id: int | None, scope: str, msisdns: list[str], until: datetime | None
) -> None:
    """Write lines; what cannot be written is logged, as it has happened and nobody can take it back."""
    key, ends = erasure.sealed_key(), until.isoformat() if until else None
    wishes = (
        Wish(at.isoformat(), kind, account_id, scope, ends, key, erasure.digests(some)) for some in chunks(msisdns)
    )
    try:
        _write("".join(f"{json.dumps(asdict(wish))}\n" for wish in wishes).encode())
    except OSError:
        log.exception("%s cannot be written. A restored backup will not know what people asked for.", path())


def _write(lines: bytes) -> None:
    file = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # a power cut left half a line
        os.write(file, lines)
        os.fsync(file)
    finally:
        os.close(file)


def read(paths: Iterable[Path]) -> Iterator[Wish]:
    """Return every line of these files that can be read, in the order in which it was asked; raises OSError."""
    yield from sorted((wish for one in paths for wish in _lines(one)), key=lambda wish: wish.at)


def _lines(one: Path) -> Iterator[Wish]:
    with one.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                values: dict[str, Any] = json.loads(line)
                yield Wish(**values)
            except (ValueError, TypeError):
                log.warning("A line of %s cannot be read and is passed over.", one)
