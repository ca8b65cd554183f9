"""`manage.py worker QUEUE`: works one queue."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from smspanel.worker import QueueRunner


class Command(BaseCommand):
    """Work one queue: by bells, or by looking into the database while the queue server is away."""

    help = "Work one queue until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the queue's name."""
        parser.add_argument("queue", choices=settings.QUEUES)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM."""
        QueueRunner(options["queue"]).run()
