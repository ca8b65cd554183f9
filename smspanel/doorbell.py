"""Rings workers through RQ. The database row is the job; a bell only carries its id and may be lost or repeated.

RQ loses and repeats jobs by design, so nothing here is relied upon: every job begins by claiming its row, and
the sweeper (smspanel/tick.py) rings again for whatever is still due.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
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
from rq.timeouts import BaseTimeoutException

from smspanel import clock, room
from smspanel.models import QueueProgress

logger = logging.getLogger(__name__)

Ids = tuple[int, ...]
OutOfTime = BaseTimeoutException
"""What stops a job that takes too long; whoever catches every Exception lets it pass first."""

NOTE_EVERY: Final = timedelta(seconds=10)
MARKED_SECONDS: Final = 5
"""A bell that was lost after it was marked is rung again after this long."""


@dataclass(frozen=True, slots=True)
class Bell:
    """Where a job is queued, the function that yields the ids for which it is due, and the seconds of its longest turn.

    Hardly any needs more than 90 seconds; a large workbook can neither be written nor read in turns. One that
    `takes_room` is not begun while the disk is nearly full.
    """

    queue: str
    due: str
    seconds: int = 90
    takes_room: bool = False

    @property
    def may_ring(self) -> bool:
        """Whether the job may begin now."""
        return not self.takes_room or room.is_left()


BELLS: Final = MappingProxyType(
    {
        "contacts.jobs.apply_import": Bell("bulk", "contacts.jobs.due_imports", seconds=1_800, takes_room=True),
        "contacts.jobs.undo_import": Bell("bulk", "contacts.jobs.due_undoing"),
        "contacts.jobs.do_bulk": Bell("bulk", "contacts.jobs.due_bulk"),
        "contacts.jobs.exchange": Bell("bulk", "contacts.jobs.due_exchanges"),
        "campaigns.jobs.read_recipients": Bell("bulk", "campaigns.jobs.due_recipient_files", takes_room=True),
        "campaigns.jobs.send_file": Bell("bulk", "campaigns.jobs.due_sendings_of_files"),
        "campaigns.jobs.make_plan": Bell("bulk", "campaigns.jobs.due_plans"),
        "campaigns.jobs.make_dry_run": Bell("bulk", "campaigns.jobs.due_dry_runs"),
        "campaigns.jobs.clean": Bell("bulk", "campaigns.jobs.due_cleanings"),
        "accounts.jobs.make_download": Bell("bulk", "accounts.jobs.due_downloads", seconds=1_800, takes_room=True),
        "campaigns.jobs.send_greeting": Bell("bulk", "campaigns.jobs.due_greetings"),
        "campaigns.jobs.repeat": Bell("bulk", "campaigns.jobs.due_repetitions"),
        "campaigns.jobs.send_repeated": Bell("bulk", "campaigns.jobs.due_repeated"),
        "campaigns.jobs.expand": Bell("bulk", "campaigns.jobs.due_expansions", takes_room=True),
        "campaigns.jobs.start": Bell("dispatch", "campaigns.jobs.due_starts"),
        "campaigns.jobs.dispatch_singles": Bell("urgent", "campaigns.jobs.due_singles", takes_room=True),
        "campaigns.jobs.urge": Bell("urgent", "campaigns.jobs.due_urgent", takes_room=True),
        "campaigns.jobs.dispatch": Bell("dispatch", "campaigns.jobs.due_dispatches", takes_room=True),
        "campaigns.jobs.watch_canary": Bell("inbox", "campaigns.jobs.due_canaries"),
        "campaigns.jobs.carry_out_stop": Bell("inbox", "campaigns.jobs.due_stops"),
        "campaigns.jobs.finish": Bell("dispatch", "campaigns.jobs.due_finishes"),
        "campaigns.jobs.suspect": Bell("inbox", "campaigns.jobs.due_suspects"),
        "campaigns.jobs.settle": Bell("inbox", "campaigns.jobs.due_settlements"),
        "campaigns.jobs.carry_out_reply_task": Bell("inbox", "campaigns.jobs.due_reply_tasks"),
        "campaigns.jobs.pull_reports": Bell("inbox", "campaigns.jobs.due_pulls"),
        "accounts.links.jobs.run_link": Bell("inbox", "accounts.links.jobs.due_links"),
        "accounts.links.jobs.settle_link": Bell("inbox", "accounts.links.jobs.due_link_settlements"),
        "accounts.links.jobs.compare_links": Bell("bulk", "accounts.links.jobs.due_comparisons"),
        "campaigns.jobs.apply_inbox": Bell("inbox", "campaigns.jobs.due_inbox"),
        "campaigns.jobs.fetch_replies": Bell("inbox", "campaigns.jobs.due_fetches"),
        "campaigns.jobs.count_messages": Bell("inbox", "campaigns.jobs.due_counts"),
        "accounts.jobs.send_notice": Bell("inbox", "accounts.jobs.due_notices"),
        "campaigns.jobs.send_postbacks": Bell("postbacks", "campaigns.jobs.due_postbacks"),
    }
)
"""Every function that a bell may call; a job with any other name is refused by the worker."""


_leaving = threading.Event()


def leave(*_: object) -> None:
    """Have the jobs of this process end their turn at the next good moment; also a handler of signals."""
    _leaving.set()


def is_leaving() -> bool:
    """Say whether a job should end its turn, because its worker was told to stop."""
    return _leaving.is_set()


def ring(job: str, *ids: int, once: bool = False) -> None:
    """Queue the job after the commit; when the queue server is away the commit stands and the sweeper rings.

    With `once`, a job that waits already is not queued again: it is rung for very often and finds all its work itself.
    """
    transaction.on_commit(partial(ring_once if once else ring_now, job, *ids), robust=True)


def ring_once(job: str, *ids: int) -> bool:
    """Queue the job unless it waits already; the job calls `heard` before it looks for work."""
    try:
        if not connection().set(_mark(job, ids), 1, nx=True, ex=MARKED_SECONDS):
            return True
    except RedisError as error:
        logger.info("The bell %s%s was lost (%s); the sweeper will ring.", job, ids, type(error).__name__)
        return False
    return ring_now(job, *ids)


def heard(job: str, *ids: int) -> None:
    """Let the job be rung for again: what is committed from now on, this run of it might not see."""
    with suppress(RedisError):
        connection().delete(_mark(job, ids))


def _mark(job: str, ids: Ids) -> str:
    return f"rung:{name_of(job, ids)}"


def ring_now(job: str, *ids: int) -> bool:
    """Queue the job and say whether the queue server took it."""
    bell = BELLS[job]
    job_id = f"{name_of(job, ids)}--{uuid.uuid4().hex}"
    try:
        queue = django_rq.get_queue(bell.queue, connection=connection())
        kept = {"result_ttl": 0, "ttl": 600, "failure_ttl": 86_400}
        queue.enqueue(job, *ids, job_id=job_id, job_timeout=bell.seconds, description=job, **kept)
    except RedisError as error:
        logger.info("The bell %s%s was lost (%s); the sweeper will ring.", job, ids, type(error).__name__)
        return False
    return True


def name_of(job: str, ids: Ids) -> str:
    """Return how the ids of all jobs begin that one bell queues.

    The rest of such an id is random: of two jobs with the same id, the end of the first would delete the second.
    """
    return "-".join([job.replace(".", "-"), *map(str, ids)])


def waiting() -> set[str]:
    """Return the names of the bells that no worker has heard yet; raises RedisError."""
    queues = (django_rq.get_queue(name, connection=connection()) for name in settings.QUEUES)
    return {job_id.partition("--")[0] for queue in queues for job_id in queue.get_job_ids()}


@lru_cache(maxsize=1)
def connection() -> Redis:
    """Return a client that gives up at once, because a lost bell costs nothing."""
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def due(job: str) -> Iterable[Ids]:
    """Yield the ids for which the job is due, by the database, if it may begin now."""
    if not BELLS[job].may_ring:
        return ()
    find: Callable[[], Iterable[Ids]] = import_string(BELLS[job].due)
    return find()


def leave_undone(*ids: int) -> None:
    """Do nothing in the place of a job that may not begin now; the sweeper rings for it when it may."""
    logger.info("There is too little room on the disk; a job of %s waits.", ids)


def run_due(queue: str, *, survive: bool = False) -> int:
    """Do what is due on the queue in this process, without the queue server; returns how many jobs were run.

    With `survive` a job that fails is logged, as RQ would do, and hinders no other.
    """
    ran = 0
    for job, bell in BELLS.items():
        if bell.queue == queue:
            body: Callable[..., None] = import_string(job)
            for ids in list(due(job)):
                if is_leaving():
                    return ran
                try:
                    body(*ids)
                except Exception:
                    if not survive:
                        raise
                    logger.exception("The job %s%s failed.", job, ids)
                    continue
                note_progress(queue)
                ran += 1
    return ran


def note_progress(queue: str) -> None:
    """Write that a job of the queue was done, at most every few seconds."""
    now = clock.now()
    if not QueueProgress.objects.filter(queue=queue, done_at__gt=now - NOTE_EVERY, done_at__lte=now).exists():
        QueueProgress.objects.update_or_create(queue=queue, defaults={"done_at": now})


def run_all_due(*, rounds: int = 1000) -> int:
    """Do everything that is due on every queue until nothing is; for commands and tests."""
    total = 0
    for _ in range(rounds):
        ran = sum(run_due(queue) for queue in settings.QUEUES)
        total += ran
        if not ran:
            return total
    raise RuntimeError(f"Work was still due after {rounds} rounds.")
