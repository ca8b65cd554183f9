"""What the tests of JO Mobile share: its usual answers, and clients that call the scripted server."""

from __future__ import annotations

from typing import Any

from smspanel.providers.base import TokenStore
from smspanel.providers.jomobile.client import JoMobileClient
from smspanel.providers.values import Outgoing, Submission
from tests.providers.scripted import Reply, Scripted, answer_json

FIRST = Outgoing("ref1", "48500501501", "Hi")
SECOND = Outgoing("ref2", "48500501502", "Hi")
LATE = 2_006_432_128
UNAUTHORIZED = answer_json({"status": False, "error_code": 401, "errors": "Unauthorized"}, 401)


def done(data: object) -> Reply:
    """A success."""
    return answer_json({"status": True, "data": data})


def refused(errors: object, status: int = 400) -> Reply:
    """A refusal."""
    return answer_json({"status": False, "error_code": 400, "errors": errors}, status)


def sign_in(token: str = "gbBX8dB7kDvBeo0H", expires_at: object = LATE) -> tuple[Reply, Reply]:
    """The two answers that bring a token."""
    code = done({"authorization_code": "b2cdedb1", "expires_at": 1_637_654_553})
    return code, done({"access_token": token, "expires_at": expires_at})


def taken(*messages: Outgoing) -> Reply:
    """Every message is taken, each in one part."""
    return done({message.msisdn: [{"id_state": f"id-{message.ref}"}] for message in messages})


def fixed(server: Scripted, **options: object) -> JoMobileClient:
    """A client with a token from the provider's cabinet."""
    return JoMobileClient(base_url=server.url, credentials={"token": "tok"}, options={"sender": "INFO"} | options)


def logging_in(server: Scripted, tokens: TokenStore | None = None, password: str = "p") -> JoMobileClient:
    """A client that signs in."""
    credentials = {"username": "u", "password": password}
    return JoMobileClient(base_url=server.url, credentials=credentials, tokens=tokens, options={"sender": "INFO"})


def package(*messages: Outgoing, **fields: Any) -> Submission:
    """A submission under the sender INFO."""
    return Submission("batch", messages, **{"sender": "INFO"} | fields)


def targets(server: Scripted) -> list[str]:
    """Return the paths that were called, in order."""
    return [request.target for request in server.requests]
