"""Starts the killer, and looks at what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests import proof
from tests.crash import provider

FEWEST: Final = {
    "send": 180,
    "lost answer": 110,
    "cancel": 50,
    "later": 160,
    "refund": 55,
    "post back": 60,
    "reply": 35,
    "transfer": 4,
    "export": 10,
    "import": 50,
    "undo": 60,
} | ({"nothing taken": 80} if proof.LONG else {})
"""How many steps a flow has at least: one that has fewer does not do what it is killed for."""
FEWEST_ON_POSTGRESQL: Final = FEWEST | {
    "send": 160,
    "lost answer": 95,
    "cancel": 44,
    "later": 140,
    "refund": 36,
    "undo": 50,
}
"""There points are transferred in one call."""
SLOWEST: Final = 30.0
"""Seconds in which everything is as it should be, again."""


def run(module: str, *arguments: str, variables: dict[str, str]) -> str:
    """Run a module in an installation of its own, and return what it prints; fails with the end of its complaints."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "smspanel.settings"} | variables
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def migrate(variables: dict[str, str]) -> None:
    """Make the tables."""
    run("django", "migrate", "--verbosity=0", variables=variables)


def kill_everywhere(
    flow: str, folder: Path, *, database: str | None = None, every: int = 1, seed: int | None = None
) -> int:
    """Kill the flow at its steps and return at how many; fails where one does not recover.

    Of `every` so many steps one is taken, and the seed says which.
    """
    first = 1 + (seed or 0) % every
    variables = {"SMSPANEL_DATA": str(folder / "panel")} | ({"DATABASE_URL": database} if database else {})
    with provider.running(folder / "provider") as simulator:
        steps = (flow, str(first), str(every), simulator.control, json.dumps(simulator.fronts))
        places, slowest = json.loads(run("tests.crash.killer", *steps, variables=variables))
    what, where = f"flow “{flow}” killed at every step", "PostgreSQL" if database else "SQLite"
    proof.record("G1", what, database=where, seed=seed, places=places, each=every, slowest_recovery_in_seconds=slowest)
    assert slowest <= SLOWEST
    return int(places)
