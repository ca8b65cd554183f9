"""`manage.py tick`: the heartbeat; may run anywhere and many times, one process at a time is elected."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from smspanel import clock_steps, tick


class Command(BaseCommand):
    """Sweep the database for due work every few seconds and run what is periodic."""

    help = "Ring for due work and run what is periodic, until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a single round."""
        parser.add_argument("--once", action="store_true", help="do one round and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick until SIGTERM."""
        if options["once"]:
            tick.tick()
            tick.release("tick")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        watch = clock_steps.Watch()
        while not stop.wait(0 if stop.is_set() else tick.SWEEP_SECONDS):
            close_old_connections()
            try:
                watch.look()
                tick.tick()
            except DatabaseError as error:
                self.stderr.write(f"The database did not answer ({type(error).__name__}); trying again.")
        tick.release("tick")
