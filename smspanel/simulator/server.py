"""The HTTP servers: keep-alive connections in threads, raw bytes kept, broken replies on demand."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO

from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.wire import Answer, Reply, Request

LONGEST_BODY = 64 * 1024 * 1024
LENGTH = re.compile(r"[0-9]{1,9}")
IDLE_SECONDS = 60


class Recorder(io.BufferedIOBase):
    """Read from a stream and keep every byte, so that the journal has the request as it came."""

    def __init__(self, stream: BinaryIO | io.BufferedIOBase) -> None:
        """Read from the stream."""
        self._stream = stream
        self._bytes = bytearray()

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read one line."""
        line = self._stream.readline(-1 if size is None else size)
        self._bytes += line
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        """Read that many bytes."""
        content = self._stream.read(-1 if size is None else size)
        self._bytes += content
        return content

    def recorded(self) -> bytes:
        """Return the bytes since the last call."""
        content = bytes(self._bytes)
        self._bytes.clear()
        return content

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


class Connection(BaseHTTPRequestHandler):
    """Serve one keep-alive connection."""

    protocol_version = "HTTP/1.1"
    server_version = "smspanel-simulator"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: Server

    def setup(self) -> None:
        """Record what is read."""
        super().setup()
        self.recorder = Recorder(self.rfile)
        self.rfile = self.recorder

    def serve(self) -> None:
        """Answer one request of any method."""
        body = self._read_body()
        if body is None:
            return
        headers = tuple(self.headers.items())
        raw = self.recorder.recorded()
        request = Request(self.command, self.path, headers, body, raw, str(self.client_address[0]))
        answer = self.server.answer(request)
        if answer.delay:
            self.server.stopping.wait(answer.delay)
        if answer.reply is None:
            self._hang_up()
        else:
            self._write(answer.reply, cut=answer.cut)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = serve  # noqa: N815

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            self._write(Reply.of_text("Send a Content-Length; chunked bodies are not simulated.", status=411))
            return None
        if not LENGTH.fullmatch(length) or int(length) > LONGEST_BODY:
            self.close_connection = True
            self._write(Reply.of_text(f"The body is longer than {LONGEST_BODY} bytes.", status=413))
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _write(self, reply: Reply, *, cut: bool = False) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.close_connection or cut:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def version_string(self) -> str:
        """Name the server without its Python version."""
        return self.server_version

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: the journal has it."""


class Server(ThreadingHTTPServer):
    """Listen on one port and hand every request to a function."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, host: str, port: int, answer: Callable[[Request], Answer], stopping: threading.Event) -> None:
        """Listen; raise SimulatorError when the address cannot be used."""
        self.answer = answer
        self.stopping = stopping
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        try:
            super().__init__((host, port), Connection)
        except (OSError, OverflowError) as error:
            problem = getattr(error, "strerror", None) or error
            raise SimulatorError(f"Cannot listen on {host}:{port} ({problem}): choose another --port.") from None
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def server_bind(self) -> None:
        """Bind without asking any name server what the host is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        return f"http://{self.server_name}:{self.server_port}"

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Remember the connection and serve it in a thread."""
        assert isinstance(request, socket.socket)
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection and close it."""
        assert isinstance(request, socket.socket)
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Report mistakes of ours on standard error; callers that go away are no mistake."""
        if not isinstance(sys.exception(), ConnectionError) and not self.stopping.is_set():
            super().handle_error(request, client_address)  # type: ignore[arg-type]
