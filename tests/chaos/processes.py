"""The processes of an installation: each is started by its line of the Procfile, killed, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PROCFILE: Final = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
_MORTAL: Final = ("setpriv", "--pdeathsig", "KILL")
"""What is started so dies with the tests, however these die."""
QUIET: Final = 30.0
"""Seconds that a process may take to end when it is asked to, before it is killed."""


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return what the processes of an installation in that folder see, and nothing of a developer's own."""
    foreign = ("SMSPANEL_", "DATABASE_", "REDIS_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return own | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SMSPANEL_DATA": str(data),
        "SMSPANEL_PRIVATE_HOSTS": "127.0.0.1",
        "SMSPANEL_LEAST_FREE_MB": "1",
        **more,
    }


@dataclass
class Process:
    """One process, by its name in the Procfile and a number where there are several of it.

    `within` is the command that runs it, such as one that puts it into another network.
    """

    name: str
    environment: dict[str, str]
    log: Path
    within: Sequence[str] = ()
    running: subprocess.Popen[bytes] | None = None
    wanted: bool = True

    def start(self) -> None:
        """Start it as the supervisor does: a process of its own group, so that what it leaves can be ended with it."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [*_MORTAL, *self.within, "sh", "-c", f"exec {PROCFILE[self.name.rstrip('0123456789')]}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.running is not None and self.running.poll() is None

    def children(self) -> list[int]:
        """Return the processes that it forked: of a worker the one that does a job."""
        if not self.alive or self.running is None:
            return []
        pid = self.running.pid
        with suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it alone."""
        if self.alive and self.running is not None:
            self.running.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; says whether it has."""
        if self.running is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(timeout=seconds)
            self._sweep_up()
            return True
        return False

    def kill(self) -> None:
        """End it as `kill -9` does, with what it would leave behind."""
        self.signal(signal.SIGKILL)
        self.wait(QUIET)

    def _sweep_up(self) -> None:
        """End what is left of its group, as a supervisor does; a horse dies with its worker by itself."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)


@dataclass
class Processes:
    """All processes of an installation, kept up until they are stopped."""

    names: Sequence[str]
    environment: dict[str, str]
    log: Path
    within: Sequence[str] = ()
    all: dict[str, Process] = field(default_factory=dict)
    restarts: int = 0

    def start(self) -> None:
        """Start every process, Valkey first."""
        for name in self.names:
            self.all[name] = Process(name, self.environment, self.log, self.within)
            self.all[name].start()

    def keep_up(self) -> None:
        """Start again what has died."""
        for process in self.all.values():
            if process.wanted and not process.alive:
                process.wait(0)
                process.start()
                self.restarts += 1

    def lose(self) -> None:
        """Kill everything at one moment and leave it dead, as a host that fails does."""
        for process in self.all.values():
            process.wanted = False
            process.signal(signal.SIGKILL)
        for process in self.all.values():
            process.wait(QUIET)

    def switch_off(self, name: str) -> None:
        """Kill a process and leave it dead."""
        self.all[name].wanted = False
        self.all[name].kill()

    def switch_on(self, name: str) -> None:
        """Start a process again that was switched off."""
        self.all[name].wanted = True
        self.keep_up()

    def restart(self, changes: dict[str, str], *, names: Iterable[str] = ()) -> None:
        """Kill processes, all by default, and start them with other variables."""
        for process in [self.all[name] for name in names or self.all]:
            process.kill()
            process.environment = process.environment | changes
            process.start()

    def stop(self) -> None:
        """End everything, at once."""
        for process in self.all.values():
            process.signal(signal.SIGKILL)
        for process in self.all.values():
            process.wait(QUIET)

    def roll(self, name: str, *, patience: float) -> bool:
        """Restart a process as a deployment does; says whether it ended by itself within so many seconds."""
        process = self.all[name]
        process.signal(signal.SIGTERM)
        ended = process.wait(patience)
        if not ended:
            process.kill()
        process.start()
        return ended


def orphans(data: Path, *, patience: float = QUIET) -> list[str]:
    """Return the processes of that folder that nobody looks after any more, once they had a while to end."""
    mark, until = f"SMSPANEL_DATA={data}".encode(), time.monotonic() + patience
    while found := [folder for folder in Path("/proc").glob("[0-9]*") if _is_orphan(folder, mark)]:
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return [folder.name for folder in found]


def _is_orphan(folder: Path, mark: bytes) -> bool:
    try:
        seen = (folder / "environ").read_bytes().split(b"\0")
        parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return False
    return mark in seen and parent != os.getpid()
