"""`manage.py backup FILE`: a copy of the database, while the panel runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from smspanel import backups
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Copy the database."""

    help = "Copy the whole database into a file; the encryption keys are not in it and are kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="a file that is not there yet")
        parser.add_argument("--encrypt", action="store_true", help="so that only the encryption keys open it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say how large it is."""
        try:
            size = backups.write(options["file"], sealed=options["encrypt"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.answer({"file": str(options["file"]), "bytes": size}, as_json=options["json"])
