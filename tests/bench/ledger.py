"""Moving points, beside the database doing the same transfer by itself.

On PostgreSQL eight processes move points at once, beside eight clients of pgbench that call one function; on SQLite,
where writers take turns, one process moves them beside the same statements, raw.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from accounts import points, tenants
from accounts.models import Account
from smspanel import clock
from tests import postgres
from tests.bench import filling
from tests.bench.measure import ROUNDS, WHOLE, Row, compare
from tests.bench.processes import Process, hear, running, tell
from tests.invariants import assert_all_hold

PROCESSES: Final = 8
TREES: Final = 50
SECONDS: Final = 2 if WHOLE else 1
TRANSFERS: Final = 500
_INSERT: Final = """INSERT INTO accounts_transfer (key, kind, debit_id, credit_id, amount, subject, memo, created_at,
    debit_posted_after, debit_held_after, credit_posted_after)"""
_FUNCTION: Final = f"""CREATE FUNCTION bench_move(source bigint, target bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE paying record; paid record;
BEGIN
    PERFORM 1 FROM accounts_wallet WHERE id IN (source, target) ORDER BY id FOR NO KEY UPDATE;
    UPDATE accounts_wallet SET posted = posted - 1 WHERE id = source AND posted - held >= 1
        RETURNING posted, held INTO STRICT paying;
    UPDATE accounts_wallet SET posted = posted + 1 WHERE id = target RETURNING posted INTO STRICT paid;
    {_INSERT} VALUES (gen_random_uuid()::text, 'MOVE', source, target, 1, '', '', now(),
        paying.posted, paying.held, paid.posted);
END $$"""


def rows() -> Iterator[Row]:
    """Measure random wallets, and one that everybody pays from."""
    trees = [_tree(index) for index in range(TREES)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_FUNCTION)
        hot = [(trees[0][0], _open(f"hot{index}", Account.Kind.SLAVE, trees[0][0])) for index in range(TREES)]
        yield _on_postgresql(f"moving points between random wallets, {PROCESSES} processes", trees, target=0.4)
        yield _on_postgresql(f"moving points from one hot wallet, {PROCESSES} processes", hot, target=0.5)
    else:
        yield _on_sqlite(*trees[0])
    assert_all_hold()


def _tree(index: int) -> tuple[Account, Account]:
    """Open a master and its slave, both with more points than are moved."""
    master = _open(f"master{index}", Account.Kind.MASTER, None)
    return master, _open(f"slave{index}", Account.Kind.SLAVE, master)


def _open(name: str, kind: Account.Kind, master: Account | None) -> Account:
    account, _key = tenants.open_account(
        kind=kind, master=master, name=name, email=f"{name}@example.com", password="x", opening_points=0
    )
    if master is None:
        filling.rich(account)
    else:
        points.move(source=master, target=account, points=1_000_000, key=f"bench:{account.pk}")
    return account


def _on_postgresql(work: str, pairs: list[tuple[Account, Account]], *, target: float) -> Row:
    """Compare transfers a second of eight processes with those of eight clients of pgbench."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        given = [str(SECONDS), *(f"{source.pk}:{target.pk}" for source, target in pairs)]
        movers = [stack.enter_context(running("tests.bench.mover", *given)) for _process in range(PROCESSES)]
        rates: tuple[list[float], list[float]] = ([], [])
        for _round in range(ROUNDS):
            rates[0].append(_pgbench(folder / "script.sql", pairs))
            rates[1].append(_ours(movers))
    bare, ours = (statistics.median(found) for found in rates)
    return Row(f"{work} / pgbench and one function", "transfers", bare, ours, target)


def _pgbench(script: Path, pairs: list[tuple[Account, Account]]) -> float:
    """Let as many clients call the function with random pairs, and return their transfers a second."""
    wallets = [(points.wallet_of(source).pk, points.wallet_of(target).pk) for source, target in pairs]
    sources, targets = (list(column) for column in zip(*wallets, strict=True))
    script.write_text(
        f"\\set pair random(1, {len(pairs)})\nSELECT bench_move((ARRAY{sources})[:pair], (ARRAY{targets})[:pair]);\n"
    )
    programs = postgres.binaries()
    assert programs is not None
    settings = connection.settings_dict
    command = [programs / "pgbench", "--no-vacuum", "--client", PROCESSES, "--jobs", 2, "--time", SECONDS]
    command += ["--file", script, "--host", settings["OPTIONS"]["host"], "--username", settings["USER"]]
    said = subprocess.run([*map(str, command), settings["NAME"]], check=True, capture_output=True, text=True).stdout
    found = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    assert found, said
    return float(found[1])


def _ours(movers: list[Process]) -> float:
    for mover in movers:
        tell(mover, "go")
    return sum(int(hear(mover)) for mover in movers) / SECONDS


def _on_sqlite(master: Account, slave: Account) -> Row:
    wallets = points.wallet_of(master).pk, points.wallet_of(slave).pk
    return compare(
        "moving points / the same statements, raw, in one transaction each",
        "transfers",
        TRANSFERS,
        bare=lambda: _repeat(lambda: _move_bare(*wallets)),
        ours=lambda: _repeat(lambda: points.move(source=master, target=slave, points=1, key=uuid.uuid4().hex)),
    )


def _repeat(move: Callable[[], object]) -> None:
    for _transfer in range(TRANSFERS):
        move()


def _move_bare(source: int, target: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        update = "UPDATE accounts_wallet SET posted = posted + %s WHERE id = %s RETURNING posted, held"
        paying = cursor.execute(update, [-1, source]).fetchone()
        paid = cursor.execute(update, [1, target]).fetchone()
        now = connection.ops.adapt_datetimefield_value(clock.now())
        cursor.execute(
            f"{_INSERT} VALUES (%s, 'MOVE', %s, %s, 1, '', '', %s, %s, %s, %s)",
            [uuid.uuid4().hex, source, target, now, *paying, paid[0]],
        )
