"""Keeps what providers give to sign in with, encrypted in the database, so that all processes share one token."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from accounts.models import Connection
from smspanel import clock, crypto, tick
from smspanel.providers.base import TokenStore

LEASE_SECONDS: Final = 30.0
"""Longer than a sign-in takes; a process that died in one holds the others up no longer than this."""
PAUSE: Final = 0.1


class DatabaseTokens(TokenStore):
    """The token of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> str:
        """Return the stored token; nothing when there is none, or none that can be opened."""
        row = Connection.objects.filter(pk=self._connection.pk).values_list("sealed_token", flat=True).first()
        if not row:
            return ""
        try:
            return crypto.unseal(row, place=self._connection.token_place)
        except crypto.CannotOpen:
            return ""

    def write(self, value: str) -> None:
        """Seal and store the token."""
        sealed = crypto.seal(value, place=self._connection.token_place) if value else ""
        Connection.objects.filter(pk=self._connection.pk).update(sealed_token=sealed)

    def refreshing(self) -> AbstractContextManager[None]:
        """Let one process at a time, over all hosts, sign in."""
        return self._lease()

    @contextmanager
    def _lease(self) -> Iterator[None]:
        name, holder = f"token:{self._connection.pk}", uuid.uuid4().hex
        until = clock.monotonic() + LEASE_SECONDS
        while not tick.acquire(name, holder=holder, seconds=LEASE_SECONDS) and clock.monotonic() < until:
            time.sleep(PAUSE)
        try:
            yield
        finally:
            tick.release(name, holder=holder)
