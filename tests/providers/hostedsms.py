"""What the tests of HostedSMS share: its usual answers, and clients that call the scripted server."""

from __future__ import annotations

from typing import Any

from smspanel.providers.hostedsms.client import HostedSmsClient
from smspanel.providers.values import Outgoing, Submission
from tests.providers.scripted import Reply, Scripted, answer_json

USER, PASSWORD = "api@example.com", "s3cret:z"
IDS = (
    "120dea2d-0d2e-4d20-ba68-ff4939954db8",
    "733dea7d-0d4e-4a70-ba68-fa39b5164db8",
    "5b1e8a0e-2f5e-4f7e-9f0a-1f2e3d4c5b6a",
)
NOW = "2026-06-30T12:05:00"
REFERENCE = "0f3c0d2e6b1b4c0e9d0a5a2f6f0f7c11"


def numbers(count: int, text: str = "Test", **fields: Any) -> Submission:
    """A submission of one text to that many numbers."""
    messages = tuple(Outgoing(f"ref{n}", f"4850050150{n}", text) for n in range(1, count + 1))
    return Submission(REFERENCE, messages, **{"sender": "INFO", "variant": "FULL"} | fields)


def taken(*ids: str, **more: object) -> Reply:
    """A success."""
    return answer_json({"MessageIds": list(ids), "CurrentTime": NOW, **more})


def refused(message: str, status: int = 200) -> Reply:
    """A refusal."""
    return answer_json({"ErrorMessage": message}, status)


def reports(*items: dict[str, object]) -> Reply:
    """A list of reports."""
    return answer_json({"CurrentTime": NOW, "DeliveryReports": list(items)})


def client(server: Scripted, user: str = USER, password: str = PASSWORD, /, **options: object) -> HostedSmsClient:
    """A client of the scripted server."""
    credentials = {"user": user, "password": password}
    return HostedSmsClient(base_url=server.url, credentials=credentials, options=options)
