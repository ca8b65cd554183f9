"""The journal: every raw request, what was decided about it, the lint list, and every pushed report."""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from smspanel.simulator.clock import iso
from smspanel.simulator.store import Store
from smspanel.simulator.wire import Answer, Reply, Request

REPLY_KEPT = 4096
ENTRIES = """SELECT * FROM request WHERE id > :after AND (:front IS NULL OR front = :front)
    AND path LIKE :path ORDER BY id LIMIT :limit"""
LINT = """SELECT lint.*, front, path FROM lint JOIN request ON request.id = request_id ORDER BY lint.id"""


class Journal:
    """Write down what happens, each entry committed before anybody gets an answer."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        """Keep the journal in the store; `now` gives the virtual time."""
        self._store = store
        self._now = now

    def arrive(self, front: str, request: Request, fault: str | None) -> int:
        """Write down a request before anything is decided and return the entry's id."""
        values = (front, time.time(), self._now(), request.client, request.method, request.path)
        content = (json.dumps(request.headers), request.raw, request.body, fault)
        with self._store.transaction() as db:
            cursor = db.execute(
                "INSERT INTO request (front, arrived_at, virtual_at, client, method, path, headers, raw,"
                " body, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values + content,
            )
        return cursor.lastrowid or 0

    def decide(self, request: Request, handled: Reply | None, answer: Answer) -> None:
        """Write down what was decided, how much was taken, and the beginning of the reply."""
        decision = handled.decision if handled else "not handled"
        sent = answer.reply
        values = (decision, sent.status if sent else None, handled.taken if handled else 0)
        lint = [(request.journal_id, note.code, note.detail) for note in request.lint]
        with self._store.transaction() as db:
            db.execute(
                "UPDATE request SET decision = ?, status = ?, taken = ?, reply = ? WHERE id = ?",
                (*values, sent.body[:REPLY_KEPT] if sent else None, request.journal_id),
            )
            db.executemany("INSERT INTO lint (request_id, code, detail) VALUES (?, ?, ?)", lint)

    def push(self, front: str, url: str, status: int | None, error: str | None) -> None:
        """Write down one attempt to push reports to the caller."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO push (front, at, virtual_at, url, status, error) VALUES (?, ?, ?, ?, ?, ?)",
                (front, time.time(), self._now(), url, status, error),
            )

    def entries(
        self, *, front: str | None = None, path: str = "", after: int = 0, limit: int = 1000
    ) -> list[dict[str, Any]]:
        """Return the requests after that id whose path contains the text, the oldest first."""
        values = {"front": front, "path": f"%{path}%", "after": after, "limit": limit}
        with self._store.reading() as db:
            return [_entry(row) for row in db.execute(ENTRIES, values)]

    def pushes(self) -> list[dict[str, Any]]:
        """Return every attempt to push reports, the oldest first."""
        with self._store.reading() as db:
            rows = db.execute("SELECT * FROM push ORDER BY id")
            return [dict(row) | {"at": iso(row["at"]), "virtual_at": iso(row["virtual_at"])} for row in rows]

    def lint(self) -> list[dict[str, Any]]:
        """Return the lint list, the oldest line first."""
        with self._store.reading() as db:
            return [dict(row) for row in db.execute(LINT)]


def _entry(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "front": row["front"],
        "arrived_at": iso(row["arrived_at"]),
        "virtual_at": iso(row["virtual_at"]),
        "client": row["client"],
        "method": row["method"],
        "path": row["path"],
        "headers": json.loads(row["headers"]),
        "body": row["body"].decode(errors="replace"),
        "raw_base64": base64.b64encode(row["raw"]).decode(),
        "fault": row["fault"],
        "decision": row["decision"],
        "status": row["status"],
        "taken": row["taken"],
        "reply": None if row["reply"] is None else row["reply"].decode(errors="replace"),
    }
