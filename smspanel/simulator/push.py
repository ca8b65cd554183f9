"""Pushing delivery reports to the caller from a thread of its own, so that no reply ever waits for it."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import threading
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from smspanel.simulator.air import Message
from smspanel.simulator.front import DueReport, Front, Outgoing
from smspanel.simulator.outcomes import FINAL
from smspanel.simulator.store import Store
from smspanel.simulator.switches import CommonSwitches
from smspanel.simulator.world import World

TIMEOUT = 5.0
LONGEST_NAP = 0.1
LONGEST_ANSWER = 65536
BATCH = 200
DUE = """SELECT report.id AS report_id, report.url, report.event, report.due_at, sms.* FROM report
    JOIN sms ON sms.id = report.message_id WHERE settled = 0 AND due_at <= virtual_now()
    ORDER BY due_at, report.id LIMIT ?"""


class Pusher:
    """Push every due report in the order of its time, one after the other."""

    def __init__(self, world: World, fronts: Mapping[str, Front], hosts: Collection[str]) -> None:
        """Push for these fronts, and only to loopback or to one of the hosts."""
        self._world = world
        self._fronts = fronts
        self._hosts = frozenset(hosts)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator-pusher", daemon=True)
        self._connections: dict[tuple[str, str], http.client.HTTPConnection] = {}
        self._current: http.client.HTTPConnection | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; a push that is under way is cut off and counts as not made."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            if self._current and self._current.sock:
                self._current.sock.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stopping.is_set():
            reports = due_reports(self._world.store)
            for front in self._fronts.values():
                mine = [report for report in reports if report.message.front == front.name]
                for outgoing in front.outgoing(mine) if mine else ():
                    if self._stopping.is_set():
                        return
                    self._push(front, outgoing)
            if not reports:
                self._stopping.wait(LONGEST_NAP)

    def _push(self, front: Front, outgoing: Outgoing) -> None:
        status, body, error = None, b"", None
        try:
            status, body = self._exchange(outgoing)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        if self._stopping.is_set():
            return
        settled = front.settled(outgoing, status, body) if status is not None else ()
        with self._world.store.transaction():
            self._world.journal.push(front.name, outgoing.url, status, error)
            self._record(outgoing, settled, front.attempts())

    def _record(self, outgoing: Outgoing, settled: Collection[int], attempts: int) -> None:
        retry_at = self._world.clock.now() + self._world.switchboard.of(CommonSwitches).push_retry_seconds
        with self._world.store.transaction() as db:
            for report in outgoing.reports:
                db.execute(
                    "UPDATE report SET tries = tries + 1, settled = :done OR tries + 1 >= :attempts, due_at ="
                    " CASE WHEN :done OR tries + 1 >= :attempts THEN due_at ELSE :retry_at END"
                    " WHERE id = :id",
                    {"done": report in settled, "id": report, "retry_at": retry_at, "attempts": attempts},
                )

    def _exchange(self, outgoing: Outgoing) -> tuple[int, bytes]:
        parts = urlsplit(outgoing.url)
        if not may_call(parts.scheme, parts.hostname or "", self._hosts):
            raise ValueError(f"{outgoing.url} is neither on loopback nor in --push-hosts")
        key = (parts.scheme, parts.netloc)
        kept = self._connections.pop(key, None)
        if kept is not None:
            with contextlib.suppress(ConnectionError):  # the receiver had closed the idle connection
                return self._ask(kept, key, outgoing)
        return self._ask(_connect(*key), key, outgoing)

    def _ask(
        self, connection: http.client.HTTPConnection, key: tuple[str, str], outgoing: Outgoing
    ) -> tuple[int, bytes]:
        parts = urlsplit(outgoing.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._current = connection
        with contextlib.ExitStack() as unless_kept:
            unless_kept.callback(connection.close)
            connection.request(outgoing.method, target, outgoing.body or None, dict(outgoing.headers))
            response = connection.getresponse()
            body = response.read(LONGEST_ANSWER)
            if response.isclosed():
                self._connections[key] = connection
                unless_kept.pop_all()
        return response.status, body


def _connect(scheme: str, netloc: str) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    return kind(netloc.rpartition("@")[2], timeout=TIMEOUT)


def may_call(scheme: str, host: str, allowed: Collection[str]) -> bool:
    """Say whether the simulator may push to that host: loopback, or one named when it was started."""
    if scheme not in ("http", "https"):
        return False
    if host in allowed or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def due_reports(store: Store) -> list[DueReport]:
    """Return the reports that are due and not settled, in the order of their time."""
    with store.reading() as db:
        rows = db.execute(DUE, (BATCH,)).fetchall()
    reports = []
    for row in rows:
        message = Message(*tuple(row)[4:])
        event = (message.outcome or message.state) if row["event"] == FINAL else row["event"]
        reports.append(DueReport(row["report_id"], row["url"], event, message, row["due_at"]))
    return reports


def count_due(store: Store) -> int:
    """Return how many reports are due and not settled."""
    query = "SELECT COUNT(*) FROM report WHERE settled = 0 AND due_at <= virtual_now()"
    with store.reading() as db:
        return int(db.execute(query).fetchone()[0])


def resend_all(store: Store) -> int:
    """Make every report whose time has come due once more, and return how many."""
    query = "UPDATE report SET settled = 0, tries = 0 WHERE due_at <= virtual_now()"
    with store.transaction() as db:
        return db.execute(query).rowcount
