"""The chain of the audit trail: every entry is sealed together with the one before it, so that none is changed alone.

An entry carries the digest of what it says. Its link holds its position and the digest of that, of its position and of
the link before. On SQLite, where one transaction writes at a time, the link is written with the entry. On PostgreSQL
the database writes it when the transaction commits, see chain_triggers.py: whoever appends to the chain then waits for
nothing else any more, so that no lock that a verb takes after its entry can be waited for crosswise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import AuditEntry, AuditHead, AuditLink

CHUNK: Final = 500
TOLD: Final = 20
"""Broken entries that are named; whoever breaks one usually breaks all that follow."""


class Seal(NamedTuple):
    """How far the chain goes, and the digest of its last link."""

    position: int = 0
    digest: bytes = b""

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"


def digest_of(entry: Any) -> bytes:
    """Return the digest of what an entry says; it is the same before it is stored and however it is read back."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    details = _plain(json.loads(json.dumps(entry.details)))
    said = [at, entry.actor_id, entry.seen_as_id, entry.account_id, entry.action, entry.subject, details]
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).digest()


def _plain(value: Any) -> Any:
    """Return a JSON value as every database gives it back: PostgreSQL makes whole numbers of 1e22 and the like."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def follow(last: Seal, entry_id: int, content: bytes) -> Seal:
    """Return the seal of an entry that follows; PostgreSQL reckons the same in chain_triggers.py."""
    position = last.position + 1
    return Seal(position, sha256(last.digest + f"{position}:{entry_id}:".encode() + content).digest())


def head() -> Seal:
    """Return the seal of the newest entry."""
    return _seal(AuditHead.objects.first())


def append(entry: AuditEntry) -> None:
    """Seal a new entry, in the transaction that writes it; on PostgreSQL the database does so when it commits."""
    if connection.vendor == "postgresql":
        return
    seal = follow(head(), entry.pk, bytes(entry.digest or b""))
    AuditLink.objects.create(entry=entry, position=seal.position, digest=seal.digest)
    AuditHead.objects.update_or_create(pk=AuditHead.ONLY, defaults=seal._asdict())


def broken(expected: Seal | None = None) -> list[str]:
    """Return what is wrong with the chain, the first broken entry first; nothing is when it is as it was written.

    `expected` is a seal that was noted earlier: it must still be a part of the chain.
    """
    if connection.in_atomic_block and connection.vendor == "postgresql":
        connection.check_constraints()  # what this transaction wrote is chained now and not only when it commits
    end = head()
    seals = {seal.position: seal for seal in (end, expected or end)}
    found = chain(_breaks(seals), _unlinked())
    return [sentence for _nth, sentence in zip(range(TOLD), found, strict=False)]


def _breaks(seals: dict[int, Seal]) -> Iterator[str]:
    """Walk along the chain, which must come by these seals."""
    last, before = Seal(), 0
    for link, entry in _links():
        if link.position != last.position + 1:
            yield f"audit entries between {before} and {link.entry_id} are missing"
        elif entry is None:
            yield f"audit entry {link.entry_id} is missing"
        elif follow(last, entry.pk, digest_of(entry)) != _seal(link):
            yield f"audit entry {entry.pk} is not as it was written, or does not follow the one it was written after"
        last, before = _seal(link), link.entry_id
        if seals.pop(last.position, last) != last:
            yield f"audit entry {before} is not the one that was sealed as number {last.position}"
    for seal in seals.values():
        if seal.position > last.position:
            yield f"audit entries after {before} are missing: {seal.position} were sealed and {last.position} are there"


def _links() -> Iterator[tuple[AuditLink, AuditEntry | None]]:
    """Return every link with its entry, if that is there, in the order of the chain."""
    last = 0
    while links := list(AuditLink.objects.filter(position__gt=last).order_by("position")[:CHUNK]):
        entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
        yield from ((link, entries.get(link.entry_id)) for link in links)
        last = links[-1].position or 0


def _unlinked() -> Iterator[str]:
    linked = Exists(AuditLink.objects.filter(entry=OuterRef("pk"), position__isnull=False))
    for pk in AuditEntry.objects.exclude(linked).order_by("pk").values_list("pk", flat=True)[:TOLD]:
        yield f"audit entry {pk} was never sealed"


def _seal(row: AuditHead | AuditLink | None) -> Seal:
    return Seal(row.position or 0, bytes(row.digest or b"")) if row else Seal()
