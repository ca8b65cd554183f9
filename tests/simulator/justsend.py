"""How the tests talk to the simulated JustSend, and where its post back arrives."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from smspanel.simulator import Simulator

NOON = "2026-07-01T10:00:00+00:00"
FIRST, SECOND = "48500100201", "48500100211"


class JustSendCaller:
    """Call one simulator over HTTP like any client of the provider, at noon in Warsaw."""

    def __init__(self, simulator: Simulator, key: str = "sim-app-key") -> None:
        self.simulator = simulator
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False
        self.url = simulator.url("justsend") + "/api/rest/v2/"

    def exchange(self, method: str, path: str, body: object = None, **options: Any) -> requests.Response:
        """Call with the key, and with a JSON body if there is one."""
        headers = {"App-Key": self.key, "Content-Type": "application/json; charset=utf-8"}
        data = None if body is None else json.dumps(body)
        defaults: dict[str, Any] = {"headers": headers, "data": data, "timeout": 60}
        return self.session.request(method, self.url + path, **(defaults | options))

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Return the data of a success."""
        reply = self.exchange(method, path, body).json()
        assert reply["errorId"] == 0, reply
        assert (reply["responseCode"], reply["message"]) == ("OK", "Successful")
        return reply["data"]

    def error(self, method: str, path: str, body: object = None) -> int:
        """Return the number of an error."""
        reply = self.exchange(method, path, body).json()
        assert reply["data"] is None
        return int(reply["errorId"])

    def get(self, path: str) -> Any:
        """Return the data at an address."""
        return self.call("GET", path)

    def bulk(self, *to: str, **fields: object) -> Any:
        """Send an ECO bulk now and return it."""
        return self.call("POST", "bulk/send", bulk_of(*to, **fields))

    def refused(self, *to: str, **fields: object) -> int:
        """Send a bulk that is refused and return why."""
        return self.error("POST", "bulk/send", bulk_of(*to, **fields))

    def lists(self, bulk_id: int) -> dict[str, list[str]]:
        """Return the recipients of a bulk by state, empty lists left out."""
        words = ("DELIVERED", "NOT_DELIVERED", "NOT_SENT", "NOT_CONFIRMED")
        found = {word: self.get(f"bulk/recipient/{word}/{bulk_id}") for word in words}
        return {word: numbers for word, numbers in found.items() if numbers}


def bulk_of(*to: str, **fields: object) -> dict[str, object]:
    """Return the body of an ECO bulk to these numbers."""
    body: dict[str, object] = {"name": "k-42", "to": list(to or (FIRST,)), "message": "Hi", "bulkVariant": "ECO"}
    return {name: value for name, value in (body | {"sendDate": NOON} | fields).items() if value is not None}


class PostBack:
    """Stand for the panel: keep every pushed object and answer with a status."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                receiver.headers.append(dict(self.headers.items()))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/inbox"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
