"""Owners' programs that are told of events: good ones, and every kind of bad one, until all are well."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

MEGABYTE: Final = b"x" * 1_048_576
KINDS: Final = ("good", "dead", "drip", "huge", "redirect", "flap")


class Programs(ThreadingHTTPServer):
    """All of them at one port: /KIND/NUMBER."""

    daemon_threads = True
    request_queue_size = 1_024
    """With the usual five, good programs break connections, too, when many are told at once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Program)
        self.well = False
        self.told: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        self.counts = itertools.count()

    def handle_error(self, *_args: Any) -> None:
        """Say nothing of callers who hang up."""

    def address(self, kind: str, number: int) -> str:
        """Return where such a program is."""
        return f"http://127.0.0.1:{self.server_port}/{kind}/{number}"

    def of(self, kind: str) -> dict[str, list[tuple[int, float]]]:
        """Return what the programs of a kind were told: the ids, and when."""
        return {path: told for path, told in self.told.items() if path.startswith(f"/{kind}/")}


class _Program(BaseHTTPRequestHandler):
    server: Programs

    def do_POST(self) -> None:
        """Take an event."""
        self.rfile.read(int(self.headers["content-length"]))
        self.server.told[self.path].append((int(self.headers["webhook-id"]), time.time()))
        kind = "good" if self.server.well else self.path.split("/")[1]
        with suppress(OSError):
            getattr(self, f"_{kind}")()

    def _answer(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def _good(self) -> None:
        self._answer(204)

    def _dead(self) -> None:
        self.close_connection = True

    def _drip(self) -> None:
        self._answer(200, ("Content-Length", "1000"))
        for _ in range(60):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(1)

    def _huge(self) -> None:
        self._answer(200, ("Content-Length", str(1024 * len(MEGABYTE))))
        for _ in range(1024):
            self.wfile.write(MEGABYTE)

    def _redirect(self) -> None:
        self._answer(302, ("Location", "http://169.254.169.254/latest/meta-data/"))

    def _flap(self) -> None:
        self._answer(204 if next(self.server.counts) % 2 else 500)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def programs() -> Iterator[Programs]:
    """Run them."""
    with Programs() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()
