"""`manage.py restore FILE`: puts a backup in the place of the database and sees to it that nothing is sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from accounts.models import Account
from campaigns import reapplying, restoring
from contacts import wish_log
from smspanel import backups
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Restore a backup."""

    help = "Put a backup in the place of the database, and stop every account until staff have looked."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="what manage.py backup wrote")
        parser.add_argument("--replace", action="store_true", help="although there are accounts in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, bring the tables up to date, stop everybody, and say so."""
        if restoring.is_running():
            raise CommandError("The panel is running, or was until a moment ago. Stop every process and try again.")
        if not options["replace"] and (there := _accounts()):
            raise CommandError(
                f"There are {there} accounts in the database; with --replace the backup takes its place."
            )
        try:
            before = backups.read(options["file"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        answer = restoring.guard()._asdict()
        log = wish_log.path()
        answer |= reapplying.reapply([log] if log.exists() else [])._asdict()
        self.answer(answer | ({"kept": str(before)} if before else {}), as_json=options["json"])


def _accounts() -> int:
    """Count the accounts; a database that cannot be read has none that could be lost."""
    try:
        return Account.objects.count()
    except DatabaseError:
        return 0
