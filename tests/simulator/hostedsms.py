"""How the tests talk to the simulated HostedSMS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from smspanel.simulator import Simulator

USER = ("sim@example.com", "sim-password")
ACCEPT = {"Accept": "application/json"}
SMS: dict[str, Any] = {
    "Phone": ["48500100200"],
    "Message": "Hello",
    "Sender": "INFO",
    "TransactionId": "0f3c0d2e6b1b4c0e9d0a5a2f6f0f7c11",
    "Priority": "1",
    "FlashSms": "false",
}


class Hosted:
    """Call one simulator like a client of the provider."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Make a call, signed in unless the options say otherwise."""
        defaults: dict[str, Any] = {"auth": USER, "headers": ACCEPT, "timeout": 60}
        return self.session.request(method, f"{self.simulator.url('hostedsms')}/{path}", **(defaults | options))

    def send(self, *phones: str, **fields: object) -> Any:
        """Send to these numbers and return the reply; None leaves a field out."""
        body = SMS | ({"Phone": list(phones)} if phones else {}) | fields
        wanted = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", "FullApi/Smses", json=wanted).json()

    def reports(self, *ids: str, **query: str) -> list[dict[str, Any]]:
        """Return the reports of these ids, or the unread ones."""
        found: list[dict[str, Any]] = self.call(
            "GET", "FullApi/DeliveryReports", params={**({"MessageIds": list(ids)} if ids else {}), **query}
        ).json()["DeliveryReports"]
        return found


@pytest.fixture
def hosted(sim: Simulator) -> Iterator[Hosted]:
    """A client of an empty simulator."""
    hosted = Hosted(sim)
    yield hosted
    hosted.session.close()
