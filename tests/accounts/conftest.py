"""Providers to observe: scripted ones, and the simulated four."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smspanel.simulator import Simulator
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
