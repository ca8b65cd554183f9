"""The control plane under /_sim/: JSON in, JSON out, only for tests and only when asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.phone import Phone
from smspanel.simulator.wire import Answer, Reply, Request

if TYPE_CHECKING:
    from smspanel.simulator.core import Simulator

PREFIX = "/_sim/"
Endpoint = Callable[[Request], Any]


class Console:
    """Answer on the phone's port: the phone always, the control plane when it is switched on."""

    def __init__(self, simulator: Simulator, *, control: bool) -> None:
        """Control that simulator."""
        self._simulator = simulator
        self._phone = Phone(simulator.world.air, simulator.world.clock, list(simulator.fronts.values()))
        self._endpoints: dict[tuple[str, str], Endpoint] = self._reading() | self._writing() if control else {}

    def _reading(self) -> dict[tuple[str, str], Endpoint]:
        simulator = self._simulator
        return {
            ("GET", "state"): lambda _: simulator.state(),
            ("GET", "clock"): lambda _: simulator.now(),
            ("GET", "faults"): lambda _: {"faults": simulator.faults()},
            ("GET", "settings"): lambda _: simulator.settings(),
            ("GET", "lint"): lambda _: {"lint": simulator.lint()},
            ("GET", "pushes"): lambda _: {"pushes": simulator.pushes()},
            ("GET", "journal"): self._journal,
            ("GET", "air"): self._air,
            ("GET", "counts"): lambda request: simulator.counts(request.query.get("number")),
        }

    def _writing(self) -> dict[tuple[str, str], Endpoint]:
        simulator = self._simulator
        return {
            ("POST", "clock"): self._set_clock,
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "settings"): self._change_settings,
            ("POST", "senders"): self._set_sender,
            ("POST", "replies"): self._reply,
            ("POST", "reset"): self._reset,
            ("POST", "deliver-now"): lambda _: {"messages": simulator.deliver_now()},
            ("POST", "resend-all"): lambda _: {"reports": simulator.resend_all()},
        }

    def answer(self, request: Request) -> Answer:
        """Return a page of the phone, or what an endpoint of the control plane says."""
        endpoint = self._endpoints.get((request.method, request.path.removeprefix(PREFIX)))
        if not request.path.startswith(PREFIX) or endpoint is None:
            return Answer(self._phone.reply(request))
        if request.method == "POST" and not request.header("Content-Type").startswith("application/json"):
            # A web page elsewhere cannot send this content type without asking first.
            return _problem("Send the header Content-Type: application/json.")
        try:
            return Answer(Reply.of_json(endpoint(request)))
        except SimulatorError as error:
            return _problem(str(error))

    def _journal(self, request: Request) -> dict[str, Any]:
        query = request.query
        entries = self._simulator.journal(
            front=query.get("front"),
            path=query.get("path", ""),
            after=_number(query.get("after", "0")),
            limit=_number(query.get("limit", "1000")),
        )
        return {"requests": entries}

    def _air(self, request: Request) -> dict[str, Any]:
        query = request.query
        limit = _number(query.get("limit", "-1"))
        return {"messages": self._simulator.air(query.get("number"), query.get("unique_id"), limit)}

    def _set_clock(self, request: Request) -> dict[str, Any]:
        values = _body(request)
        if isinstance(values, dict) and isinstance(values.get("set"), str):
            return self._simulator.set_clock(values["set"])
        if isinstance(values, dict) and isinstance(values.get("advance"), int | float):
            return self._simulator.advance(values["advance"])
        raise SimulatorError('Send {"set": "2026-07-01T10:00:00+00:00"} or {"advance": 3600}.')

    def _add_faults(self, request: Request) -> dict[str, Any]:
        values = _body(request)
        for fault in values if isinstance(values, list) else [values]:
            if not isinstance(fault, dict) or "action" not in fault:
                raise SimulatorError('A fault is an object such as {"action": "take_then_drop", "times": 2}.')
            self._simulator.fault(**fault)
        return {"faults": self._simulator.faults()}

    def _clear_faults(self, _: Request) -> dict[str, Any]:
        self._simulator.clear_faults()
        return {"faults": self._simulator.faults()}

    def _reset(self, _: Request) -> dict[str, Any]:
        self._simulator.reset()
        return self._simulator.state()

    def _change_settings(self, request: Request) -> dict[str, Any]:
        values = _body(request)
        if not isinstance(values, dict) or not all(isinstance(changes, dict) for changes in values.values()):
            raise SimulatorError('Send switches by their owner, as {"serwersms": {"inactive": true}}.')
        for owner, changes in values.items():
            self._simulator.settings(owner, **changes)
        return self._simulator.settings()

    def _set_sender(self, request: Request) -> dict[str, Any]:
        values = _body(request)
        names = ("front", "name", "status")
        if not isinstance(values, dict) or not all(isinstance(values.get(name), str) for name in names):
            raise SimulatorError('Send {"front": "serwersms", "name": "FIRMA", "status": "authorized"}.')
        self._simulator.sender(*(values[name] for name in names))
        return {"senders": [vars(sender) for sender in self._simulator.world.registers.senders(values["front"])]}

    def _reply(self, request: Request) -> dict[str, Any]:
        values = _body(request)
        needed, known = {"front", "number", "text"}, {"front", "number", "text", "to", "answers"}
        right = isinstance(values, dict) and needed <= values.keys() <= known
        if not right or not all(isinstance(value, str) for value in values.values()):
            raise SimulatorError('Send {"front": "serwersms", "number": "48500100200", "text": "TAK", "to": "4321"}.')
        return {"id": self._simulator.reply(**values)}


def _problem(sentence: str) -> Answer:
    return Answer(Reply.of_json({"error": sentence}, status=400))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SimulatorError(f"{text!r} is not a whole number.") from None


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body.decode() or "null")
    except ValueError:
        raise SimulatorError("The body is not JSON.") from None
