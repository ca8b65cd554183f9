"""A queue server of the tests' own, and worker processes on the database of the tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings
from redis import Redis
from redis.exceptions import RedisError

from smspanel import doorbell
from tests.running import ROOT

Processes = list["subprocess.Popen[bytes]"]


def wait_until(condition: Callable[[], object], seconds: float = 180) -> None:
    """Wait until something is true, and fail when it does not come true."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"It did not happen within {seconds} seconds."
        time.sleep(0.05)


def database_url() -> str:
    """Return the DATABASE_URL of the database that the test sees."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    host = found["HOST"] or found["OPTIONS"].get("host", "")
    return f"postgresql://{found['USER']}@/{found['NAME']}?host={quote(host)}"


@dataclass
class Machine:
    """A folder for a queue server, and everything that was started on it."""

    folder: Path
    processes: Processes = field(default_factory=list)

    @property
    def socket(self) -> Path:
        """Where the queue server listens."""
        return self.folder / "valkey.sock"

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a management command on the database of the test."""
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url(), "SMSPANEL_DATA": str(settings.DATA_DIR)} | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def worker(self, queue: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker of a queue."""
        return self.start("worker", queue, REDIS_URL=f"unix://{self.socket}?db=0", **environment)

    def valkey(self) -> subprocess.Popen[bytes]:
        """Start the queue server as an installation does, and wait until it answers."""
        process = self.start("valkey", SMSPANEL_DATA=str(self.folder), DATABASE_URL=f"sqlite:///{self.folder}/none")
        wait_until(self.answers)
        return process

    def answers(self) -> bool:
        """Say whether the queue server answers."""
        try:
            return bool(Redis(unix_socket_path=str(self.socket)).ping())
        except RedisError:
            return False

    def stop(self) -> None:
        """Kill everything that still runs."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait(60)


@pytest.fixture
def machine(settings: Settings) -> Iterator[Machine]:
    """A machine without a queue server, whose bells would ring at one."""
    folder = Path(tempfile.mkdtemp(prefix="sp-"))
    found = Machine(folder)
    settings.REDIS_URL = f"unix://{found.socket}?db=0"
    doorbell.connection.cache_clear()
    yield found
    found.stop()
    doorbell.connection.cache_clear()
    shutil.rmtree(folder)


@pytest.fixture
def valkey(machine: Machine) -> Machine:
    """A machine with a queue server."""
    machine.valkey()
    return machine
