"""The ledger: the only writer of wallets and transfers.

Every verb runs in a transaction, locks the wallets it touches in the order of their ids, and writes one immutable
row under a unique key. Repeating a verb with the same key returns the row that is there and moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from accounts.models import Account, Transfer, User, Wallet

MAX_POINTS = 1_000_000_000_000


class PointsError(Exception):
    """A transfer was refused; nothing was moved."""


class InvalidAmount(PointsError):
    """The amount is not a whole number of points from 1 to MAX_POINTS."""


class NotEnoughPoints(PointsError):
    """The paying wallet has fewer points available than the transfer needs."""

    def __init__(self, *, needed: int, available: int) -> None:
        self.needed, self.available = needed, available
        super().__init__(
            _("%(needed)s points are needed and %(available)s are available: %(missing)s are missing.")
            % {"needed": needed, "available": available, "missing": needed - available}
        )


class OutsideTree(PointsError):
    """The two accounts are not a master and its slave."""


class HoldExceeded(PointsError):
    """A hold would be resolved for more than was held."""


class KeyReused(PointsError):
    """The key already belongs to a different transfer."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Points of an account: `available` = posted - held."""

    posted: int
    held: int

    @property
    def available(self) -> int:
        """Points that may be spent or moved."""
        return self.posted - self.held


def balance(account: Account) -> Balance:
    """Return the balance, zero for an account that never had points."""
    wallet = Wallet.objects.filter(account=account).first()
    return Balance(wallet.posted, wallet.held) if wallet else Balance(0, 0)


def grant(*, account: Account, points: int, key: str, memo: str, actor: User | None = None) -> Transfer:
    """Issue new points to an account; raises InvalidAmount, KeyReused."""
    issued = _system_wallet(Wallet.Kind.ISSUED)
    return _transfer(
        Transfer.Kind.GRANT,
        issued,
        wallet_of(account),
        points,
        key,
        subject=_name(account),
        memo=memo,
        actor=actor,
    )


def adjust(*, account: Account, points: int, key: str, memo: str, actor: User | None) -> Transfer:
    """Correct a balance by a signed number of points; raises InvalidAmount, NotEnoughPoints, KeyReused."""
    issued, own = _system_wallet(Wallet.Kind.ISSUED), wallet_of(account)
    debit, credit = (issued, own) if points > 0 else (own, issued)
    return _transfer(
        Transfer.Kind.ADJUST, debit, credit, abs(points), key, subject=_name(account), memo=memo, actor=actor
    )


def move(
    *, source: Account, target: Account, points: int, key: str, memo: str = "", actor: User | None = None
) -> Transfer:
    """Move points between a master and its slave; raises OutsideTree, InvalidAmount, NotEnoughPoints, KeyReused."""
    if source.pk != target.master_id and target.pk != source.master_id:
        raise OutsideTree(_("Points move only between a master account and one of its own subaccounts."))
    return _transfer(Transfer.Kind.MOVE, wallet_of(source), wallet_of(target), points, key, memo=memo, actor=actor)


def hold(*, account: Account, points: int, key: str, subject: str, actor: User | None = None) -> Transfer:
    """Set points aside for a later post; raises InvalidAmount, NotEnoughPoints, KeyReused."""
    spent = _system_wallet(Wallet.Kind.SPENT)
    return _transfer(Transfer.Kind.HOLD, wallet_of(account), spent, points, key, subject=subject, actor=actor)


def post(*, hold: Transfer, points: int, key: str) -> Transfer:
    """Spend a part of a hold; raises HoldExceeded, InvalidAmount, KeyReused."""
    return _transfer(Transfer.Kind.POST, hold.debit, hold.credit, points, key, subject=hold.subject, hold=hold)


def void(*, hold: Transfer, points: int, key: str) -> Transfer:
    """Release a part of a hold; raises HoldExceeded, InvalidAmount, KeyReused."""
    return _transfer(Transfer.Kind.VOID, hold.debit, hold.credit, points, key, subject=hold.subject, hold=hold)


