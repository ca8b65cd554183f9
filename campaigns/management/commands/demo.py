"""`manage.py demo`: fills an empty database, and tells the sign-ins."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns import demo


class Command(BaseCommand):
    """Create the demo on an empty database; on any other only print the sign-ins of the demo there is."""

    help = "Fill an empty database with a demo that sends to the simulator, and print its sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where the simulator answers."""
        parser.add_argument("--simulator-port", type=int, default=9100, help="as given to manage.py simulator")
        parser.add_argument("--json", action="store_true", help="answer with one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and tell."""
        # Under `make run` the queue server starts after this; that these bells are lost is no news.
        logging.getLogger("smspanel.doorbell").setLevel(logging.WARNING)
        demo.create(simulator_port=options["simulator_port"])
        self.stdout.write(json.dumps(demo.sign_ins()) if options["json"] else demo.describe())
        if not options["json"] and demo.sign_ins():
            self.stdout.write(f"The virtual phone is at http://127.0.0.1:{options['simulator_port']}/")
