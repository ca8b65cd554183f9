"""`manage.py verify_audit`: exit 0 and the seal of the audit trail, or 1 and what was changed or is missing."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from accounts import chain
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Check the chain of the audit trail."""

    help = "Check that the audit trail is as it was written, and print a seal by which a later check knows it again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to look for an earlier seal."""
        super().add_arguments(parser)
        parser.add_argument("--expect", type=_seal, metavar="SEAL", help="the seal that an earlier check has printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every entry."""
        broken, seal = chain.broken(options["expect"]), chain.head()
        if options["json"]:
            self.answer({"entries": seal.position, "seal": str(seal), "broken": broken}, as_json=True)
        else:
            self.answer({"entries": seal.position, "seal": seal}, as_json=False)
            for sentence in broken:
                self.stdout.write(f"BROKEN: {sentence}")
        if broken:
            sys.exit(1)


def _seal(text: str) -> chain.Seal:
    if found := re.fullmatch(r"(\d{1,18}):((?:[0-9a-f]{2})*)", text):
        return chain.Seal(int(found[1]), bytes.fromhex(found[2]))
    raise ArgumentTypeError("A seal is a number, a colon and 64 hexadecimal digits.")
