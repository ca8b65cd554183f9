"""What follows a restored backup: it does not know what was sent after it was made, so nothing of it may be sent."""

from __future__ import annotations

from typing import NamedTuple

from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.models import Account
from campaigns import stopping
from campaigns.models import Batch, Campaign
from smspanel import clock
from smspanel.models import Lease


class Guarded(NamedTuple):
    """What was stopped."""

    accounts: int
    campaigns: int
    unclear: int


def is_running() -> bool:
    """Say whether a heartbeat was heard lately; a database that cannot be read has none."""
    try:
        return Lease.objects.filter(expires_at__gt=clock.now()).exists()
    except DatabaseError:
        return False


def guard() -> Guarded:
    """Stop every account: what waited is taken back with its points, and what was under way is looked up as always.

    Doing it again stops nobody twice. Staff let each account send again, once they have looked.
    """
    reason = _("A backup was restored. Look what was sent since it was made.")
    accounts = list(Account.objects.order_by("pk"))
    for account in accounts:
        stopping.stop(account=account, actor=None, reason=reason)
    taken = Campaign.objects.filter(stop__ended_at__isnull=True, single=False)
    return Guarded(len(accounts), taken.count(), Batch.objects.filter(state__in=Batch.OPEN).count())
