"""What management commands share: an answer for people, or JSON with --json."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class AnsweringCommand(BaseCommand):
    """A command that answers with named values."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer JSON."""
        parser.add_argument("--json", action="store_true", help="answer with one line of JSON")

    def answer(self, values: dict[str, Any], *, as_json: bool) -> None:
        """Print the values."""
        if as_json:
            self.stdout.write(json.dumps(values))
            return
        for name, value in values.items():
            self.stdout.write(f"{name}: {value}")
