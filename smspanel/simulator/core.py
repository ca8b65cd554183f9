"""The simulator: providers, clock, journal and phone together, started and stopped as one thing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from smspanel.simulator.clock import iso
from smspanel.simulator.control import Console
from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.faults import FaultQueue, read_fault, spoilt
from smspanel.simulator.front import Front
from smspanel.simulator.msisdn import only_digits
from smspanel.simulator.push import Pusher, count_due, resend_all
from smspanel.simulator.registry import FRONTS
from smspanel.simulator.server import Server
from smspanel.simulator.switches import CommonSwitches, Switches
from smspanel.simulator.wire import Answer, Request
from smspanel.simulator.world import open_world

COMMON = "simulator"
LONGEST_JUMP = 3_000_000_000.0


class Simulator:
    """Run the simulated providers in threads of this process; the methods mirror the control plane."""

    def __init__(
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: bool = False,
        delivery_delay: float = 2.0,
        seed: int = 1,
        push_hosts: Collection[str] = (),
        switches: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Open the journal in the folder `data`; raise SimulatorError when that cannot be done.

        `port` is that of the phone and the control plane, the providers follow it; 0 takes free ports.
        `control` serves the control plane, `delivery_delay` is in virtual seconds, `push_hosts` may be
        called besides loopback, and `switches` are changed at every start, by their owner's name.
        """
        self.controlled = control
        self._address = (host, port)
        self._switches = switches or {}
        defaults: dict[str, Switches] = {kind.name: kind.switches for kind in FRONTS}
        defaults[COMMON] = CommonSwitches(delivery_delay=delivery_delay)
        self.world = open_world(data, seed=seed, switches=defaults)
        self.fronts: dict[str, Front] = {kind.name: kind(self.world) for kind in FRONTS}
        self._faults = FaultQueue(seed)
        self._stopping = threading.Event()
        self._pusher = Pusher(self.world, self.fronts, push_hosts)
        self._servers: dict[str, Server] = {}
        try:
            self._prepare()
        except SimulatorError:
            self.world.store.close()
            raise

    def _prepare(self) -> None:
        for front in self.fronts.values():
            self.world.registers.prepare(front.name, front.senders)
        for owner, changes in self._switches.items():
            self.world.switchboard.change(owner, changes)

    def start(self) -> Self:
        """Open the ports and serve, once; raise SimulatorError when a port is taken."""
        console = Console(self, control=self.controlled)
        try:
            self._open("phone", 0, console.answer)
            for front in self.fronts.values():
                self._open(front.name, front.port_offset, partial(self.exchange, front))
        except SimulatorError:
            self.stop()
            raise
        for server in self._servers.values():
            server.start()
        self._pusher.start()
        return self

    def _open(self, name: str, offset: int, answer: Callable[[Request], Answer]) -> None:
        host, first_port = self._address
        port = first_port + offset if first_port else 0
        self._servers[name] = Server(host, port, answer, self._stopping)

    def stop(self) -> None:
        """Close the ports and the journal; everything taken is kept."""
        self._stopping.set()
        with ThreadPoolExecutor(1 + len(self._servers)) as pool:
            for server in self._servers.values():
                pool.submit(server.stop)
            pool.submit(self._pusher.stop)
        self.world.store.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def exchange(self, front: Front, request: Request) -> Answer:
        """Write the request down, let the front handle it unless a fault forbids, write the decision down."""
        fault = self._faults.take(front.name, request.path)
        journal_id = self.world.journal.arrive(front.name, request, fault.label() if fault else None)
        request = replace(request, journal_id=journal_id)
        handled = front.handle(request) if fault is None or fault.takes else None
        answer = spoilt(fault, handled) if fault else Answer(handled)
        self.world.journal.decide(request, handled, answer)
        return answer

    def url(self, front: str) -> str:
        """Return a provider's base address without a slash at its end."""
        return self._servers[front].url

    @property
    def phone_url(self) -> str:
        """Return the address of the virtual phone."""
        return self._servers["phone"].url + "/"

    @property
    def control_url(self) -> str:
        """Return the address of the control plane without a slash at its end."""
        return self._servers["phone"].url + "/_sim"

    def state(self) -> dict[str, Any]:
        """Return the clock, the addresses, the switches, the waiting faults and the totals."""
        return {
            "clock": self.now(),
            "urls": {name: server.url for name, server in self._servers.items()},
            "settings": self.world.switchboard.values(),
            "faults": self._faults.waiting(),
            "totals": self.world.store.totals() | {"reports_due": count_due(self.world.store)},
        }

    def now(self) -> dict[str, Any]:
        """Return the virtual time and its offset from the real time in seconds."""
        return {"now": iso(self.world.clock.now()), "offset": self.world.clock.offset}

    def advance(self, seconds: float) -> dict[str, Any]:
        """Move the virtual clock ahead and return its time."""
        if not abs(seconds) <= LONGEST_JUMP:
            raise SimulatorError(f"The clock cannot be moved by {seconds} seconds.")
        self.world.clock.advance(seconds)
        self.world.store.remember("clock_offset", self.world.clock.offset)
        return self.now()

    def set_clock(self, moment: datetime | str) -> dict[str, Any]:
        """Set the virtual clock to an aware moment, or one in ISO 8601, and return its time."""
        self.world.clock.set(aware(moment))
        self.world.store.remember("clock_offset", self.world.clock.offset)
        return self.now()

    def fault(self, /, action: str, path: str = "*", times: int | None = 1, **details: Any) -> None:
        """Queue a fault; see Fault for the details."""
        self._faults.add(read_fault({"action": action, "path": path, "times": times, **details}))

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that still wait for requests."""
        return self._faults.waiting()

    def clear_faults(self) -> None:
        """Forget every waiting fault."""
        self._faults.clear()

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the journal; filters are front, path (a part of it), after (an id) and limit."""
        return self.world.journal.entries(**filters)

    def pushes(self) -> list[dict[str, Any]]:
        """Return every attempt to push reports."""
        return self.world.journal.pushes()

    def lint(self) -> list[dict[str, Any]]:
        """Return the lint list."""
        return self.world.journal.lint()

    def air(self, number: str | None = None, unique_id: str | None = None, limit: int = -1) -> list[dict[str, Any]]:
        """Return every SMS that really went to the air, the oldest first."""
        messages = self.world.air.on_air(number=number, reference=unique_id, limit=limit)
        return [message.as_json() for message in messages]

    def counts(self, number: str | None = None) -> dict[str, Any]:
        """Return how many SMS went to the air per number, and how many numbers got more than one."""
        numbers = self.world.air.counts(number)
        repeated = sum(1 for times in numbers.values() if times > 1)
        return {"total": sum(numbers.values()), "repeated": repeated, "numbers": numbers}

    def settings(self, owner: str | None = None, /, **changes: object) -> dict[str, Any]:
        """Change switches of a front or of `simulator`, and return all of them."""
        if owner is not None:
            self.world.switchboard.change(owner, changes)
        return self.world.switchboard.values()

    def sender(self, front: str, name: str, status: str) -> None:
        """Add a sender name at a front, or change its status in the provider's words."""
        if front not in self.fronts:
            raise SimulatorError(f"There is no front {front}; there are {', '.join(self.fronts)}.")
        self.world.registers.set_sender(front, name, status)

    def reply(self, front: str, number: str, text: str, *, to: str = "", answers: str = "") -> int:
        """Let a phone write to the customer of a front: to a number, or in answer to an SMS by its id."""
        if front not in self.fronts:
            raise SimulatorError(f"There is no front {front}; there are {', '.join(self.fronts)}.")
        return self.world.inbox.put(front, only_digits(number), text, recipient=to, answers=answers)

    def deliver_now(self) -> int:
        """Let everything that is on its way arrive now and return how many messages that were."""
        return self.world.air.deliver_now()

    def resend_all(self) -> int:
        """Push every report again whose time has come and return how many they are."""
        return resend_all(self.world.store)

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until every due report has been pushed; raise TimeoutError after that many real seconds."""
        deadline = time.monotonic() + timeout
        while left := count_due(self.world.store):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{left} reports are still to be pushed")
            time.sleep(0.01)

    def reset(self) -> None:
        """Forget everything: messages, journal, lint, faults, senders, switches and the clock's offset."""
        self._faults.clear()
        with self.world.store.transaction():
            self.world.store.empty()
            self.world.clock.offset = 0.0
            self.world.switchboard.restore()
            self._prepare()


def aware(moment: datetime | str) -> datetime:
    """Return the moment as an aware datetime; raise SimulatorError when it has no zone."""
    try:
        parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        raise SimulatorError(f"{moment!r} is not a time; write it as 2026-07-01T10:00:00+00:00.") from None
    if parsed.tzinfo is None:
        raise SimulatorError(f"The time {moment} needs a zone, as in 2026-07-01T10:00:00+00:00.")
    return parsed
