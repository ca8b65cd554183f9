"""G5: points are neither made nor lost while processes move them as fast as they can and are killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres, proof
from tests.crash.killing import migrate, run

SECONDS, TELLERS = (60, 16) if proof.LONG else (15, 4)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def variables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation of its own on either database, with every table and no row."""
    found = {"SMSPANEL_DATA": str(tmp_path)}
    if request.param == "SQLite":
        migrate(found)
        yield found
        return
    with postgres.cluster() as url:
        found["DATABASE_URL"] = url
        migrate(found)
        yield found


@pytest.mark.crash
def test_all_wallets_together_hold_nothing_at_any_moment(variables: dict[str, str], seed: int) -> None:
    seen = json.loads(run("tests.crash.bank", str(seed), str(SECONDS), str(TELLERS), variables=variables))
    database = "PostgreSQL" if "DATABASE_URL" in variables else "SQLite"
    proof.record("G5", f"{TELLERS} processes move points", database=database, seed=seed, wrong_totals=0, **seen)
    assert min(seen["transfers"], seen["reads"], seen["killed"]) > 0
