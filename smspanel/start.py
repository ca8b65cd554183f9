"""`make run`: prepares the installation, tells where it is, and becomes honcho."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from django.core.management import execute_from_command_line

from smspanel import environment

ROOT: Final = Path(__file__).resolve().parent.parent


def manage(*arguments: str) -> None:
    """Run a management command in this process, as to import everything takes longer than most of them.

    What it refuses ends this process with its exit code. What a deployer can get wrong is refused by the settings;
    Django's checks of the code would import every page, which takes a second, and are the tests' to run.
    """
    execute_from_command_line(["manage.py", *arguments, "--skip-checks"])


def pin_addresses() -> None:
    """Tell every process the same port and public address: honcho gives each a PORT of its own, counted from ours."""
    port = environment.number("PORT", 8000, low=1, high=65535)
    simulator_port = environment.number("SMSPANEL_SIMULATOR_PORT", 9100, low=1, high=65_000)
    os.environ["SMSPANEL_PORT"] = str(port)
    os.environ["SMSPANEL_PUBLIC_URL"] = environment.text("SMSPANEL_PUBLIC_URL", f"http://127.0.0.1:{port}")
    os.environ["SMSPANEL_SIMULATOR_PORT"] = str(simulator_port)
    os.environ.pop("PORT", None)


def main() -> None:
    """Migrate, collect static files, make the demo on an empty database, then start every process."""
    pin_addresses()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspanel.settings")
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    manage("demo", "--simulator-port", os.environ["SMSPANEL_SIMULATOR_PORT"])
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execvp("honcho", ["honcho", "--no-colour", "start"])  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
