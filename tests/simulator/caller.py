"""How the tests talk to the simulated SerwerSMS, and where its pushed reports arrive."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from smspanel.simulator import Simulator

BEARER = {"Authorization": "Bearer sim-token"}


class Caller:
    """Call one simulator over HTTP like any client of the provider."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False

    def post(self, action: str, **options: Any) -> requests.Response:
        """Post to an action; the options are those of requests, and the token is added."""
        defaults: dict[str, Any] = {"headers": BEARER, "timeout": 60}
        return self.session.post(f"{self.simulator.url('serwersms')}/{action}", **(defaults | options))

    def call(self, action: str, **fields: Any) -> Any:
        """Post the fields as JSON and return the reply's JSON."""
        return self.post(f"{action}.json", json=fields).json()

    def send(self, phone: Any, text: str = "Hello", **fields: Any) -> Any:
        """Send a FULL SMS and return the reply."""
        fields = {"sender": "INFORMACJA", "details": True} | fields
        return self.call("messages/send_sms", phone=phone, text=text, **fields)

    def statuses(self, **fields: Any) -> list[str]:
        """Return the statuses of the reports asked for, the oldest first."""
        return [item["status"] for item in self.call("messages/reports", order="asc", **fields)["items"]]


class Receiver:
    """Stand for the panel: keep the query of every pushed report and answer with a status."""

    def __init__(self) -> None:
        self.queries: list[dict[str, str]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                receiver.queries.append(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def dlr_url(self) -> str:
        """Return the address with the provider's placeholders."""
        port = self.server.server_address[1]
        return f"http://127.0.0.1:{port}/dlr?id=#SMSID#&st=#STAN#&dt=#DATA#&why=#PRZYCZYNA#"

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
