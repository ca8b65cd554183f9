"""Software that calls the REST API with a key, as its tests need it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import keys
from accounts.models import Account
from smspanel import clock, doorbell

BASE = "/api/rest/v2"


@dataclass
class Software:
    """A program of one account; every answer it gets is an envelope."""

    account: Account
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key, value = keys.issue(account=self.account, actor=None, label="test")
        self.headers = {"App-Key": value} | self.headers

    def call(self, verb: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Call and return the whole envelope."""
        client = Client(
            enforce_csrf_checks=True,
            headers=self.headers | {name.replace("_", "-"): value for name, value in headers.items()},
        )
        data = "" if body is None else json.dumps(body)
        response = client.generic(verb, f"{BASE}/{path}", data, content_type="application/json")
        assert response.headers["Content-Type"].startswith("application/json"), response.content[:200]
        envelope: dict[str, Any] = response.json()
        assert set(envelope) == {"responseCode", "errorId", "message", "data"}
        return envelope

    def get(self, path: str, **headers: str) -> Any:
        """Return the data of a successful GET."""
        return self.data("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Return the data of a successful POST."""
        return self.data("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        """Return the data of a successful PUT."""
        return self.data("PUT", path, body, **headers)

    def data(self, verb: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call, see that it succeeds, and return the data."""
        envelope = self.call(verb, path, body, **headers)
        assert (envelope["errorId"], envelope["responseCode"], envelope["message"]) == (0, "OK", "Successful"), envelope
        return envelope["data"]

    def error(self, verb: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Call, see that it fails, and return the errorId and the responseCode."""
        envelope = self.call(verb, path, body, **headers)
        assert envelope["errorId"] != 0, envelope
        assert envelope["data"] is None
        assert envelope["message"]
        return envelope["errorId"], envelope["responseCode"]

    def upload(self, path: str, content: bytes, name: str = "numbers.csv", part: str = "inputData") -> dict[str, Any]:
        """Send a file and return the whole envelope."""
        file = SimpleUploadedFile(name, content)
        response = Client(headers=self.headers).post(f"{BASE}/{path}", {part: file})
        envelope: dict[str, Any] = response.json()
        return envelope


def deliver() -> None:
    """Send what is due, and fetch the reports."""
    doorbell.run_all_due()
    with clock.travel(seconds=10):
        doorbell.run_all_due()


def bulk(**fields: Any) -> dict[str, Any]:
    """Return the body of an order that succeeds, with some fields changed."""
    return {
        "name": "Spring sale",
        "to": ["48500000100", "48500000200"],
        "message": "Hello",
        "bulkVariant": "ECO",
        "doubleEncode": False,
    } | fields


def message(**fields: Any) -> dict[str, Any]:
    """Return the body of a single message that succeeds, with some fields changed."""
    return {"to": "48500000100", "message": "Hello", "bulkVariant": "ECO", "doubleEncode": False} | fields
