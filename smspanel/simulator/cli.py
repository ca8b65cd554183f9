"""The command line of the simulator, shared by `manage.py simulator` and `python -m smspanel.simulator`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from smspanel.simulator.core import Simulator
from smspanel.simulator.errors import SimulatorError

DESCRIPTION = "Run the simulated SMS providers with a virtual phone; no SMS ever leaves this machine."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the simulator's options to a parser."""
    data = Path(os.environ.get("SMSPANEL_DATA", "./var")) / "simulator"
    for name, default, description in (
        ("--host", "127.0.0.1", "address to listen on"),
        (
            "--port",
            9100,
            "port of the phone and the control plane; SerwerSMS is one higher; 0 takes free ports",
        ),
        ("--data", data, "folder in which the journal is kept"),
        ("--delivery-delay", 2.0, "virtual seconds from sending to the delivery report"),
        ("--seed", 1, "what identifiers are made from"),
        ("--push-hosts", "", "hosts besides loopback that reports may be pushed to, parted by commas"),
    ):
        help_ = f"{description} (default %(default)s)" if default else description
        parser.add_argument(name, type=type(default), default=default, help=help_)
    parser.add_argument("--control", action="store_true", help="serve the control plane under /_sim/, for tests")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="switches",
        metavar="OWNER.SWITCH=VALUE",
        help="change a switch, as serwersms.token=secret or serwersms.full_limit=40; may be repeated",
    )


def read_switches(assignments: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Read owner.switch=value; values are JSON, and text that is not JSON stands for itself."""
    switches: dict[str, dict[str, Any]] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        owner, dot, switch = name.partition(".")
        if not (equals and dot):
            raise SimulatorError(f"{assignment!r} is not OWNER.SWITCH=VALUE.")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        switches.setdefault(owner, {})[switch] = value
    return switches


def serve(options: dict[str, Any]) -> int:
    """Run until SIGTERM or SIGINT; print one line of JSON when ready; return the exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        simulator = Simulator(
            options["data"],
            host=options["host"],
            port=options["port"],
            control=options["control"],
            delivery_delay=options["delivery_delay"],
            seed=options["seed"],
            push_hosts=[host.strip() for host in options["push_hosts"].split(",") if host.strip()],
            switches=read_switches(options["switches"]),
        )
        with simulator:
            sys.stdout.write(json.dumps(ready(simulator)) + "\n")
            sys.stdout.flush()
            stop.wait()
    except SimulatorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def ready(simulator: Simulator) -> dict[str, Any]:
    """Return what is printed when every port is open."""
    return {
        "ready": True,
        "pid": os.getpid(),
        "phone": simulator.phone_url,
        "control": simulator.control_url if simulator.controlled else None,
        "fronts": {name: simulator.url(name) for name in simulator.fronts},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m smspanel.simulator", description=DESCRIPTION)
    add_arguments(parser)
    return serve(vars(parser.parse_args(arguments)))
