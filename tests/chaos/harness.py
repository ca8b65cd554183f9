"""An installation that is broken on purpose: its real processes, a provider that outlives them, and somebody inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import redis

from tests import proof
from tests.chaos import disks
from tests.chaos.judging import Verdict
from tests.chaos.processes import Processes, environment, orphans
from tests.crash import provider
from tests.crash.provider import Provider
from tests.running import free_ports

PATIENCE: Final = 7_200.0 if proof.LONG else 600.0
"""Seconds that anything may take on a slow machine."""
WORKERS: Final = ("valkey", "urgent", "dispatch", "dispatch2", "dispatch3", "inbox", "postbacks", "bulk", "tick")
FEW: Final = ("dispatch", "inbox", "tick")
"""What is enough to bring everything to its end."""
AHEAD: Final = 100
"""Seconds by which the clock is put ahead at the end, so that nobody waits for the leases of the dead."""
PAUSE: Final = 0.05 if proof.LONG else 0.1
"""Seconds between two looks, which are work for the provider, too; kills by the thousand need as many looks."""
NUMBERS_EACH: Final = 90
"""The last two digits from 10 to 99 make numbers that all take messages."""


def number(index: int) -> str:
    """Return one of 900,000 numbers to which everything is delivered."""
    return f"48500{index // NUMBERS_EACH:04d}{10 + index % NUMBERS_EACH}"


def every(seconds: float, do: Callable[[], object]) -> Callable[[], None]:
    """Return something that does this, when it is called, but not more often than so."""
    last = [-seconds]

    def now_and_then() -> None:
        if time.monotonic() - last[0] >= seconds:
            last[0] = time.monotonic()
            do()

    return now_and_then


class Inside:
    """Somebody inside the installation, see tests/chaos/inside.py."""

    def __init__(self, seen: dict[str, str], log: Path) -> None:
        command = [sys.executable, "-m", "tests.chaos.inside"]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, env=seen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def ask(self, verb: str, /, **given: Any) -> Any:
        """Have a verb done and return what it says; a database that is away is asked again."""
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._exchange({"do": verb} | given)
            if "said" in answer:
                return answer["said"]
            if time.monotonic() > until:
                raise TimeoutError(answer["failed"])
            time.sleep(0.2)

    def _exchange(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def stop(self) -> None:
        """Send it home."""
        self._process.kill()
        self._process.wait()


@dataclass
class Panel:
    """An installation whose processes may be killed."""

    data: Path
    url: str
    processes: Processes
    provider: Provider
    inside: Inside

    def until(self, done: Callable[[], bool], *meanwhile: Callable[[], object], patience: float = PATIENCE) -> None:
        """Keep the processes up and do these things, again and again, until it is done; raises TimeoutError."""
        ends = time.monotonic() + patience
        while not done():
            if time.monotonic() > ends:
                raise TimeoutError(f"{self.inside.ask('batches')} {self.inside.ask('states')}\n{self.said()[-6000:]}")
            self.processes.keep_up()
            for do in meanwhile:
                do()
            time.sleep(PAUSE)

    @property
    def sent(self) -> int:
        """How many messages the provider has sent."""
        return self.provider.sent()

    @property
    def valkey(self) -> redis.Redis:
        """A client of its queue server."""
        return redis.Redis(unix_socket_path=str(self.data / "valkey.sock"))

    def order(self, count: int, *, campaigns: int, accounts: int, first: int = 0, **fields: Any) -> None:
        """Order campaigns to so many numbers together, each number in one of them."""
        size = count // campaigns
        for index in range(campaigns):
            begin = first + index * size
            numbers = [number(one) for one in range(begin, begin + size)]
            self.inside.ask("order", account=index % accounts, numbers=numbers, **fields)

    def come_to_rest(self, *, left: int = 0, still: Sequence[dict[str, Any]] = (), names: Sequence[str] = FEW) -> None:
        """Let all but so many campaigns end: the provider is well but for what is `still` wrong with it.

        These processes go on with a clock that is past the leases of what was killed; others that look at leases end.
        """
        self.provider.ask("faults", method="DELETE")
        if still:
            self.provider.ask("faults", list(still))
        for name in {"dispatch2", "dispatch3"} & set(self.processes.names) - set(names):
            self.processes.switch_off(name)
        self.processes.restart({"SMSPANEL_CLOCK_OFFSET": str(AHEAD)}, names=names)
        self.finish(left=left)

    def finish(self, *, left: int = 0) -> None:
        """Wait until all but so many campaigns have ended."""
        found = [left + 1]

        def ask() -> None:
            found[0] = self.inside.ask("unfinished")

        self.until(lambda: found[0] <= left, every(1, ask))

    def judge(self) -> Verdict:
        """Stop everything, see that nothing outlives it, and return the verdict."""
        self.processes.stop()
        assert orphans(self.data) == []
        return Verdict(**self.inside.ask("judge", control=self.provider.control))

    def said(self) -> str:
        """Return what the processes said."""
        return self.processes.log.read_text(errors="replace")


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder in memory where there is one: a kill leaves the same bytes there, and nobody waits for a disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="smspanel-", dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@contextmanager
def panel(
    names: Sequence[str] = WORKERS,
    *,
    front: str = "serwersms",
    options: Sequence[str] = (),
    megabytes: int = 0,
    **variables: str,
) -> Iterator[Panel]:
    """Yield an installation whose processes have not been started yet.

    `options` are the simulator's; with `megabytes` the panel's folder is a disk of that size.
    """
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        simulator = stack.enter_context(provider.running(place / "provider", *options, front=front))
        data = place / "panel"
        data.mkdir()
        if megabytes:
            stack.enter_context(disks.small(data, megabytes=megabytes))
        port = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        seen = environment(data, SMSPANEL_PORT=str(port), SMSPANEL_PUBLIC_URL=url, **variables)
        log = place / "log"
        processes = Processes(names, seen, log)
        inside = Inside(seen | {"DJANGO_SETTINGS_MODULE": "smspanel.settings"}, log)
        try:
            yield Panel(data, url, processes, simulator, inside)
        finally:
            processes.stop()
            inside.stop()
