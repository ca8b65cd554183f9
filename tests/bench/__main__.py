"""`make bench`: our ways beside bare ones, as tables of ratios in bench/results.md; `make bench ONE=import` does one.

All together are measured with fewer rows than the targets speak of; one that is asked for by its name takes as many as
they do, and as long as it does. What was measured is kept in bench/results.json, so that one benchmark alone renews
only its own rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

from tests import postgres
from tests.bench import results
from tests.bench.measure import Figure, Row

PATIENCE: Final = 30.0
NOWHERE: Final = "Without a database"
SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"
BENCHMARKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "parts": ("pure", (NOWHERE,)),
    "start": ("starting", (SQLITE,)),
    "import": ("importing", (SQLITE, POSTGRESQL)),
    "plan": ("planning", (SQLITE, POSTGRESQL)),
    "expansion": ("expanding", (SQLITE, POSTGRESQL)),
    "dispatch": ("dispatching", (SQLITE, POSTGRESQL)),
    "reports": ("reporting", (SQLITE, POSTGRESQL)),
    "points": ("ledger", (SQLITE, POSTGRESQL)),
    "rest": ("rest", (POSTGRESQL,)),
    "pages": ("pages", (SQLITE, POSTGRESQL)),
    "growth": ("growing", (POSTGRESQL,)),
}
"""The module of each benchmark, and where it is measured."""


def main() -> int:
    """Measure what is asked for, all by default, and write the tables."""
    if len(sys.argv) > 2:
        print(json.dumps([[type(row).__name__, asdict(row)] for row in _measure(sys.argv[2])]))
        return 0
    wanted = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(wanted) - set(BENCHMARKS):
        print(f"There is no benchmark {unknown.pop()}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    if sys.argv[1:]:
        os.environ["SMSPANEL_BENCH_WHOLE"] = "1"
    for name in wanted:
        for place in BENCHMARKS[name][1]:
            if place == POSTGRESQL and postgres.binaries() is None:
                print("PostgreSQL is not installed: it is not measured.", file=sys.stderr)
                continue
            results.keep(place, name, _in_place(name, place), at=datetime.now(UTC))
    print(results.PAGE.read_text())
    return 0


def _in_place(name: str, place: str) -> list[Row | Figure]:
    """Measure in a process and an installation of its own, with a new database; say how long it took."""
    print(f"{name}: {place}", file=sys.stderr, end="", flush=True)
    began = time.monotonic()
    with postgres.cluster(durable=True) if place == POSTGRESQL else nullcontext() as url:
        rows = _apart(name, url)
    print(f", {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def _apart(name: str, database: str | None) -> list[Row | Figure]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "static").mkdir()
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"SMSPANEL_DATA": folder, "SMSPANEL_PRIVATE_HOSTS": "127.0.0.1"}
        environment |= {"DATABASE_URL": database} if database else {}
        command = [sys.executable, "-m", "tests.bench", "measure", name]
        with _queue_server(environment):
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    kinds = {"Row": Row, "Figure": Figure}
    return [kinds[kind](**fields) for kind, fields in json.loads(done.stdout)]


@contextmanager
def _queue_server(environment: dict[str, str]) -> Iterator[None]:
    """Run the queue server of the installation, so that a bell costs what it costs there."""
    folder = Path(environment["SMSPANEL_DATA"])
    command = [sys.executable, "manage.py", "valkey"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        until = time.monotonic() + PATIENCE
        while not (folder / "valkey.sock").exists():
            if time.monotonic() > until:
                raise RuntimeError("The queue server did not start.")
            time.sleep(0.05)
        try:
            yield
        finally:
            server.terminate()


def _measure(name: str) -> list[Row | Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspanel.settings")
    import django

    django.setup()
    from django.core.management import call_command

    if name != "parts":
        call_command("migrate", verbosity=0)
    return list(import_module(f"tests.bench.{BENCHMARKS[name][0]}").rows())


if __name__ == "__main__":
    sys.exit(main())
