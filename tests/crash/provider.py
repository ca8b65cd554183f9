"""The provider of the crash tests: the simulator as a process of its own, which outlives everything that is killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """The addresses of a running simulator."""

    control: str
    fronts: dict[str, str]
    front: str = "serwersms"

    @property
    def address(self) -> str:
        """Where the provider is that the test is about."""
        return self.fronts[self.front]

    def ask(self, endpoint: str, body: object = None, *, method: str | None = None) -> Any:
        """Call the control plane: GET, or POST where there is a body, or as it is said."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.control}/{endpoint}", data=data, headers=headers, method=method), timeout=60
        ) as answer:
            return json.load(answer)

    def prepare(self, faults: list[dict[str, Any]]) -> None:
        """Forget everything and wait with these faults."""
        self.ask("reset", {})
        if faults:
            self.ask("faults", faults)

    def sent(self) -> int:
        """Return how many messages went to the air."""
        return int(self.ask("state")["totals"]["air"])

    def air(self) -> dict[str, int]:
        """Return how often each number got a message."""
        return {number.lstrip("+"): times for number, times in self.ask("counts")["numbers"].items()}

    def rest(self, requests: int) -> None:
        """Wait until that many requests have come in and every one is decided: a killed caller's last, too."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            entries = self.ask("journal")["requests"]
            if len(entries) >= requests and all(entry["decision"] for entry in entries):
                return
            time.sleep(0.002)
        raise TimeoutError(f"The provider has not decided on {requests} requests.")


@contextmanager
def running(data: Path, *options: str, front: str = "serwersms") -> Iterator[Provider]:
    """Run a simulator whose messages are delivered at once, and yield one of its providers."""
    command = [sys.executable, "-m", "smspanel.simulator", "--port", "0", "--control", "--data", str(data)]
    command += ["--delivery-delay", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield Provider(ready["control"], ready["fronts"], front)
        finally:
            process.terminate()
