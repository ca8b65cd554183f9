"""`make run`: prepares the installation, tells where it is, and becomes honcho."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


def manage(*arguments: str) -> None:
    """Run a management command; what it refuses ends this process with its exit code."""
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def main() -> None:
    """Migrate, collect static files, make the demo on an empty database, then start every process."""
    simulator_port = os.environ.get("SMSPANEL_SIMULATOR_PORT", "9100")
    manage("check", "--fail-level", "ERROR")
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    manage("demo", "--simulator-port", simulator_port)
    # honcho gives every process a PORT of its own; the panel's must not change with it.
    os.environ["SMSPANEL_PORT"] = os.environ.get("PORT", "8000")
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execvp("honcho", ["honcho", "--no-colour", "start"])  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
