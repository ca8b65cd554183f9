"""What tests of reports share: days as addresses have them, and sendings whose outcome is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Account
from smspanel import clock
from tests.api.calling import Software, bulk, deliver

DELIVERED, UNDELIVERED, REFUSED, SILENT = "48500000100", "48500000202", "48600000304", "48500000405"
"""Numbers by what becomes of a message to them; the range of the third is another network's."""


def day(account: Account, ahead: int = 0) -> str:
    """Return a day of the account's zone, today unless some days ahead."""
    return (clock.now() + timedelta(days=ahead)).astimezone(account.zone).date().isoformat()


def today(software: Software) -> str:
    """Return the part of an address that names this day as first and last."""
    return f"{day(software.account)}/{day(software.account)}"


def send(software: Software, *numbers: str, **fields: Any) -> int:
    """Send a bulk as far as it goes, fetch its reports, and return its id."""
    told = software.post("bulk/send", bulk(to=list(numbers or [DELIVERED]), **fields))
    deliver()
    return int(told["id"])
