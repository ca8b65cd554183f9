"""`manage.py eraseaccount ID`: erases what an account that is switched off knew of people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.models import Account
from campaigns import leaving
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Erase an account."""

    help = "Erase to whom and what an account that is switched off has written; its points and figures stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the account."""
        super().add_arguments(parser)
        parser.add_argument("id", type=int, help="the account's id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase it and say how much was erased."""
        account = Account.objects.filter(pk=options["id"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['id']}.")
        try:
            done = leaving.erase(account=account, actor=None)
        except leaving.StillBusy as error:
            raise CommandError(str(error)) from error
        self.answer(done, as_json=options["json"])
