"""How many calls a minute one key may make; counted in the queue server, and not at all while that is away."""

from __future__ import annotations

import logging
import math
from typing import Final

from django.conf import settings
from redis.exceptions import RedisError

from accounts.models import AppKey
from smspanel import clock, doorbell
from smspanel.api import codes
from smspanel.api.errors import ApiError

WINDOW_SECONDS: Final = 60

logger = logging.getLogger(__name__)


def count_call(key: AppKey) -> None:
    """Count one call of the key; raises ApiError 429 with Retry-After (seconds) when it made too many."""
    now = clock.now().timestamp()
    name = f"api-count:{key.pk}:{int(now // WINDOW_SECONDS)}"
    try:
        server = doorbell.connection()
        made = server.incr(name)
        if made == 1:
            server.expire(name, 2 * WINDOW_SECONDS)
    except RedisError as error:
        logger.info("Calls are not counted (%s).", type(error).__name__)
        return
    if made > settings.API_CALLS_PER_MINUTE:
        rest = math.ceil(WINDOW_SECONDS - now % WINDOW_SECONDS)
        message = f"Too many calls: a key may make {settings.API_CALLS_PER_MINUTE} a minute. Try again in {rest} s."
        raise ApiError(codes.TOO_OFTEN, message, headers={"Retry-After": str(rest)})
