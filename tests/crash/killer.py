"""Kills a flow at every SQL statement and around every HTTP call, lets others carry on, and judges the end.

`python -m tests.crash.killer FLOW CONTROL_URL PROVIDER_URL` works on the SQLite file of its own SMSPANEL_DATA. The
flow runs in a forked child on a fresh copy of the prepared database; the child dies at its first step, at its
second, and so on, until it ends untouched. A death inside a transaction leaves what a death at its BEGIN left, so
there only the long form (SMSPANEL_LONG=1) recovers; it also kills the recovery. Prints how many places were tested.
"""

from __future__ import annotations

import gc
import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from smspanel import clock, doorbell, failpoints  # noqa: E402
from tests.crash.flows import FLOWS, Flow, judge, prepare  # noqa: E402
from tests.crash.provider import Provider  # noqa: E402
from tests.proof import LONG  # noqa: E402

STATEMENT, INSIDE, SENT = b"q", b"i", b"s"
HTTP = {"http.before": b"b", "http.sent": SENT, "http.answered": b"a"}
DATABASE = Path(settings.DATABASES["default"]["NAME"])
PREPARED = DATABASE.with_suffix(".prepared")


class Countdown:
    """Notes every step of this process in a pipe and kills it at one of them."""

    def __init__(self, at: int | None, pipe: int) -> None:
        self._left, self._pipe = at, pipe
        for place, letter in HTTP.items():
            failpoints.arm(place, lambda letter=letter: self._step(letter))  # type: ignore[misc]

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Stand around the execution of a statement."""
        self._step(INSIDE if connection.in_atomic_block else STATEMENT)
        return execute(*statement)

    def _step(self, letter: bytes) -> None:
        os.write(self._pipe, letter)
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                failpoints.kill_now()


def in_child(work: Callable[[], None], *, kill_at: int | None = None) -> tuple[bool, bytes]:
    """Run the work in a fork; return whether it was killed, and its steps. Raises if the work failed."""
    read_end, write_end = os.pipe()
    if (child := os.fork()) == 0:
        failed = True
        try:
            with connection.execute_wrapper(Countdown(kill_at, write_end)):
                work()
            failed = False
        finally:
            if failed:
                traceback.print_exc()
            os._exit(failed)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        steps = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in {0, -signal.SIGKILL}:
        raise AssertionError(f"killed at step {kill_at}, the rest went wrong (see above)")
    return status != 0, steps


def restore() -> None:
    """Put the prepared database back."""
    for suffix in ("-wal", "-shm"):
        DATABASE.with_name(DATABASE.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(PREPARED, DATABASE)


def recover(flow: Flow) -> None:
    """Do what people and the other workers do after the death, and a little later ask for the last reports."""
    flow.again()
    with clock.travel(seconds=120):
        doorbell.run_all_due()
    with clock.travel(seconds=240):
        doorbell.run_due("inbox")


def trial(flow: Flow, provider: Provider, kill_at: int) -> bool:
    """Kill the flow at one step, recover and judge; say whether it got so far as to be killed."""
    restore()
    if flow.fresh_provider:
        provider.prepare(list(flow.faults))
    killed, steps = in_child(flow.steps, kill_at=kill_at)
    if killed and steps.endswith(INSIDE) and not LONG:
        assert_whole()
        return True
    sent = steps.count(SENT)
    provider.rest(sent)
    if killed and LONG:
        _, more = in_child(lambda: recover(flow), kill_at=random.Random(kill_at).randint(1, 400))
        provider.rest(sent + more.count(SENT))

    def recover_and_judge() -> None:
        recover(flow)
        judge(flow, provider)

    in_child(recover_and_judge)
    return killed


def assert_whole() -> None:
    """Check that the file is not damaged."""
    with closing(sqlite3.connect(DATABASE)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def make_ready(flow: Flow, provider: Provider) -> None:
    """Make the database that every trial starts with, and import whatever the flow imports."""
    call_command("migrate", verbosity=0)
    prepare(provider)
    flow.before()
    connections.close_all()
    shutil.copyfile(DATABASE, PREPARED)
    flow.steps()
    recover(flow)
    connections.close_all()
    gc.freeze()


def main() -> None:
    """Kill the flow everywhere."""
    logging.disable(logging.INFO)
    name, control, address = sys.argv[1:]
    flow, provider = FLOWS[name], Provider(control, address)
    make_ready(flow, provider)
    print(next(place for place in count(1) if not trial(flow, provider, place)) - 1)


if __name__ == "__main__":
    main()
