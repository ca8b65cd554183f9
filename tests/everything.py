"""`make test`: style, types, the direction of imports, then every test on SQLite and again on PostgreSQL.

What the machine lacks is installed where that is possible (as root on Debian). What could not be tested is said
loudly, and fails in CI. Whether a dependency has a known fault is asked where the index knows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import audit, postgres

CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy", "."]),
    ("imports", ["lint-imports"]),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
)
ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
"""The files keep the order of tests/conftest.py: the longest first, though they may have only one test."""


def main() -> int:
    """Run everything and return the exit code."""
    missing = _install({"chromium": shutil.which("chromium"), "postgresql": postgres.binaries()})
    failed = [name for name, command in CHECKS if _failed(name, command)]
    if faulty := audit.known_faults(ROOT / "requirements.txt"):
        print(f"Known faults: {', '.join(faulty)}")
        failed.append("dependencies")
    if _failed("tests on SQLite", PYTEST):
        failed.append("tests on SQLite")
    if postgres.binaries() is None:
        missing.append("PostgreSQL")
    else:
        with postgres.cluster() as url:
            os.environ["DATABASE_URL"] = url
            if _failed("tests on PostgreSQL", [*PYTEST, "-m", "not browser and not crash"]):
                failed.append("tests on PostgreSQL")
    for name in missing:
        print(f"\n*** NOT TESTED: {name} is not installed and could not be installed here. ***")
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed or (missing and os.environ.get("CI")) else 0


def _failed(name: str, command: list[str]) -> bool:
    print(f"\n=== {name} ===", flush=True)
    return subprocess.run(command, check=False).returncode != 0


def _install(needed: dict[str, object]) -> list[str]:
    """Install the Debian packages that are not there, and return those that could not be."""
    wanted = [package for package, found in needed.items() if not found]
    if not wanted or os.geteuid() != 0 or not shutil.which("apt-get"):
        return [name for name in wanted if name != "postgresql"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted]
    subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    return ["chromium"] if "chromium" in wanted and not shutil.which("chromium") else []


if __name__ == "__main__":
    sys.exit(main())
