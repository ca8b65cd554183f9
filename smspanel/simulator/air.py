"""The messages that were taken, what really went to the air, and when their reports come."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from smspanel.simulator.clock import iso
from smspanel.simulator.msisdn import only_digits
from smspanel.simulator.outcomes import fate_of
from smspanel.simulator.store import Store

Key = Literal["provider_id", "reference", "number"]
BY_KEY: dict[Key, str] = {
    "provider_id": "SELECT * FROM sms WHERE front = ? AND provider_id IN (SELECT value FROM json_each(?))",
    "reference": "SELECT * FROM sms WHERE front = ? AND reference IN (SELECT value FROM json_each(?))",
    "number": "SELECT * FROM sms WHERE front = ? AND number IN (SELECT value FROM json_each(?))",
}
ON_AIR = """SELECT * FROM sms WHERE air_at <= virtual_now() AND deleted_at IS NULL
    AND (:number IS NULL OR number = :number) AND (:reference IS NULL OR reference = :reference)
    ORDER BY air_at, id LIMIT :limit"""
NEWEST = """SELECT * FROM sms WHERE air_at <= virtual_now() AND deleted_at IS NULL
    AND number LIKE :number ORDER BY air_at DESC, id DESC LIMIT :limit"""
COUNTS = """SELECT number, COUNT(*) AS times FROM message WHERE air_at <= virtual_now() AND deleted_at IS NULL
    AND (:number IS NULL OR number = :number) GROUP BY number ORDER BY number"""
BRING_FORWARD = "UPDATE message SET final_at = :now WHERE final_at > :now AND air_at <= :now AND deleted_at IS NULL"
BRING_REPORTS_FORWARD = """UPDATE report SET due_at = :now WHERE due_at > :now AND settled = 0
    AND message_id IN (SELECT id FROM message WHERE air_at <= :now)"""


@dataclass(frozen=True)
class Submission:
    """Hold one message that a front took; a refused one never goes to the air.

    `scheduled_at` is in virtual Unix seconds, `reason` why it is refused or will fail in the provider's
    words, `callback` the address for pushed reports, `extra` what only that front knows, as JSON, and
    `lifetime` the virtual seconds after which a message that has not arrived expires.
    """

    sequence: int
    provider_id: str
    number: str
    text: str
    sender: str
    kind: str
    parts: int
    reference: str | None = None
    scheduled_at: float | None = None
    refused: bool = False
    reason: str | None = None
    callback: str | None = None
    extra: str = "{}"
    lifetime: float | None = None


@dataclass(frozen=True)
class Message:
    """Hold a taken message and the state it is in at the virtual time of reading.

    States: refused, scheduled, sent, delivered, undelivered, expired, rejected, deleted.
    """

    id: int
    front: str
    request_id: int
    provider_id: str
    reference: str | None
    number: str
    text: str
    sender: str
    kind: str
    parts: int
    accepted_at: float
    air_at: float | None
    final_at: float | None
    outcome: str | None
    reason: str | None
    deleted_at: float | None
    extra: str
    state: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Message:
        """Make one of a row of the view `sms`."""
        return cls(*row)

    @property
    def failed(self) -> bool:
        """Say whether it is known that the message did not and will not reach the handset."""
        return self.state in ("refused", "undelivered", "expired", "rejected")

    def details(self) -> dict[str, Any]:
        """Return what the front kept beside it."""
        details: dict[str, Any] = json.loads(self.extra)
        return details

    def as_json(self) -> dict[str, Any]:
        """Return it as the control plane shows it."""
        return {
            "front": self.front,
            "provider_id": self.provider_id,
            "unique_id": self.reference,
            "request_id": self.request_id,
            "number": self.number,
            "text": self.text,
            "sender": self.sender,
            "kind": self.kind,
            "parts": self.parts,
            "accepted_at": iso(self.accepted_at),
            "air_at": iso(self.air_at),
            "final_at": iso(self.final_at) if self.state == self.outcome else None,
            "state": self.state,
            "reason": self.reason if self.failed else None,
        }


class Air:
    """Take messages and tell what became of them; states follow from the virtual time alone."""

    def __init__(self, store: Store, now: Callable[[], float], delay: Callable[[], float]) -> None:
        """Keep messages in the store; `delay` gives the virtual seconds from the air to the report."""
        self._store = store
        self._now = now
        self._delay = delay

    def submit(self, front: str, request_id: int, batch: Iterable[Submission]) -> None:
        """Take a batch in one transaction, with the reports that will be pushed for it."""
        now, delay = self._now(), self._delay()
        rows, reports = [], []
        for sms in batch:
            fate = fate_of(sms.number)
            air_at = None if sms.refused else max(now, sms.scheduled_at or now)
            outcome, wait = fate.outcome, delay + fate.extra_delay
            if outcome and sms.lifetime is not None and wait > sms.lifetime:
                outcome, wait = "expired", sms.lifetime
            final_at = air_at + wait if air_at and outcome else None
            rows.append(_row(front, request_id, sms, now, air_at, final_at, outcome))
            if sms.callback and final_at:
                for late, event in enumerate(fate.reports):
                    reports.append((sms.sequence, front, sms.callback, event, final_at + late))
        with self._store.transaction() as db:
            db.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            db.executemany("INSERT INTO report (message_id, front, url, event, due_at) VALUES (?, ?, ?, ?, ?)", reports)

    def find(self, front: str, key: Key, values: Sequence[str]) -> list[Message]:
        """Return the messages of a front with one of these ids, caller's references or numbers."""
        with self._store.reading() as db:
            rows = db.execute(BY_KEY[key], (front, json.dumps(list(values))))
            return sorted((Message.of(row) for row in rows), key=lambda message: message.id)

    def taken_since(self, front: str, moment: float) -> list[Message]:
        """Return the messages of a front taken at or after that virtual time, the oldest first."""
        query = "SELECT * FROM sms WHERE front = ? AND accepted_at >= ? ORDER BY id"
        with self._store.reading() as db:
            return [Message.of(row) for row in db.execute(query, (front, moment))]

    def known_references(self, front: str, references: Sequence[str]) -> set[str]:
        """Return which of these caller's references a message that was not deleted already has."""
        found = self.find(front, "reference", references) if references else []
        return {message.reference or "" for message in found if message.deleted_at is None}

    def delete(self, ids: Iterable[int]) -> None:
        """Delete messages that are still scheduled, and the reports that would have been pushed."""
        with self._store.transaction() as db:
            for message_id in ids:
                db.execute("UPDATE message SET deleted_at = ? WHERE id = ?", (self._now(), message_id))
                db.execute("DELETE FROM report WHERE message_id = ?", (message_id,))

    def on_air(self, *, number: str | None = None, reference: str | None = None, limit: int = -1) -> list[Message]:
        """Return what really went to the air, the oldest first."""
        values = {"number": only_digits(number) if number else None, "reference": reference, "limit": limit}
        with self._store.reading() as db:
            return [Message.of(row) for row in db.execute(ON_AIR, values)]

    def newest(self, *, number: str = "", limit: int = 200) -> list[Message]:
        """Return the newest SMS to numbers that contain these digits, the newest first."""
        with self._store.reading() as db:
            rows = db.execute(NEWEST, {"number": f"%{only_digits(number)}%", "limit": limit})
            return [Message.of(row) for row in rows]

    def counts(self, number: str | None = None) -> dict[str, int]:
        """Return how many SMS went to the air per number."""
        with self._store.reading() as db:
            rows = db.execute(COUNTS, {"number": only_digits(number) if number else None})
            return {row["number"]: row["times"] for row in rows}

    def deliver_now(self) -> int:
        """Bring the final state of everything that is on its way forward to now; return how many."""
        values = {"now": self._now()}
        with self._store.transaction() as db:
            db.execute(BRING_REPORTS_FORWARD, values)
            return db.execute(BRING_FORWARD, values).rowcount


def _row(
    front: str,
    request_id: int,
    sms: Submission,
    now: float,
    air_at: float | None,
    final_at: float | None,
    outcome: str | None,
) -> tuple[object, ...]:
    head = (sms.sequence, front, request_id, sms.provider_id, sms.reference, sms.number, sms.text, sms.sender)
    return (*head, sms.kind, sms.parts, now, air_at, final_at, outcome, sms.reason, None, sms.extra)
