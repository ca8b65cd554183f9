"""`manage.py rotatekeys`: seals every secret with the newest encryption key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from accounts import rotation
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Seal all secrets again."""

    help = "Seal every secret again with the newest encryption key; safe while the panel runs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal them and print how many."""
        done = rotation.rotate_all()
        self.answer(done.sealed, as_json=options["json"])
        if done.unreadable:
            raise CommandError(
                f"No encryption key opens {', '.join(done.unreadable)}. Put the key they were sealed with behind the "
                "newest one, or enter these secrets again."
            )
