"""A provider to send through: the simulator over real HTTP, and the panel's connection to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smspanel.simulator import Simulator
from tests.campaigns.sending import Sending, open_route
from tests.personas import Persona


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A provider whose messages arrive at once."""
    with Simulator(data=tmp_path, delivery_delay=0) as running:
        yield running


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with a connection to the simulator, prices, and a group of ten contacts."""
    return Sending(simulator, slave, open_route(simulator.url("serwersms")))
