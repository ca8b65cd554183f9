"""`manage.py check_invariants`: exit 0 and a line per invariant, or 1 and what is wrong."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns import invariants


class Command(BaseCommand):
    """Check what must hold at every moment."""

    help = "Check that points and messages add up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer JSON."""
        parser.add_argument("--json", action="store_true", help="answer with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what holds and what does not."""
        findings = invariants.check()
        if options["json"]:
            self.stdout.write(json.dumps({finding.name: finding.broken for finding in findings}))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.name} {'ok' if not finding.broken else 'BROKEN'}: {finding.claim}")
                for sentence in finding.broken:
                    self.stdout.write(f"    {sentence}")
        if any(finding.broken for finding in findings):
            sys.exit(1)
