"""`make bench`: our ways beside bare ones, on SQLite and PostgreSQL, as a table of ratios in bench/results.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests import postgres
from tests.bench.measure import Row

PARTS = ("importing", "database", "pages")
RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results.md"


def main() -> int:
    """Measure and write the table; with the name of a part, measure only that and print its rows."""
    if len(sys.argv) > 1:
        print(json.dumps([asdict(row) for row in _measure(sys.argv[1])]))
        return 0
    sections = {
        "Without a database": _part("pure", None),
        "SQLite": [row for part in PARTS for row in _part(part, None)],
    }
    if postgres.binaries() is None:
        print("PostgreSQL is not installed: it is not measured.", file=sys.stderr)
    else:
        sections["PostgreSQL"] = []
        for part in (*PARTS, "rest"):
            with postgres.cluster(durable=True) as url:
                sections["PostgreSQL"] += _part(part, url)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(_table(sections))
    print(RESULTS.read_text())
    return 0


def _part(name: str, database: str | None) -> list[Row]:
    """Measure one part in a process and an installation of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"SMSPANEL_DATA": folder, "SMSPANEL_PRIVATE_HOSTS": "127.0.0.1"}
        environment |= {"DATABASE_URL": database} if database else {}
        command = [sys.executable, "-m", "tests.bench", name]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [Row(**row) for row in json.loads(done.stdout)]


def _measure(name: str) -> list[Row]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspanel.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench import database, importing, pages, pure, rest

    if name != "pure":
        call_command("migrate", verbosity=0)
    parts = {"pure": pure, "database": database, "importing": importing, "pages": pages, "rest": rest}
    return list(parts[name].rows())


def _table(sections: dict[str, list[Row]]) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Rates a second, medians of runs in turn. Read the ratios: the rates are those of one busy machine.",
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores {platform.machine()}, Python {sys.version.split()[0]}.",
    ]
    for title, rows in sections.items():
        lines += ["", f"## {title}", "", "| work / bare way | unit | bare | ours | ratio |", "|---|---|---:|---:|---:|"]
        lines += [f"| {row.work} | {row.unit} | {row.bare:,.0f} | {row.ours:,.0f} | {row.ratio:.2f} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
