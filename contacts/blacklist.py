"""The blacklist: add, remove, ask."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models import Account, User
from contacts import numbers
from contacts.models import BlacklistEntry
from smspanel.bulk import chunks


@transaction.atomic
def add(
    *,
    account: Account,
    raw_numbers: Iterable[str],
    source: BlacklistEntry.Source,
    actor: User | None,
    reason: str = "",
) -> int:
    """Put every number that can be read on the blacklist and return how many are new; others are passed over."""
    count = 0
    for wanted in chunks(numbers.readable(raw_numbers)):
        known = set(BlacklistEntry.objects.filter(account=account, msisdn__in=wanted).values_list("msisdn", flat=True))
        new = [number for number in wanted if number not in known]
        BlacklistEntry.objects.bulk_create(
            [BlacklistEntry(account=account, msisdn=number, source=source, reason=reason) for number in new],
            ignore_conflicts=True,
            batch_size=1000,
        )
        count += len(new)
    audit.record(actor=actor, action="blacklist.add", subject=account, account=account, count=count)
    return count


@transaction.atomic
def remove(*, account: Account, raw_numbers: Iterable[str], actor: User | None) -> int:
    """Take numbers off the blacklist and return how many were on it."""
    removed = 0
    for wanted in chunks(numbers.readable(raw_numbers)):
        removed += BlacklistEntry.objects.filter(account=account, msisdn__in=wanted).delete()[0]
    audit.record(actor=actor, action="blacklist.remove", subject=account, account=account, count=removed)
    return removed
