"""G1 on PostgreSQL: the long form kills at every step, the short one at a dozen, each time at others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests import postgres, proof
from tests.crash.killing import FEWEST_ON_POSTGRESQL, kill_everywhere, migrate

PLACES = 12


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this file's own, with a database that has every table and no row."""
    with postgres.cluster() as url:
        migrate({"SMSPANEL_DATA": str(tmp_path_factory.mktemp("empty")), "DATABASE_URL": url})
        yield url


@pytest.fixture
def database(cluster: str, request: pytest.FixtureRequest) -> str:
    """A database like it."""
    name = "crash_" + request.node.callspec.id.replace(" ", "_")
    with psycopg.connect(cluster.replace("/postgres?", "/template1?"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE postgres").format(sql.Identifier(name)))
    return cluster.replace("/postgres?", f"/{name}?")


@pytest.mark.crash
@pytest.mark.parametrize("flow", FEWEST_ON_POSTGRESQL)
def test_a_flow_that_is_killed_anywhere_ends_as_if_nothing_had_happened(
    flow: str, tmp_path: Path, database: str, seed: int
) -> None:
    every = 1 if proof.LONG else max(1, FEWEST_ON_POSTGRESQL[flow] // PLACES)
    places = kill_everywhere(flow, tmp_path, database=database, every=every, seed=seed)
    assert places >= FEWEST_ON_POSTGRESQL[flow] // every - 1
