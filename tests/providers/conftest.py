"""Fixtures for everything that talks to a scripted provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

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
