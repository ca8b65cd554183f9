"""`manage.py points ACCOUNT_ID`: what an account has."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import points
from accounts.models import Account
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Show an account's points."""

    help = "Show an account's points."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account."""
        super().add_arguments(parser)
        parser.add_argument("account_id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print balance, held and available points."""
        account = Account.objects.filter(pk=options["account_id"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account_id']}.")
        found = points.balance(account)
        values = {"balance": found.posted, "held": found.held, "available": found.available}
        self.answer(values, as_json=options["json"])
