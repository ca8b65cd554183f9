"""What phones wrote to a customer's number, until the customer fetches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smspanel.simulator.store import Store


@dataclass(frozen=True)
class Incoming:
    """Hold one SMS from a phone; `answers` is the provider's id of the SMS it replies to."""

    id: int
    number: str
    recipient: str
    text: str
    at: float
    answers: str
    read: bool


class Inbox:
    """Keep SMS from phones, apart for each front."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        """Keep them in the store; `now` gives the virtual time."""
        self._store = store
        self._now = now

    def put(self, front: str, number: str, text: str, *, recipient: str = "", answers: str = "") -> int:
        """Let an SMS arrive now and return its number in the inbox."""
        values = (front, number, recipient, text, self._now(), answers)
        with self._store.transaction() as db:
            query = "INSERT INTO inbound (front, number, recipient, text, at, answers) VALUES (?, ?, ?, ?, ?, ?)"
            return db.execute(query, values).lastrowid or 0

    def between(self, front: str, since: float = 0.0, until: float | None = None) -> list[Incoming]:
        """Return what arrived in that span of virtual time, both ends included, the oldest first."""
        query = (
            "SELECT id, number, recipient, text, at, answers, read FROM inbound WHERE front = ? AND at >= ?"
            " AND (? IS NULL OR at <= ?) ORDER BY at, id"
        )
        with self._store.reading() as db:
            rows = db.execute(query, (front, since, until, until))
            return [Incoming(**{**dict(row), "read": bool(row["read"])}) for row in rows]

    def mark_read(self, ids: Iterable[int]) -> None:
        """Remember that the customer has seen these."""
        with self._store.transaction() as db:
            db.executemany("UPDATE inbound SET read = 1 WHERE id = ?", [(one,) for one in ids])