def void_rest(*, hold: Transfer, key: str) -> Transfer | None:
    """Release whatever of the hold is neither spent nor released; None when nothing is left."""
    with transaction.atomic():
        _lock([hold.debit_id, hold.credit_id])
        rest = unresolved(hold)
        return void(hold=hold, points=rest, key=key) if rest else None


def refund(*, account: Account, points: int, key: str, subject: str) -> Transfer:
    """Give spent points back; raises InvalidAmount, KeyReused."""
    spent = _system_wallet(Wallet.Kind.SPENT)
    return _transfer(Transfer.Kind.REFUND, spent, wallet_of(account), points, key, subject=subject)


def unresolved(hold: Transfer) -> int:
    """Return how many points of the hold are neither spent nor released."""
    resolved = hold.resolutions.aggregate(total=Sum("amount"))["total"] or 0
    return int(hold.amount - resolved)


def wallet_of(account: Account) -> Wallet:
    """Return the account's wallet, made on first use."""
    return Wallet.objects.get_or_create(account=account, defaults={"kind": Wallet.Kind.ACCOUNT})[0]


def _system_wallet(kind: Wallet.Kind) -> Wallet:
    return Wallet.objects.get_or_create(kind=kind, account=None)[0]


def _name(account: Account) -> str:
    return f"account:{account.pk}"


def _lock(ids: Iterable[int]) -> dict[int, Wallet]:
    """Lock wallets in the order of their ids, so that two transfers can never wait for each other."""
    locked = Wallet.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {wallet.pk: wallet for wallet in locked}


def _transfer(
    kind: Transfer.Kind,
    debit: Wallet,
    credit: Wallet,
    points: int,
    key: str,
    *,
    subject: str = "",
    memo: str = "",
    actor: User | None = None,
    hold: Transfer | None = None,
) -> Transfer:
    """Move the points and write the row, or return the row that the key already has."""
    if type(points) is not int or not 0 < points <= MAX_POINTS:
        raise InvalidAmount(_("Give a whole number of points, at least 1."))
    with transaction.atomic():
        wallets = _lock([debit.pk, credit.pk])
        if existing := Transfer.objects.filter(key=key).first():
            return _same(existing, kind, debit, credit, points, hold)
        if hold is not None and points > unresolved(hold):
            raise HoldExceeded(_("The campaign would spend more points than were held for it."))
        if hold is None and debit.kind != Wallet.Kind.ISSUED and wallets[debit.pk].available < points:
            raise NotEnoughPoints(needed=points, available=wallets[debit.pk].available)
        _apply(kind, debit.pk, credit.pk, points)
        after = {wallet.pk: wallet for wallet in Wallet.objects.filter(pk__in=wallets)}
        return Transfer.objects.create(
            key=key,
            kind=kind,
            debit=debit,
            credit=credit,
            amount=points,
            hold=hold,
            subject=subject,
            memo=memo,
            actor=actor,
            debit_posted_after=after[debit.pk].posted,
            debit_held_after=after[debit.pk].held,
            credit_posted_after=after[credit.pk].posted,
        )


def _apply(kind: Transfer.Kind, debit: int, credit: int, points: int) -> None:
    """Change the two balances; a CHECK of the database refuses what the caller's look-up did not."""
    held = {Transfer.Kind.HOLD: points, Transfer.Kind.POST: -points, Transfer.Kind.VOID: -points}.get(kind, 0)
    posted = 0 if kind in {Transfer.Kind.HOLD, Transfer.Kind.VOID} else points
    Wallet.objects.filter(pk=debit).update(posted=F("posted") - posted, held=F("held") + held)
    if posted:
        Wallet.objects.filter(pk=credit).update(posted=F("posted") + posted)


def _same(
    existing: Transfer, kind: Transfer.Kind, debit: Wallet, credit: Wallet, points: int, hold: Transfer | None
) -> Transfer:
    """Return the row if it is this very transfer; raises KeyReused."""
    found = (existing.kind, existing.debit_id, existing.credit_id, existing.amount, existing.hold_id)
    if found != (kind, debit.pk, credit.pk, points, hold.pk if hold else None):
        raise KeyReused(_("This request was already used for a different transfer."))
    return existing
