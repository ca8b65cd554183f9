"""Asks of a restored backup again what people had asked for since it was made; see contacts/wish_log.py.

A backup holds numbers of people who were erased since, and does not know who asked to be left alone. The log knows them
by hashes alone: whoever is still found in the backup is erased or blocked again, and whoever is not stays refused like
people who were erased, should a later file bring them back. Doing it again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account
from campaigns import erasing
from campaigns.models import Message, Recipient, Reply
from contacts import blacklist, erasure, wish_log
from contacts.models import BlacklistEntry, Consent, Contact
from contacts.wish_log import Kind, Wish
from smspanel import clock, crypto
from smspanel.bulk import chunks

Scope = BlacklistEntry.Scope
Place = tuple[int | None, str]
"""An account, or None for everybody, and a scope."""

_OF: Final[dict[Any, str]] = {
    Contact: "account",
    BlacklistEntry: "account",
    Consent: "account",
    Recipient: "campaign__account",
    Message: "campaign__account",
    Reply: "account",
}
"""Every table in which people's numbers stand, and whose they are."""


class Reapplied(NamedTuple):
    """How many people were erased and blocked again, how many cannot be erased yet, and lines that no key opens."""

    erased: int
    blocked: int
    waiting: int
    unreadable: int


def reapply(paths: Iterable[Path]) -> Reapplied:
    """Erase and block again whoever these logs name; raises OSError."""
    accounts = set(Account.objects.values_list("pk", flat=True))
    unreadable, erasures, blocks = 0, dict[tuple[int, str], bool](), dict[tuple[Place, str], Wish]()
    for wish in wish_log.read(paths):
        if not _is_ours(wish.key):
            unreadable += 1
        elif wish.account is None or wish.account in accounts:
            _hear(wish, erasures, blocks)
    known = _known({digest for _whose, digest in (*erasures, *blocks)})
    done = [_erase_again(account, known.get(digest), digest, tree) for (account, digest), tree in erasures.items()]
    return Reapplied(done.count(True), _block_again(blocks, known), done.count(False), unreadable)


def _is_ours(key: str) -> bool:
    try:
        return erasure.adopt_key(key)
    except crypto.CannotOpen:
        return False


def _hear(wish: Wish, erasures: dict[tuple[int, str], bool], blocks: dict[tuple[Place, str], Wish]) -> None:
    """Note what a line asks for; what was asked last counts, but who was erased stays erased."""
    for digest in wish.digests:
        if wish.kind == Kind.ERASE and wish.account is not None:
            erasures[wish.account, digest] = wish.scope == Scope.TREE
        elif wish.kind == Kind.BLOCK:
            blocks[(wish.account, wish.scope), digest] = wish
        else:
            blocks.pop(((wish.account, wish.scope), digest), None)


def _known(wanted: set[str]) -> dict[str, str]:
    """Return the numbers in the database that have one of these digests."""
    known: dict[str, str] = {}
    for model in _OF if wanted else ():
        numbers = model.objects.order_by().values_list("msisdn", flat=True).distinct()
        for some in chunks(list(numbers.iterator(chunk_size=5000))):
            known |= {digest: one for digest, one in zip(erasure.digests(some), some, strict=True) if digest in wanted}
    return known


def _erase_again(account_id: int, msisdn: str | None, digest: str, for_tree: bool) -> bool | None:
    """Erase a person; None if nothing of them is there, and False as long as a message to them is under way."""
    erasure.keep(account_id=account_id, digest=digest, for_tree=for_tree, actor=None)
    own = [model.objects.filter(**{whose: account_id, "msisdn": msisdn}) for model, whose in _OF.items()]
    if msisdn is None or not any(rows.exists() for rows in own):
        return None
    try:
        erasing.erase(account=Account.objects.get(pk=account_id), msisdn=msisdn, actor=None)
    except erasing.ErasureRefused:
        return False
    return True


def _block_again(blocks: dict[tuple[Place, str], Wish], known: dict[str, str]) -> int:
    """Block numbers that are in the backup, and refuse those that are not; returns how many were not blocked."""
    asked: dict[tuple[Place, str | None], list[str]] = defaultdict(list)
    for (place, digest), wish in blocks.items():
        if wish.until is None or datetime.fromisoformat(wish.until) > clock.now():
            asked[place, wish.until].append(digest)
    return sum(_block(place, until, digests, known) for (place, until), digests in asked.items())


@transaction.atomic
def _block(place: Place, until: str | None, digests: list[str], known: dict[str, str]) -> int:
    account = Account.objects.get(pk=place[0]) if place[0] is not None else None
    draft = BlacklistEntry(
        account=account,
        scope=place[1],
        source=BlacklistEntry.Source.REPLY,
        reason=_("Blocked before a backup was restored."),
        expires_at=datetime.fromisoformat(until) if until else None,
    )
    count = blacklist.put(draft, [known[digest] for digest in digests if digest in known])
    for digest in digests:
        for refused in _refusing(account) if digest not in known and until is None else ():
            erasure.keep(account_id=refused, digest=digest, for_tree=place[1] != Scope.ACCOUNT, actor=None)
    if count:
        audit.record(
            actor=None,
            action="blacklist.restore",
            subject=account or BlacklistEntry(),
            account=account,
            scope=place[1],
            count=count,
        )
    return count


def _refusing(account: Account | None) -> Iterator[int]:
    """Return for whom a number is refused that nobody here knows: one account, or every master with its own."""
    if account is not None:
        yield account.pk
    else:
        yield from Account.objects.filter(master=None).values_list("pk", flat=True)
