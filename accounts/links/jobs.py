"""Bodies of the jobs: an id in, a verb out. And, for each, for which ids it is due by the database."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.links import comparing, running
from smspanel.doorbell import Ids


def run_link(link_id: int) -> None:
    """Carry out at the provider what is recorded for a linked account."""
    running.run(link_id)


def due_links() -> Iterable[Ids]:
    """Return linked accounts for which something can be carried out now."""
    return running.due()


def settle_link(operation_id: int, attempt: int) -> None:
    """Find out whether an unclear operation happened."""
    running.settle(operation_id, attempt)


def due_link_settlements() -> Iterable[Ids]:
    """Return unclear operations whose grace is over."""
    return running.due_settlements()


def compare_links(root_id: int) -> None:
    """Compare a linked master and its slaves with their counterparts."""
    comparing.compare(root_id)


def due_comparisons() -> Iterable[Ids]:
    """Return linked masters below which something is to be compared."""
    return comparing.due()


def compare_all_links() -> None:
    """Have everything that is linked compared."""
    comparing.want_all()
