"""G1: a process may be killed at any statement and around any call, and the end is the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.crash.killing import FEWEST, kill_everywhere, migrate


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row."""
    folder = tmp_path_factory.mktemp("empty")
    migrate({"SMSPANEL_DATA": str(folder)})
    return folder / "smspanel.sqlite3"


@pytest.fixture
def folder(tmp_path: Path, empty: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a kill leaves the same bytes there, and nobody waits for a disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as name:
        data = Path(name) / "panel"
        data.mkdir()
        shutil.copyfile(empty, data / "smspanel.sqlite3")
        yield Path(name)


@pytest.mark.crash
@pytest.mark.parametrize("flow", FEWEST)
def test_a_flow_that_is_killed_anywhere_ends_as_if_nothing_had_happened(flow: str, folder: Path) -> None:
    assert kill_everywhere(flow, folder) >= FEWEST[flow]
