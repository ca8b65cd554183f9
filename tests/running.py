"""A whole installation, started as `make run` starts it: every process, a demo, and the simulator's control plane."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

PATIENCE = 600
"""Seconds that anything may take on a slow machine."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Installation:
    """An installation that runs, or ran, in a folder."""

    data: Path
    url: str
    simulator_port: int
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What its processes and commands see."""
        return _environment(self.data, int(self.url.rsplit(":", 1)[1]), self.simulator_port)

    @property
    def passwords(self) -> dict[str, str]:
        """The demo's sign-ins."""
        found: dict[str, str] = json.loads((self.data / "demo.json").read_text())
        return found

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on it."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def simulator(self, path: str) -> Any:
        """Ask the simulator's control plane."""
        return requests.get(f"http://127.0.0.1:{self.simulator_port}/_sim/{path}", timeout=PATIENCE).json()

    def stop(self) -> None:
        """Press Ctrl-C and wait."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE)

    def processes(self) -> list[str]:
        """Return the command lines of everything that still runs on its folder."""
        mark = f"SMSPANEL_DATA={self.data}".encode()
        alive = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    alive.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return [command for command in alive if command]


def free_ports(count: int) -> int:
    """Return the first of some neighbouring ports that nobody listens on."""
    # Neighbouring processes look at the same moment, so each begins far from the other; from 32,768 on the system
    # takes ports for connections that go out, and might take one before the installation listens on it.
    for first in range(10_000 + os.getpid() * 9_700 % 20_000, 32_700, 10):
        sockets: list[socket.socket] = []
        try:
            sockets += (socket.create_server(("127.0.0.1", port)) for port in range(first, first + count))
        except OSError:
            continue
        else:
            return first
        finally:
            for one in sockets:
                one.close()
    raise RuntimeError("There are no free ports.")


def _environment(data: Path, port: int, simulator_port: int) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SMSPANEL_", "DATABASE_"))}
    return clean | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SMSPANEL_DATA": str(data),
        "SMSPANEL_PRIVATE_HOSTS": "127.0.0.1",
        "SMSPANEL_LEAST_FREE_MB": "1",
        "SMSPANEL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SMSPANEL_SIMULATOR_PORT": str(simulator_port),
        "SMSPANEL_SIMULATOR_OPTIONS": "--control --delivery-delay 1",
        "PORT": str(port),
    }


@contextmanager
def installation(data: Path) -> Iterator[Installation]:
    """Start everything on the folder, wait until it answers, and stop it at the end."""
    port = free_ports(12)
    environment = _environment(data, port, port + 1)
    with (data / "run.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "smspanel.start"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    found = Installation(data, f"http://127.0.0.1:{port}", port + 1, process)
    try:
        _wait_until_it_answers(found)
        yield found
    finally:
        if process.poll() is None:
            found.stop()


def _wait_until_it_answers(found: Installation) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            requests.get(f"{found.url}/healthz", timeout=PATIENCE)
            found.simulator("state")
        except requests.RequestException:
            if found.process.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return
    raise RuntimeError((found.data / "run.log").read_text())
