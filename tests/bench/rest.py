"""Single messages over the REST API, beside an endpoint that only looks a key up and inserts one row."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from accounts import keys, points
from accounts.models import Account
from tests.bench.measure import ROUNDS, Figure, Row
from tests.campaigns.sending import open_route
from tests.invariants import assert_all_hold
from tests.personas import make_people

CLIENTS = 16
CALLS = 100
ROOT = Path(__file__).resolve().parents[2]


def rows() -> Iterator[Row | Figure]:
    """Measure both ways in turn, each with its own server, on one database."""
    account = make_people().slave.account
    open_route("http://127.0.0.1:9/")
    points.grant(account=account, points=100_000_000, key="bench", memo="bench")
    key = keys.issue(account=account, actor=None)[1]
    with ExitStack() as stack:
        bare = stack.enter_context(_server("tests.bench.bare:application", "tests.bench.bare_settings"))
        ours = stack.enter_context(_server("smspanel.wsgi:application", "smspanel.settings"))
        yield from _compare(bare, ours, key)
    _check(account)


def _compare(bare: int, ours: int, key: str) -> Iterator[Row | Figure]:
    rates: dict[int, list[float]] = {bare: [], ours: []}
    times: list[float] = []
    for turn in range(ROUNDS + 1):
        for port, found in rates.items():
            seconds, calls = _call(port, key, first=turn * CLIENTS * CALLS)
            if turn == 0:
                continue  # the first turn opens connections and imports modules
            found.append(CLIENTS * CALLS / seconds)
            times += calls if port == ours else []
    p99 = statistics.quantiles(times, n=100)[98] * 1000
    work = f"single messages over REST, {CLIENTS} clients / a key looked up and one INSERT"
    yield Row(work, "requests", statistics.median(rates[bare]), statistics.median(rates[ours]), 0.35)
    yield Figure(f"a single message over REST, {CLIENTS} clients, 99th percentile", "ms", p99, 250)


def _call(port: int, key: str, *, first: int) -> tuple[float, list[float]]:
    """Have all clients call; returns the seconds of all together, and of each call."""
    command = [sys.executable, "-m", "tests.bench.clients", str(port), key, str(CALLS), str(first)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return found["seconds"], found["calls"]


@contextmanager
def _server(application: str, settings: str) -> Iterator[int]:
    """Serve an application as the Procfile does, and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "error", application]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SMSPANEL_API_CALLS_PER_MINUTE": "10000000",
    }
    with _running(command, environment):
        _wait(port)
        yield port


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    # What this process prints is read as its result.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)
        else:
            return


def _check(account: Account) -> None:
    """See that every promise held while it was fast."""
    assert points.balance(account).held > 0
    assert_all_hold()
