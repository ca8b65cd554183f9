"""Rings workers through RQ. The database row is the job; a bell only carries its id and may be lost or repeated.

RQ loses and repeats jobs by design, so nothing here is relied upon: every job begins by claiming its row, and
the sweeper (smspanel/tick.py) rings again for whatever is still due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Final

import django_rq
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bell:
    """Where a job is queued, and the function that yields the ids for which it is due by the database."""

    queue: str
    due: str


BELLS: Final = MappingProxyType(
    {
        "contacts.jobs.apply_import": Bell("bulk", "contacts.jobs.due_imports"),
        "campaigns.jobs.make_plan": Bell("bulk", "campaigns.jobs.due_plans"),
        "campaigns.jobs.expand": Bell("bulk", "campaigns.jobs.due_expansions"),
        "campaigns.jobs.start": Bell("dispatch", "campaigns.jobs.due_starts"),
        "campaigns.jobs.dispatch": Bell("dispatch", "campaigns.jobs.due_dispatches"),
        "campaigns.jobs.finish": Bell("dispatch", "campaigns.jobs.due_finishes"),
        "campaigns.jobs.suspect": Bell("dispatch", "campaigns.jobs.due_suspects"),
        "campaigns.jobs.settle": Bell("dispatch", "campaigns.jobs.due_settlements"),
        "campaigns.jobs.pull_reports": Bell("inbox", "campaigns.jobs.due_pulls"),
        "campaigns.jobs.apply_inbox": Bell("inbox", "campaigns.jobs.due_inbox"),
    }
)
"""Every function that a bell may call; a job with any other name is refused by the worker."""


def ring(job: str, *ids: int) -> None:
    """Queue the job after the commit; when the queue server is away the commit stands and the sweeper rings."""
    transaction.on_commit(partial(ring_now, job, *ids), robust=True)


def ring_now(job: str, *ids: int) -> bool:
    """Queue the job and say whether the queue server took it."""
    bell = BELLS[job]
    try:
        queue = django_rq.get_queue(bell.queue, connection=connection())
        queue.enqueue(job, *ids, result_ttl=0, ttl=600, failure_ttl=86_400, description=job)
    except RedisError as error:
        logger.info("The bell %s%s was lost (%s); the sweeper will ring.", job, ids, type(error).__name__)
        return False
    return True


@lru_cache(maxsize=1)
def connection() -> Redis:
    """Return a client that gives up at once, because a lost bell costs nothing."""
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def due(job: str) -> Iterable[Ids]:
    """Yield the ids for which the job is due, by the database."""
    find: Callable[[], Iterable[Ids]] = import_string(BELLS[job].due)
    return find()


def run_due(queue: str) -> int:
    """Do what is due on the queue in this process, without the queue server; returns how many jobs were run."""
    ran = 0
    for job, bell in BELLS.items():
        if bell.queue == queue:
            body: Callable[..., None] = import_string(job)
            for ids in list(due(job)):
                body(*ids)
                ran += 1
    return ran


def run_all_due(*, rounds: int = 1000) -> int:
    """Do everything that is due on every queue until nothing is; for commands and tests."""
    total = 0
    for _ in range(rounds):
        ran = sum(run_due(queue) for queue in settings.QUEUES)
        total += ran
        if not ran:
            return total
    raise RuntimeError(f"Work was still due after {rounds} rounds.")
