"""Bodies of the jobs: an id in, a verb out."""

from __future__ import annotations

from collections.abc import Iterable

from contacts import applying, blacklist, bulk, exchanges, searching, undo
from smspanel.doorbell import Ids


def apply_import(import_id: int) -> None:
    """Import rows of a spreadsheet for a while."""
    applying.apply(import_id)
    searching.tidy()


def due_imports() -> Iterable[Ids]:
    """Return imports that are under way and that no living process is working on."""
    return applying.due()


def undo_import(import_id: int) -> None:
    """Undo an import for a while."""
    undo.run(import_id)


def due_undoing() -> Iterable[Ids]:
    """Return imports that are to be undone and that no living process is working on."""
    return undo.due()


def exchange(exchange_id: int) -> None:
    """Pull or push lists of a linked account for a while."""
    exchanges.run(exchange_id)


def due_exchanges() -> Iterable[Ids]:
    """Return exchanges that wait, or that no living process is working on."""
    return exchanges.due()


def do_bulk(job_id: int) -> None:
    """Do something to many contacts for a while."""
    bulk.run(job_id)


def due_bulk() -> Iterable[Ids]:
    """Return what is to be done to many contacts and no living process is doing."""
    return bulk.due()


def forget_expired_blacklist() -> None:
    """Delete blacklist entries that have expired."""
    blacklist.forget_expired()
