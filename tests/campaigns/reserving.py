"""What tests of prefixes and replies share: prefixes, the right to reserve them, reservations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Account
from campaigns import prefixes
from campaigns.models import Prefix, PrefixReservation
from smspanel import clock


def allow(*accounts: Account) -> None:
    """Give accounts the right to reserve prefixes."""
    for account in accounts:
        account.may_use_prefixes = True
        account.save(update_fields=["may_use_prefixes"])


def make_prefix(name: str, *, owner: Account | None = None, **fields: Any) -> Prefix:
    """Make a prefix for everybody, or one that belongs to its owner."""
    access = Prefix.Access.DEDICATED if owner else Prefix.Access.GLOBAL
    return Prefix.objects.create(name=name, access=access, account=owner, **fields)


def reserve(prefix: Prefix, account: Account, *, hours: float = 24, start: datetime | None = None) -> PrefixReservation:
    """Reserve until so many hours from now."""
    until = clock.now() + timedelta(hours=hours)
    return prefixes.reserve(prefix=prefix, account=account, until=until, start=start, actor=None)
