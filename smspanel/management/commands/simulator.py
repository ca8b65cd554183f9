"""`manage.py simulator`: the simulated SMS providers with a virtual phone."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smspanel.simulator import cli


class Command(BaseCommand):
    """Run the provider simulator in the foreground."""

    help = cli.DESCRIPTION
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the simulator's own options."""
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT, and exit with the simulator's code."""
        del args
        sys.exit(cli.serve(options))
