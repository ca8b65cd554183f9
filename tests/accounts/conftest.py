"""Providers to observe: scripted ones, and the simulated four; and a master that is linked to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smspanel import failpoints
from smspanel.simulator import Simulator
from tests.accounts.linked import Linked, linked
from tests.personas import People
from tests.providers.scripted import Scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Serve on a loopback port; the test says what."""
    with Scripted() as scripted:
        yield scripted


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """Run the simulated providers."""
    with Simulator(data=tmp_path, delivery_delay=0) as running:
        yield running


@pytest.fixture
def linked_master(simulator: Simulator, people: People) -> Iterator[Linked]:
    """The master, in step with the simulated JustSend together with its slave."""
    yield linked(simulator, people.master)
    failpoints.disarm()
