"""What the tests of JustSend share: its envelope, a bulk as it answers one, and clients of the scripted server."""

from __future__ import annotations

from typing import Any

from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.values import Outgoing, Submission
from tests.providers.scripted import Reply, Scripted, answer_json

FIRST = Outgoing("ref1", "48500501501", "Zażółć")
SECOND = Outgoing("ref2", "48500501502", "Zażółć")


def ok(data: object) -> Reply:
    """A success."""
    return answer_json({"responseCode": "OK", "errorId": 0, "message": "Successful", "data": data})


def refused(code: object, word: str = "NO", message: str = "No", status: int = 200) -> Reply:
    """A refusal."""
    return answer_json({"responseCode": word, "errorId": code, "message": message, "data": None}, status)


def bulk(status: str = "TO_SEND", *, size: int | None = 2, **more: object) -> dict[str, Any]:
    """The object of a bulk."""
    name = {"name": "k-42_2026-08-03-09-00-01", "shortName": "k-42"}
    return {"id": 12583, **name, "bulkStatus": status, "bulkSize": size, "costInPoints": 14, **more}


def submission(*messages: Outgoing, **fields: Any) -> Submission:
    """A batch named k-42."""
    return Submission("k-42", messages or (FIRST, SECOND), **{"variant": "PRO", "sender": "JUSTSEND"} | fields)


def client_of(server: Scripted) -> JustSendClient:
    """A client with a key."""
    return JustSendClient(base_url=f"{server.url}/v2", credentials={"app_key": "key"})


def targets(server: Scripted) -> list[str]:
    """What was called."""
    return [f"{request.method} {request.target.removeprefix('/v2/')}" for request in server.requests]
