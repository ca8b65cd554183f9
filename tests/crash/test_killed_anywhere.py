"""G1: a process may be killed at any statement and around any call, and the end is the same (SQLite)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import proof
from tests.crash import provider

FEWEST = {"send": 120, "lost answer": 80, "cancel": 50, "refund": 80, "import": 30, "undo": 20}
if proof.LONG:
    FEWEST["nothing taken"] = 80


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a kill leaves the same bytes there, and nobody waits for a disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as name:
        yield Path(name)


@pytest.mark.crash
@pytest.mark.parametrize("flow", FEWEST)
def test_a_flow_that_is_killed_anywhere_ends_as_if_nothing_had_happened(flow: str, folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"SMSPANEL_DATA": str(folder / "panel"), "DJANGO_SETTINGS_MODULE": "smspanel.settings"}
    with provider.running(folder / "provider") as simulator:
        command = [sys.executable, "-m", "tests.crash.killer", flow, simulator.control, simulator.address]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    places = int(done.stdout)
    proof.record("G1", f"flow “{flow}” killed at every step", database="SQLite", places=places)
    assert places >= FEWEST[flow]
