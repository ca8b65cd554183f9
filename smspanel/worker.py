"""The RQ worker: one queue a process, only known functions, no orphans, and the database when Valkey is away."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
from contextlib import suppress
from functools import cache
from types import FrameType
from typing import Any, Final

import django_rq
import redis
from django.db import DatabaseError, close_old_connections, connections
from django.urls import get_resolver
from django.utils.module_loading import import_string
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.worker.base import StopRequested

from smspanel import clock_steps, doorbell

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
_PR_SET_PDEATHSIG: Final = 1
_LEAVE: Final = signal.SIGUSR1


class UnknownJob(Exception):
    """Somebody queued a function that no bell may call."""


class BellJob(Job):
    """A job that can only be one of the functions in doorbell.BELLS."""

    @property
    def func(self) -> Any:
        """Return the function, or one that does nothing if the job may not begin now.

        Raises UnknownJob for a name that is not on the list.
        """
        if self.func_name not in doorbell.BELLS:
            raise UnknownJob(f"{self.func_name!r} is not a job of this panel and was not run.")
        return super().func if doorbell.BELLS[self.func_name].may_ring else doorbell.leave_undone


class BellWorker(Worker):
    """A forking worker that leaves no orphan, shares no database handle, and stops when Valkey is away."""

    stopping: threading.Event
    parent: int

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember that this process was told to stop, as an idle RQ worker only leaves its loop, and tell the job."""
        self.stopping.set()
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, _LEAVE)
        super().request_stop(signum, frame)

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork with every database handle closed: one that is carried over a fork can corrupt an SQLite file."""
        _import_for_all()
        connections.close_all()
        self.parent = os.getpid()
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run one job in the child, which dies with its parent so that no second worker runs beside it."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.parent:
            os._exit(1)
        super().main_work_horse(job, queue)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Run the job between two clean-ups of stale database connections."""
        close_old_connections()
        try:
            done = bool(super().perform_job(job, queue))
            if done:
                doorbell.note_progress(queue.name)
            return done
        finally:
            connections.close_all()

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Tell Valkey that this worker lives, or leave the loop so that the database can be polled instead."""
        try:
            super().heartbeat(*args, **kwargs)
        except redis.ConnectionError:
            raise StopRequested from None


@cache
def _import_for_all() -> None:
    """Import what each horse would else import for itself: the jobs, and the pages whose addresses they write.

    The first job waits for it, and not the start, when the web server has to be imported, too.
    """
    for bell in doorbell.BELLS:
        import_string(bell)
    list(get_resolver().url_patterns)


class QueueRunner:
    """Works one queue for ever: by bells while Valkey answers, else by looking into the database."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self._stop = threading.Event()
        self._clock = clock_steps.Watch()

    def stop(self, *_: object) -> None:
        """Leave after the turn of the job at hand."""
        self._stop.set()
        doorbell.leave()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stop.is_set():
            self._install_signals()
            try:
                doorbell.connection().ping()
            except redis.RedisError:
                self._poll()
            else:
                self._listen()

    def _install_signals(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(_LEAVE, doorbell.leave)  # inherited by every horse before it does anything

    def _poll(self) -> None:
        """Do what the database says is due, then wait a moment."""
        close_old_connections()
        try:
            self._clock.look()
            doorbell.run_due(self.queue, survive=True)
        except DatabaseError:
            logger.exception("The database could not be asked what is due; it is asked again.")
        connections.close_all()
        self._stop.wait(POLL_SECONDS)

    def _listen(self) -> None:
        """Work by bells until told to stop or until Valkey goes away, or answers but takes nothing."""
        connections.close_all()
        connection = doorbell.connection()
        queue = django_rq.get_queue(self.queue, connection=connection)
        queue.job_class = BellJob
        worker = BellWorker(
            [queue],
            connection=connection,
            job_class=BellJob,
            serializer=JSONSerializer,
            worker_ttl=60,
            prepare_for_work=True,
        )
        worker.stopping = self._stop
        try:
            worker.work(max_jobs=2000, logging_level="WARNING")
        except redis.RedisError as error:
            # One whose disk or memory is full refuses every write.
            why = type(error).__name__
            logger.warning("Valkey is no use (%s); the %s worker looks into the database instead.", why, self.queue)
            if not self._stop.is_set():
                self._poll()
