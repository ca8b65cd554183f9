"""How the tests talk to the simulated JO Mobile, and where its pushed reports arrive."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from smspanel.simulator import Simulator

LOGIN = {"username": "sim", "password": "sim-password"}


class JoCaller:
    """Call one simulator over HTTP like any client of the provider, with the token of its cabinet."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.token = "sim-token"
        self.session = requests.Session()
        self.session.trust_env = False

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Call a path and return the response."""
        url = f"{self.simulator.url('jomobile')}/v1/{path}"
        sent = {"X-Access-Token": self.token} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, url, json=body, headers=sent, timeout=60)

    def call(self, path: str, body: Any = None) -> Any:
        """Post and return the data of a success."""
        reply = self.request("POST", path, {} if body is None else body).json()
        assert reply["status"] is True, reply
        return reply["data"]

    def refused(self, path: str, body: Any) -> tuple[int, Any]:
        """Post and return the status and the errors of a refusal."""
        response = self.request("POST", path, body)
        reply = response.json()
        assert (reply["status"], reply["error_code"]) == (
            False,
            400 if response.status_code == 200 else response.status_code,
        )
        return response.status_code, reply["errors"]

    def sign_in(self) -> str:
        """Sign in with the login and return the token."""
        code = self.call("authorize", LOGIN)["authorization_code"]
        return str(self.call("accesstoken", {"authorization_code": code})["access_token"])

    def send(self, *phones: str, text: str = "Hello", **fields: Any) -> Any:
        """Send one text and return the data of the reply."""
        return self.call("send", [element(*phones, text=text, **fields)])

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the reports asked for."""
        found: list[dict[str, Any]] = self.call("sms-full-data", filters)
        return found

    def states(self, **filters: Any) -> list[str]:
        """Return the states of the reports asked for."""
        return [record["state"] for record in self.records(**filters)]


def element(*phones: str, **fields: Any) -> dict[str, Any]:
    """Return one object of a package."""
    return {"number": list(phones), "senderID": "INFO", "text": "Hello", "type": "sms", "delivery": True} | fields


class ListReceiver:
    """Stand for the panel: keep every pushed list, and accept the reports that `accepts` lets through."""

    def __init__(self) -> None:
        self.lists: list[list[dict[str, Any]]] = []
        self.refused_ids: set[str] = set()
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                records = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.lists.append(records)
                ids = [record["id_state"] for record in records]
                body = json.dumps([one for one in ids if str(one) not in receiver.refused_ids]).encode()
                self.send_response(receiver.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address for reports."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/dlr"

    @property
    def records(self) -> list[dict[str, Any]]:
        """Return every report that was pushed, in order."""
        return [record for records in self.lists for record in records]

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
