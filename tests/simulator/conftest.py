"""A running simulator, emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller, Receiver


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with Simulator(folder, control=True, delivery_delay=5) as simulator:
        yield simulator


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def caller(sim: Simulator) -> Iterator[Caller]:
    caller = Caller(sim)
    yield caller
    caller.session.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()
