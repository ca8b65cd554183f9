"""What a customer keeps at a provider: sender names and the black list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smspanel.simulator.store import Store


@dataclass(frozen=True)
class Sender:
    """Hold a sender name and its status in the provider's words."""

    name: str
    status: str
    predefined: bool = False


class Registers:
    """Keep sender names and black lists, apart for each front."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        """Keep them in the store; `now` gives the virtual time."""
        self._store = store
        self._now = now

    def prepare(self, front: str, senders: Iterable[Sender]) -> None:
        """Add the senders that a new account has."""
        rows = [(front, sender.name, sender.status, sender.predefined) for sender in senders]
        with self._store.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO sender VALUES (?, ?, ?, ?)", rows)

    def set_sender(self, front: str, name: str, status: str) -> None:
        """Add a sender name, or change its status."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO sender VALUES (?, ?, ?, 0)"
                " ON CONFLICT (front, name) DO UPDATE SET status = excluded.status",
                (front, name, status),
            )

    def senders(self, front: str) -> list[Sender]:
        """Return the sender names by name."""
        query = "SELECT name, status, predefined FROM sender WHERE front = ? ORDER BY name"
        with self._store.reading() as db:
            return [Sender(name, status, bool(own)) for name, status, own in db.execute(query, (front,))]

    def blacklist(self, front: str) -> dict[str, tuple[int, float]]:
        """Return the black-listed numbers with their id and the virtual time they were added."""
        query = "SELECT id, number, added_at FROM blacklist WHERE front = ? ORDER BY id"
        with self._store.reading() as db:
            return {row["number"]: (row["id"], row["added_at"]) for row in db.execute(query, (front,))}

    def block(self, front: str, number: str) -> int:
        """Add a number to the black list, if it is not there, and return the entry's id."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO blacklist (front, number, added_at) VALUES (?, ?, ?)",
                (front, number, self._now()),
            )
            query = "SELECT id FROM blacklist WHERE front = ? AND number = ?"
            return int(db.execute(query, (front, number)).fetchone()["id"])

    def unblock(self, front: str, number: str) -> bool:
        """Take a number off the black list and say whether it was there."""
        with self._store.transaction() as db:
            query = "DELETE FROM blacklist WHERE front = ? AND number = ?"
            return db.execute(query, (front, number)).rowcount > 0
