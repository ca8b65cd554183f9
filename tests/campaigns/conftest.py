"""What tests of sending have: a provider to send through, over real HTTP, and a database apart from theirs."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

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


@pytest.fixture
def address(tmp_path: Path, db: None) -> Iterator[str]:
    """Where an empty database of the kind that is being tested can be had."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'panel.sqlite3'}"
        return
    name = f"apart_{uuid.uuid4().hex}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
