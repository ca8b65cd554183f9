"""Fixtures for everything that talks to a scripted provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from smspanel.simulator import Simulator
from tests.providers.scripted import Scripted


@pytest.fixture(autouse=True)
def loopback_allowed(settings: Settings) -> None:
    """Let the tests of this folder call this machine."""
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"127.0.0.1"})


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Serve on a loopback port; the test says what."""
    with Scripted() as scripted:
        yield scripted


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """Run the simulated providers, whose messages arrive at once."""
    with Simulator(data=tmp_path, delivery_delay=0) as running:
        yield running
