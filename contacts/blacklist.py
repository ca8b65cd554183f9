"""The blacklist: add, remove, and the one answer to whether an account may write to a number.

Three scopes hold: the account's own entries, those of its master that hold for subaccounts, and the operator's, which
hold for everybody. `condition` and `holding_for` say the same, one for statements of ours and one for query sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import erasure, numbers, wish_log
from contacts.models import BlacklistEntry
from smspanel import clock
from smspanel.bulk import CHUNK, chunks

Scope = BlacklistEntry.Scope

# The number comes first, so that every lookup begins with it: hardly any has more than a few entries.
_CONDITION: Final = """EXISTS (SELECT 1 FROM contacts_blacklistentry b WHERE b.msisdn = {number}
        AND (b.account_id IS NULL OR b.account_id = %s OR (b.account_id = %s AND b.scope = 'TREE'))
        AND (b.expires_at IS NULL OR b.expires_at > %s))"""


class BlacklistRefused(Exception):
    """The blacklist was not changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A number that is not written to, for whom, and why, as far as the person who asks may know."""

    msisdn: str
    scope: BlacklistEntry.Scope
    is_own: bool
    reason: str
    expires_at: datetime | None
    account: str = ""

    @property
    def by(self) -> str:
        """Say who blocks it."""
        if self.scope == Scope.EVERYBODY:
            return _("The operator")
        if self.account:
            return self.account
        return _("You") if self.is_own else _("Your master account")


def condition(account: Account, number: str, *values: Any) -> tuple[str, tuple[Any, ...]]:
    """Return an SQL condition that holds for a number the account must not write to, and its parameters.

    `number` is an SQL expression, and `values` are the parameters of its own.
    """
    now = connection.ops.adapt_datetimefield_value(clock.now())
    return _CONDITION.format(number=number), (*values, account.pk, account.master_id or account.pk, now)


def holding_for(account: Account) -> QuerySet[BlacklistEntry]:
    """Return the entries by which the account must not write to their numbers."""
    whose = Q(account__isnull=True) | Q(account=account.pk)
    if account.master_id is not None:
        whose |= Q(account=account.master_id, scope=Scope.TREE)
    return current().filter(whose)


def but_by_reply(account: Account) -> QuerySet[BlacklistEntry]:
    """Return the entries by which not even the confirmation of a stop may be sent: all but those of a reply to it."""
    return holding_for(account).exclude(account=account.pk, scope=Scope.ACCOUNT, source=BlacklistEntry.Source.REPLY)


def current() -> QuerySet[BlacklistEntry]:
    """Return the entries that have not expired."""
    return BlacklistEntry.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))


def blocked(*, account: Account, msisdns: Collection[str]) -> set[str]:
    """Return those of the numbers that the account must not write to."""
    found: set[str] = set()
    for some in chunks(list(msisdns)):
        found.update(holding_for(account).filter(msisdn__in=some).values_list("msisdn", flat=True))
    return found


def blocks(*, account: Account | None, msisdns: Sequence[str]) -> list[Block]:
    """Return every entry that blocks one of these numbers for the account; for None, for staff, every one there is.

    An owner reads the reasons of their own account's entries alone: others may be about somebody else's business.
    """
    rows = holding_for(account) if account is not None else current().select_related("account")
    found = (row for some in chunks(msisdns) for row in rows.filter(msisdn__in=some).order_by("msisdn", "pk"))
    return [_told(row, account) for row in found]


def _told(row: BlacklistEntry, account: Account | None) -> Block:
    is_own = account is None or row.account_id == account.pk
    named = str(row.account) if account is None and row.account is not None else ""
    return Block(
        msisdn=row.msisdn,
        scope=Scope(row.scope),
        is_own=is_own,
        reason=row.reason if is_own else "",
        expires_at=row.expires_at if is_own else None,
        account=named,
    )


@transaction.atomic
def add(
    *,
    account: Account | None,
    raw_numbers: Iterable[str],
    source: BlacklistEntry.Source,
    actor: User | None,
    reason: str = "",
    scope: BlacklistEntry.Scope = Scope.ACCOUNT,
    expires_at: datetime | None = None,
) -> int:
    """Put every number that can be read on the blacklist and return how many are new; others are passed over.

    A number that is there already stays for the longer of both times. Raises BlacklistRefused.
    """
    check_scope(account, scope)
    if expires_at is not None and expires_at <= clock.now():
        raise BlacklistRefused(_("This moment has passed. Choose a later one, or none."))
    draft = BlacklistEntry(
        account=account, scope=scope, source=source, reason=reason, expires_at=expires_at, created_by=actor
    )
    count = put(draft, numbers.readable(raw_numbers))
    _audit(actor, "blacklist.add", account, scope, count)
    return count


def put(draft: BlacklistEntry, msisdns: Sequence[str]) -> int:
    """Write an entry like the draft for each number, in the caller's transaction, and return how many are new.

    People who asked to be erased need none, and their numbers are not kept again.
    """
    if draft.account_id is not None:
        gone = erasure.erased(account_id=draft.account_id, msisdns=msisdns)
        msisdns = [msisdn for msisdn in msisdns if msisdn not in gone]
    wish_log.note(
        wish_log.Kind.BLOCK,
        account_id=draft.account_id,
        scope=draft.scope,
        msisdns=msisdns,
        until=draft.expires_at,
    )
    # All who write so do it in one order, so that none waits for another that waits for it.
    return sum(_put(draft, some) for some in chunks(sorted(msisdns)))


def _put(draft: BlacklistEntry, msisdns: Sequence[str]) -> int:
    rows = _of(draft.account, Scope(draft.scope)).filter(msisdn__in=msisdns)
    rows.filter(expires_at__lte=clock.now()).delete()
    sooner = rows.filter(expires_at__isnull=False)
    if draft.expires_at is not None:
        sooner = sooner.filter(expires_at__lt=draft.expires_at)
    sooner.update(expires_at=draft.expires_at, source=draft.source, reason=draft.reason, created_by=draft.created_by)
    # An import that is undone takes nobody off whom somebody else has blocked since.
    by_others = rows.filter(spreadsheet__isnull=False).exclude(spreadsheet=draft.spreadsheet_id or 0)
    by_others.update(spreadsheet=None)
    known = set(rows.values_list("msisdn", flat=True))
    names = ("account_id", "scope", "source", "reason", "expires_at", "created_by_id", "spreadsheet_id")
    values = {name: getattr(draft, name) for name in names}
    new = [BlacklistEntry(msisdn=msisdn, **values) for msisdn in msisdns if msisdn not in known]
    BlacklistEntry.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    return len(new)


@transaction.atomic
def remove(
    *,
    account: Account | None,
    raw_numbers: Iterable[str],
    actor: User | None,
    scope: BlacklistEntry.Scope = Scope.ACCOUNT,
) -> int:
    """Take numbers off the blacklist of that scope and return how many were on it; raises BlacklistRefused."""
    check_scope(account, scope)
    removed = 0
    for some in chunks(numbers.readable(raw_numbers)):
        rows = _of(account, scope).filter(msisdn__in=some)
        rows.filter(expires_at__lte=clock.now()).delete()
        wish_log.note_removal(rows)
        removed += rows.delete()[0]
    _audit(actor, "blacklist.remove", account, scope, removed)
    return removed


@transaction.atomic
def forgive(*, account: Account, msisdn: str) -> int:
    """Take a number off the account's blacklist that came there by a reply alone; returns how many entries went."""
    asked = _of(account, Scope.ACCOUNT).filter(msisdn=msisdn, source=BlacklistEntry.Source.REPLY)
    wish_log.note_removal(asked)
    count = asked.delete()[0]
    if count:
        _audit(None, "blacklist.forgive", account, Scope.ACCOUNT, count)
    return count


