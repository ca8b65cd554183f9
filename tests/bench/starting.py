"""How soon an installation answers when it is started, and how much memory its processes take."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import requests

from tests.bench.measure import Figure, Row, seconds_of
from tests.running import Installation, installation

STARTS: Final = 5
SECONDS: Final = 8.0
MEGABYTES: Final = 130.0
PEOPLE: Final = 50_000
OURS: Final = ("granian", "manage.py worker", "manage.py tick")
"""What runs our own code; the queue server and the simulator are somebody else's, or not there in production."""


def rows() -> Iterator[Row | Figure]:
    """Start an installation with its demo, then again and again; look at its processes when idle and after work."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        yield Figure("first start: migrations, demo, then an answer of /healthz", "seconds", _start(data))
        taken, bare = [], []
        for _start_again in range(STARTS):
            bare.append(seconds_of(_import_django))
            taken.append(_start(data))
        yield Row(
            f"starting again until /healthz answers, {statistics.median(taken):.1f} s / Python that imports Django",
            "starts",
            1 / statistics.median(bare),
            1 / statistics.median(taken),
        )
        yield Figure("starting again until /healthz answers", "seconds", statistics.median(taken), SECONDS)
        with installation(data) as running:
            yield from _memory(running)


def _start(data: Path) -> float:
    """Return how long it takes from nothing to a healthy answer."""
    began = time.perf_counter()
    with installation(data) as running:
        while not requests.get(f"{running.url}/healthz", timeout=10).ok:
            time.sleep(0.05)
        return time.perf_counter() - began


def _import_django() -> None:
    code = "import django; from django.conf import settings; settings.configure(); django.setup()"
    subprocess.run([sys.executable, "-c", code], check=True)


def _memory(running: Installation) -> Iterator[Figure]:
    """Look at the largest process of each kind, idle, and at the most that it took while there was work."""
    time.sleep(5)
    idle = _megabytes(running, "VmRSS")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _index: requests.get(f"{running.url}/login/", timeout=60), range(400)))
    _import(running)
    for kind, most in _megabytes(running, "VmHWM").items():
        yield Figure(f"{kind}, idle", "MB", idle[kind], MEGABYTES)
        yield Figure(f"{kind}, the most under load", "MB", most, MEGABYTES)


def _import(running: Installation) -> None:
    """Import contacts while pages are asked for; the command works in a process of its own."""
    path = running.data / "people.csv"
    path.write_text("\n".join(["phone", *(str(500_000_000 + index) for index in range(PEOPLE))]))
    account = running.manage("importcontacts", str(path), "--account", "1", "--group", "Bench")
    if account.returncode:
        raise RuntimeError(account.stderr)


def _megabytes(running: Installation, field: str) -> dict[str, float]:
    """Return what the largest process of each kind takes, by the kernel's word."""
    mark = f"SMSPANEL_DATA={running.data}".encode()
    found: dict[str, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            status = (folder / "status").read_text()
        except OSError:
            continue
        if kind := next((one for one in OURS if one in command), None):
            kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:"))
            found[kind] = max(found.get(kind, 0), kilobytes / 1024)
    return found
