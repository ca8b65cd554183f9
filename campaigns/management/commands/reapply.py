"""`manage.py reapply [LOG…]`: erases and blocks again whoever asked for it since a restored backup was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns import reapplying
from contacts import wish_log
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Carry out again what people have asked for."""

    help = "Erase and block again whoever asked for it since the backup was made; doing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the logs of all hosts."""
        super().add_arguments(parser)
        parser.add_argument("log", nargs="*", type=Path, help="wishes.log of every host; that of this one by itself")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the logs and say how many people they concern."""
        own = wish_log.path()
        try:
            done = reapplying.reapply(options["log"] or ([own] if own.exists() else []))
        except OSError as error:
            raise CommandError(f"The log cannot be read: {error}") from error
        self.answer(done._asdict(), as_json=options["json"])
