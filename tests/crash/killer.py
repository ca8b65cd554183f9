"""Kills a flow at every SQL statement and around every HTTP call, lets others carry on, and judges the end.

`python -m tests.crash.killer FLOW FIRST EVERY CONTROL_URL FRONTS` works on the database of its own SMSPANEL_DATA or
DATABASE_URL. The flow runs in a forked child on a fresh copy of the prepared database; the child dies at its step
FIRST, so many steps further, and so on, until it ends untouched. A death inside a transaction leaves what a death at
its BEGIN left, so there only the long form (SMSPANEL_LONG=1) recovers; it also kills the recovery. Prints how many
places were tested, and the seconds of the slowest recovery.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from smspanel import clock, doorbell, failpoints  # noqa: E402
from tests.crash.flows import FLOWS, Flow, judge, prepare  # noqa: E402
from tests.crash.provider import Provider  # noqa: E402
from tests.crash.store import Store, open_store  # noqa: E402
from tests.proof import LONG  # noqa: E402

seconds: list[float] = []
"""How long each recovery took, and the look at its end."""
STATEMENT, INSIDE, SENT = b"q", b"i", b"s"
HTTP = {"http.before": b"b", "http.sent": SENT, "http.answered": b"a"}


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


def recover(flow: Flow) -> None:
    """Do what people and the other workers do after the death, and a little later ask for the last reports."""
    flow.again()
    with clock.travel(seconds=flow.ahead + 120):
        doorbell.run_all_due()
    with clock.travel(seconds=flow.ahead + 240):
        doorbell.run_due("inbox")


def trial(flow: Flow, store: Store, provider: Provider, kill_at: int) -> bool:
    """Kill the flow at one step, recover and judge; say whether it got so far as to be killed."""
    store.restore()
    if flow.fresh_provider:
        provider.prepare(list(flow.faults))
    killed, steps = in_child(flow.steps, kill_at=kill_at)
    if killed and steps.endswith(INSIDE) and not LONG:
        store.assert_whole()
        return True
    if killed and LONG:
        provider.rest(steps.count(SENT) if flow.judge is None else 0)
        _, more = in_child(lambda: recover(flow), kill_at=random.Random(kill_at).randint(1, 400))
        steps += more
    provider.rest(steps.count(SENT) if flow.judge is None else 0)

    def recover_and_judge() -> None:
        recover(flow)
        judge(flow, provider)

    began = time.monotonic()
    in_child(recover_and_judge)
    seconds.append(time.monotonic() - began)
    return killed


def make_ready(flow: Flow, store: Store, provider: Provider) -> None:
    """Make the database that every trial starts with, and import whatever the flow imports."""
    call_command("migrate", verbosity=0)
    prepare(provider)
    flow.before()
    connections.close_all()
    store.keep()
    flow.steps()
    recover(flow)
    connections.close_all()
    gc.freeze()


def main() -> None:
    """Kill the flow everywhere."""
    logging.disable(logging.INFO)
    name, first, every, control, fronts = sys.argv[1:]
    flow, store, provider = FLOWS[name], open_store(), Provider(control, json.loads(fronts))
    make_ready(flow, store, provider)
    tested = 0
    for place in count(int(first), int(every)):
        if not trial(flow, store, provider, place):
            break
        tested += 1
    print(json.dumps([tested, max(seconds, default=0.0)]))


if __name__ == "__main__":
    main()
