"""Connections to scripted and simulated providers, for tests of what is observed of them."""

from __future__ import annotations

from typing import Any

from accounts import connections
from accounts.models import Connection

TOKEN = "s3cret-token"


def connect(base_url: str, *, token: str = TOKEN, **fields: Any) -> Connection:
    """Make a connection to SerwerSMS at this address."""
    made = Connection.objects.create(**{"name": "Main", "kind": "serwersms", "base_url": base_url} | fields)
    connections.set_credentials(connection=made, credentials={"token": token}, actor=None)
    return made
