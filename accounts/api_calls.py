"""The last calls of each account's software: kept in the queue server, without numbers, texts or keys.

They help to find out what a program does wrong, and nothing else depends on them: they may vanish.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redis.exceptions import RedisError

from accounts.models import Account, IdempotencyKey
from smspanel import clock, doorbell

CALLS_KEPT: Final = 500
KEPT_FOR: Final = timedelta(days=14)
ANSWERS_KEPT: Final = timedelta(days=7)
"""How long a request may be repeated with its Idempotency-Key (R1)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call: its address without values, and how it ended; `at` is in seconds since 1970."""

    at: float
    key: str
    method: str
    path: str
    status: int
    error_id: int
    word: str
    milliseconds: int
    address: str

    @property
    def moment(self) -> datetime:
        """When it was answered."""
        return datetime.fromtimestamp(self.at, clock.now().tzinfo)


def keep(account_id: int, call: ApiCall) -> None:
    """Keep a call as the newest of its account; without the queue server it is lost."""
    name = _list_of(account_id)
    try:
        server = doorbell.connection()
        kept = server.lpush(name, json.dumps({name: getattr(call, name) for name in call.__slots__}))
        if kept == 1 or kept > 2 * CALLS_KEPT:
            server.ltrim(name, 0, CALLS_KEPT - 1)
            server.expire(name, KEPT_FOR)
    except RedisError as error:
        logger.info("A call of the REST API was not logged (%s).", type(error).__name__)


def newest(account: Account) -> list[ApiCall]:
    """Return the last calls of an account, the newest first; none while the queue server is away."""
    try:
        found = doorbell.connection().lrange(_list_of(account.pk), 0, CALLS_KEPT - 1)
    except RedisError:
        return []
    return [ApiCall(**json.loads(line)) for line in found]


def _list_of(account_id: int) -> str:
    return f"api-calls:{account_id}"


def forget_old() -> None:
    """Delete answers that no client asks for again."""
    IdempotencyKey.objects.filter(created_at__lt=clock.now() - ANSWERS_KEPT).delete()
