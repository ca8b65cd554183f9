"""The one SQLite file in which the simulator keeps its journal and everything that was sent."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.wire import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY, front TEXT NOT NULL, arrived_at REAL NOT NULL, virtual_at REAL NOT NULL,
    client TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, headers TEXT NOT NULL, raw BLOB NOT NULL,
    body BLOB NOT NULL,
    fault TEXT, decision TEXT, status INTEGER, taken INTEGER NOT NULL DEFAULT 0, reply BLOB);
CREATE TABLE IF NOT EXISTS lint (
    id INTEGER PRIMARY KEY, request_id INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, front TEXT NOT NULL, request_id INTEGER NOT NULL, provider_id TEXT NOT NULL,
    reference TEXT, number TEXT NOT NULL, text TEXT NOT NULL, sender TEXT NOT NULL, kind TEXT NOT NULL,
    parts INTEGER NOT NULL, accepted_at REAL NOT NULL, air_at REAL, final_at REAL, outcome TEXT, reason TEXT,
    deleted_at REAL, extra TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS message_provider_id ON message (front, provider_id);
CREATE INDEX IF NOT EXISTS message_reference ON message (front, reference) WHERE reference IS NOT NULL;
CREATE INDEX IF NOT EXISTS message_number ON message (number);
CREATE INDEX IF NOT EXISTS message_air_at ON message (air_at);
CREATE VIEW IF NOT EXISTS sms AS SELECT *, CASE
    WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN air_at IS NULL THEN 'refused'
    WHEN air_at > virtual_now() THEN 'scheduled' WHEN final_at <= virtual_now() THEN outcome
    ELSE 'sent' END AS state FROM message;
CREATE TABLE IF NOT EXISTS report (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, front TEXT NOT NULL, url TEXT NOT NULL,
    event TEXT NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS report_due ON report (due_at) WHERE settled = 0;
CREATE INDEX IF NOT EXISTS report_message ON report (message_id);
CREATE TABLE IF NOT EXISTS push (
    id INTEGER PRIMARY KEY, front TEXT NOT NULL, at REAL NOT NULL, virtual_at REAL NOT NULL,
    url TEXT NOT NULL, status INTEGER, error TEXT);
CREATE TABLE IF NOT EXISTS sender (
    front TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, predefined INTEGER NOT NULL,
    PRIMARY KEY (front, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blacklist (
    id INTEGER PRIMARY KEY, front TEXT NOT NULL, number TEXT NOT NULL, added_at REAL NOT NULL,
    UNIQUE (front, number));
CREATE TABLE IF NOT EXISTS inbound (
    id INTEGER PRIMARY KEY, front TEXT NOT NULL, number TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL,
    at REAL NOT NULL, answers TEXT NOT NULL, read INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS inbound_at ON inbound (front, at);
"""

EMPTY = """
DELETE FROM meta; DELETE FROM request; DELETE FROM lint; DELETE FROM message; DELETE FROM report;
DELETE FROM push; DELETE FROM sender; DELETE FROM blacklist; DELETE FROM inbound;
"""


class Store:
    """Give out transactions of one writing connection, and connections for reading.

    The file is in WAL mode, so readers never wait; a commit survives a kill of any process.
    """

    def __init__(self, folder: Path, virtual_now: Callable[[], float]) -> None:
        """Open or make the file; raise SimulatorError when the folder is in use or not writable."""
        self._lock = threading.RLock()
        self._virtual_now = virtual_now
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._claim = (folder / "lock").open("w")
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SimulatorError(f"Another simulator uses {folder}: stop it, or choose another --data.") from None
        except OSError as error:
            raise SimulatorError(f"The folder {folder} cannot be written ({error}): choose another --data.") from None
        self._path = folder / "simulator.sqlite3"
        self._db = self._connect()
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = NORMAL")
        db.create_function("virtual_now", 0, self._virtual_now)
        return db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one write transaction; inside another one of this thread, join it."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of its own for reading."""
        db = self._connect()
        try:
            yield db
        finally:
            db.close()

    def remembered(self, key: str) -> Json:
        """Return the value kept under the key, or None."""
        with self._lock:
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        value: Json = json.loads(row["value"]) if row else None
        return value

    def remember(self, key: str, value: Json) -> None:
        """Keep the value under the key over restarts."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, json.dumps(value)))

    def reserve(self, count: int) -> int:
        """Set aside that many sequence numbers, never to be given out again, and return the first."""
        with self.transaction():
            last = self.remembered("sequence")
            first = (last if isinstance(last, int) else 0) + 1
            self.remember("sequence", first + count - 1)
        return first

    def totals(self) -> dict[str, int]:
        """Return how many requests, messages, lint lines and pushes are kept."""
        query = """SELECT (SELECT COUNT(*) FROM request), (SELECT COUNT(*) FROM message),
            (SELECT COUNT(*) FROM message WHERE air_at <= virtual_now() AND deleted_at IS NULL),
            (SELECT COUNT(*) FROM lint), (SELECT COUNT(*) FROM push)"""
        with self.reading() as db:
            return dict(
                zip(
                    ("requests", "messages", "air", "lint", "pushes"),
                    db.execute(query).fetchone(),
                    strict=True,
                )
            )

    def empty(self) -> None:
        """Delete every row."""
        with self.transaction() as db:
            for statement in EMPTY.split(";"):
                db.execute(statement)

    def close(self) -> None:
        """Wait for the running transaction and close the file."""
        with self._lock:
            self._db.close()
            self._claim.close()