def own(account: Account) -> QuerySet[BlacklistEntry]:
    """Return what is on the blacklist of that account alone, as its software lists it."""
    return current().filter(account=account, scope=Scope.ACCOUNT)


def _of(account: Account | None, scope: BlacklistEntry.Scope) -> QuerySet[BlacklistEntry]:
    return BlacklistEntry.objects.filter(account=account, scope=scope)


def check_scope(account: Account | None, scope: BlacklistEntry.Scope) -> None:
    """Refuse a scope that is not the account's to decide; raises BlacklistRefused."""
    if (account is None) != (scope == Scope.EVERYBODY):
        raise BlacklistRefused(_("Only the operator blocks numbers for everybody."))
    if scope == Scope.TREE and account is not None and not account.is_master:
        raise BlacklistRefused(_("Only a master account blocks numbers for subaccounts."))


def _audit(actor: User | None, action: str, account: Account | None, scope: BlacklistEntry.Scope, count: int) -> None:
    subject = account if account is not None else BlacklistEntry()
    audit.record(actor=actor, action=action, subject=subject, account=account, scope=scope, count=count)


def forget_expired() -> int:
    """Delete entries that have expired, a chunk at a time, and return how many."""
    return sum(_expired_chunks())


def _expired_chunks() -> Iterator[int]:
    expired = BlacklistEntry.objects.filter(expires_at__lte=clock.now()).order_by("expires_at")
    while ids := list(expired.values_list("pk", flat=True)[:CHUNK]):
        # One that was prolonged meanwhile stays.
        yield BlacklistEntry.objects.filter(pk__in=ids, expires_at__lte=clock.now()).delete()[0]
