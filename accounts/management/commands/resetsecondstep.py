"""`manage.py resetsecondstep EMAIL`: lets somebody in who has lost their phone and their recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts import second_factor
from accounts.models import User
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Take away the second step of somebody's sign-in."""

    help = "Take away the second step of somebody's sign-in, and sign them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose it is."""
        super().add_arguments(parser)
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it; the audit trail says so."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        done = second_factor.reset(person=person, actor=None)
        self.answer({"email": person.email, "reset": done}, as_json=options["json"])
