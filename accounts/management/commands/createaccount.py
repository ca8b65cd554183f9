"""`manage.py createaccount`: a master or slave account with its owner, key and opening points."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email

from accounts import points, tenants
from accounts.models import Account
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Create an account."""

    help = "Create a master or slave account with its owner, an API key and opening points."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what an account needs."""
        super().add_arguments(parser)
        parser.add_argument("--kind", choices=["master", "slave"], required=True)
        parser.add_argument("--master", type=int, help="id of the master account of a slave")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)
        parser.add_argument("--points", type=int, default=0, help="a slave's come from its master")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it, whole or not at all."""
        kind = Account.Kind(options["kind"].upper())
        master = Account.objects.filter(pk=options["master"], kind=Account.Kind.MASTER).first()
        if kind == Account.Kind.SLAVE and master is None:
            raise CommandError("A slave needs --master with the id of a master account.")
        if options["points"] < 0:
            raise CommandError("--points must be 0 or more.")
        try:
            validate_email(options["email"])
            account, key = tenants.open_account(
                kind=kind,
                master=master if kind == Account.Kind.SLAVE else None,
                name=options["name"],
                email=options["email"],
                password=options["password"],
                opening_points=options["points"],
            )
        except ValidationError as error:
            raise CommandError(f"--email: {error.messages[0]}") from error
        except (tenants.TenantError, points.PointsError) as error:
            raise CommandError(str(error)) from error
        self.answer({"id": account.pk, "email": account.email, "app_key": key}, as_json=options["json"])
