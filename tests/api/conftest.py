"""Software of the slave, with a provider behind the panel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts import connections
from campaigns.models import Price, Route, Sender, Variant
from smspanel.simulator import Simulator
from tests.api.calling import Software
from tests.campaigns.sending import Sending, open_route
from tests.jobs.conftest import machine, valkey
from tests.personas import Persona

__all__ = ["machine", "valkey"]


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A provider whose messages arrive at once."""
    with Simulator(data=tmp_path, delivery_delay=0) as running:
        yield running


@pytest.fixture
def sending(simulator: Simulator, slave: Persona) -> Sending:
    """The slave with connections that carry ECO, FULL and PRO, and an approved sender name."""
    connection = open_route(simulator.url("serwersms"))
    Route.objects.create(variant=Variant.FULL, connection=connection)
    fast = open_route(simulator.url("jomobile"), kind="jomobile", name="Fast")
    connections.set_credentials(
        connection=fast, credentials={"username": "sim", "password": "sim-password"}, actor=None
    )
    Route.objects.filter(connection=fast).update(variant=Variant.PRO)
    for variant, points in ((Variant.FULL, 6), (Variant.PRO, 7)):
        Price.objects.create(variant=variant, points=points)
    Sender.objects.create(account=slave.account, name="Shop", status=Sender.Status.APPROVED)
    Sender.objects.create(account=None, name="INFO", status=Sender.Status.APPROVED)
    return Sending(simulator, slave, connection)


@pytest.fixture
def software(slave: Persona) -> Software:
    """The slave's program."""
    return Software(slave.account)


@pytest.fixture
def masters(master: Persona) -> Software:
    """The master's program."""
    return Software(master.account)


@pytest.fixture
def strangers(stranger: Persona) -> Software:
    """A stranger's program."""
    return Software(stranger.account)
