"""A loopback HTTP server that records what it gets and answers, or fails, by a script."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: which bytes it writes, at which pace, and how it ends."""

    chunks: Sequence[bytes] = ()
    pause: float = 0.0
    read_request: bool = True
    keep_alive: bool = False
    reset: bool = False


def answer(status: int = 200, body: bytes | str = b"", *, keep_alive: bool = False, **headers: str) -> Reply:
    """Answer properly."""
    payload = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(payload)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, "", ""]).encode()
    return Reply([head + payload], keep_alive=keep_alive)


def answer_json(value: object, status: int = 200) -> Reply:
    """Answer with JSON."""
    return answer(status, json.dumps(value), Content_Type="application/json")


DROP_BEFORE_READING = Reply(read_request=False, reset=True)
DROP_AFTER_READING = Reply()
CUT_BODY = Reply([b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"success":true,"queu'])


class Scripted:
    """Serves on 127.0.0.1; every request takes the next reply of the script, the last one is repeated."""

    def __init__(self, *replies: Reply, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.bytes_received = 0
        self.connections = 0
        self._script = deque(replies)
        self._tls = tls
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def script(self, *replies: Reply) -> None:
        """Replace the replies that are still to come."""
        self._script = deque(replies)

    def _accept(self) -> None:
        workers = []
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self.connections += 1
            workers.append(threading.Thread(target=self._converse, args=(connection,), daemon=True))
            workers[-1].start()
        for worker in workers:
            worker.join()

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            while self._serve_one(connection):
                pass
        except OSError:
            pass  # the client hung up, as some tests want it to
        finally:
            self._open.discard(connection)
            connection.close()

    def _serve_one(self, connection: socket.socket) -> bool:
        reply = self._script[0]
        if reply.read_request:
            request = self._read(connection)
            if request is None:
                return False
            self.requests.append(request)
            reply = self._script.popleft() if len(self._script) > 1 else self._script[0]
        else:
            connection.recv(1, socket.MSG_PEEK)  # it is the request that is dropped, not the connection
        for chunk in reply.chunks:
            connection.sendall(chunk)
            if reply.pause and self._closing.wait(reply.pause):
                break
        if reply.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return reply.keep_alive

    def _read(self, connection: socket.socket) -> Request | None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += (piece := self._receive(connection))
            if not piece:
                return None
        head, body = received.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += self._receive(connection)
        return Request(method, target, headers, body)

    def _receive(self, connection: socket.socket) -> bytes:
        piece = connection.recv(65536)
        self.bytes_received += len(piece)
        return piece
