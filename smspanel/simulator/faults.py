"""Faults that are queued for the next requests: late, cut, broken or missing replies."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, get_type_hints

from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.switches import fits
from smspanel.simulator.wire import Answer, Reply

HTML = b"<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"
GARBAGE = b'\x1f\x8b\x00{"success":tru\xff\xfe\x00\xc3\x28'
TAKEN_BY_DEFAULT = frozenset(
    {"delay", "take_then_drop", "truncate", "html", "empty", "null", "bom", "duplicate_key", "garbage"}
)
ACTIONS = TAKEN_BY_DEFAULT | {"drop_before", "status"}
ONLY_TAKEN = frozenset({"take_then_drop", "truncate", "bom", "duplicate_key"})


@dataclass(frozen=True)
class Fault:
    """Hold one fault.

    It meets the requests of `front` (None: of all) whose path matches the shell pattern `path`, after
    letting `after` of them pass, `times` times (None: until it is cleared), and of these by chance only
    that `share`. `take` says whether the provider does its work before the fault; None is the action's
    own way (see TAKEN_BY_DEFAULT).
    """

    action: str
    path: str = "*"
    times: int | None = 1
    front: str | None = None
    after: int = 0
    share: float = 1.0
    take: bool | None = None
    seconds: float = 0.0
    status: int | None = None
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    retry_after: int | None = None

    @property
    def takes(self) -> bool:
        """Say whether the request is handled although its reply is spoilt."""
        return self.action in TAKEN_BY_DEFAULT if self.take is None else self.take

    def meets(self, front: str, path: str) -> bool:
        """Say whether a request to that path is one the fault waits for."""
        return self.front in (None, front) and fnmatchcase(path, self.path)

    def label(self) -> str:
        """Return what the journal writes about it."""
        details = [f"{self.seconds:g} s"] * bool(self.seconds) + [str(self.status)] * (self.status is not None)
        return " ".join([self.action, *details]) + ("" if self.takes else ", not taken")


def read_fault(values: Mapping[str, Any]) -> Fault:
    """Make a fault of named values; raise SimulatorError when a name, a type or the action is unknown."""
    hints = get_type_hints(Fault)
    for name, value in values.items():
        if name not in hints:
            raise SimulatorError(f"A fault has no {name}; it has {', '.join(hints)}.")
        if not fits(value, hints[name]):
            raise SimulatorError(f"The {name} of a fault cannot be {value!r}.")
    if values.get("action") not in ACTIONS:
        raise SimulatorError(f"The action of a fault is one of {', '.join(sorted(ACTIONS))}.")
    fault = Fault(**values)
    if fault.action == "drop_before" and fault.takes:
        raise SimulatorError("drop_before never takes the message; use take_then_drop.")
    if fault.action in ONLY_TAKEN and not fault.takes:
        raise SimulatorError(f"{fault.action} needs the real reply, so it always takes the message.")
    return fault


class FaultQueue:
    """Hold the faults that wait for requests; the first that matches is used."""

    def __init__(self, seed: int = 1) -> None:
        """Start with no faults; the seed decides which requests those meet that meet only a share."""
        self._lock = threading.Lock()
        self._chance = random.Random(seed)
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the queue."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """Return the faults that still wait."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, front: str, path: str) -> Fault | None:
        """Return the fault for this request, if there is one, and count it as used."""
        with self._lock:
            for position, fault in enumerate(self._faults):
                if not fault.meets(front, path):
                    continue
                if fault.after:
                    self._faults[position] = replace(fault, after=fault.after - 1)
                    continue
                if fault.share < 1 and self._chance.random() >= fault.share:
                    continue
                if fault.times is not None:
                    left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._faults[position : position + 1] = left
                return fault
        return None


def spoilt(fault: Fault, reply: Reply | None) -> Answer:
    """Return what the caller sees of the reply when this fault meets it."""
    if fault.action in ("drop_before", "take_then_drop"):
        return Answer(None, fault.seconds)
    if fault.action == "delay":
        return Answer(reply, fault.seconds)
    if fault.action == "truncate" and reply is not None:
        return Answer(reply, fault.seconds, cut=True)
    return Answer(_replaced(fault, reply or Reply(b"")), fault.seconds)


def _replaced(fault: Fault, reply: Reply) -> Reply:
    bodies = {
        "html": HTML,
        "empty": b"",
        "null": b"null",
        "garbage": GARBAGE,
        "bom": b"\xef\xbb\xbf" + reply.body,
        "duplicate_key": _with_duplicate_key(reply.body),
    }
    retry = (("Retry-After", str(fault.retry_after)),) if fault.retry_after is not None else ()
    if fault.action == "html":
        return replace(reply, body=HTML, status=fault.status or 502, content_type="text/html; charset=utf-8")
    if fault.action in bodies:
        return replace(reply, body=bodies[fault.action], status=fault.status or reply.status)
    status, body = fault.status or 503, fault.body.encode()
    return replace(reply, body=body, status=status, content_type=fault.content_type, headers=retry)


def _with_duplicate_key(body: bytes) -> bytes:
    if not body.startswith(b'{"'):
        return body
    key = body[1 : body.index(b":")]
    return b"{" + key + b":null," + body[1:]
