"""`manage.py grant ACCOUNT_ID POINTS --memo …`: tops an account up."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import points
from accounts.models import Account
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Issue points to an account."""

    help = "Issue points to an account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account, the points and why."""
        super().add_arguments(parser)
        parser.add_argument("account_id", type=int)
        parser.add_argument("points", type=int)
        parser.add_argument("--memo", required=True)
        parser.add_argument("--key", default="", help="repeating a grant with the same key issues nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the points and print the balance."""
        account = Account.objects.filter(pk=options["account_id"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account_id']}.")
        key = f"command:{options['key'] or uuid.uuid4().hex}"
        try:
            points.grant(account=account, points=options["points"], key=key, memo=options["memo"])
        except points.PointsError as error:
            raise CommandError(str(error)) from error
        found = points.balance(account)
        values = {"balance": found.posted, "held": found.held, "available": found.available}
        self.answer(values, as_json=options["json"])
