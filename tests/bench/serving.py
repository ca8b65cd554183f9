"""A web server as the Procfile runs it, and sixteen clients that ask it at the same time."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench.clients import Requests
from tests.bench.measure import ROUNDS, WHOLE

CLIENTS: Final = 16
CALLS: Final = 100 if WHOLE else 50
"""So many requests of each client are one round."""
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Answers:
    """What was measured of one server: its rate in each round, and the seconds of each call."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return statistics.median(self.rates)

    @property
    def p99(self) -> float:
        """Milliseconds that one call in a hundred takes longer than."""
        return statistics.quantiles(self.seconds, n=100)[98] * 1000


def compare_servers(
    bare: int, ours: int, request: Callable[[int], tuple[str, str, str]], headers: dict[str, str]
) -> tuple[Answers, Answers]:
    """Ask the servers at both ports in turn; `request` makes the method, path and body of each number."""
    found = {bare: Answers(), ours: Answers()}
    for turn in range(ROUNDS + 1):
        numbers = range(turn * CLIENTS * CALLS, (turn + 1) * CLIENTS * CALLS)
        asked = [[request(number) for number in numbers[client::CLIENTS]] for client in range(CLIENTS)]
        for port, answers in found.items():
            seconds, calls = _ask(port, asked, headers)
            if turn:  # the first turn opens connections and imports modules
                answers.rates.append(CLIENTS * CALLS / seconds)
                answers.seconds += calls
    return found[bare], found[ours]


def _ask(port: int, clients: list[Requests], headers: dict[str, str]) -> tuple[float, list[float]]:
    """Have all clients call; returns the seconds of all together, and of each call."""
    given = json.dumps({"port": port, "headers": headers, "clients": clients})
    command = [sys.executable, "-m", "tests.bench.clients"]
    done = subprocess.run(command, cwd=ROOT, check=True, input=given, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return found["seconds"], found["calls"]


@contextmanager
def serving(application: str, settings: str) -> Iterator[int]:
    """Serve an application and yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "error", application]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SMSPANEL_API_CALLS_PER_MINUTE": "10000000",
    }
    # What this process prints is read as its result.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
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
