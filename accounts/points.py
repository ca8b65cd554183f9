"""The ledger: the only writer of wallets and transfers.

Every verb runs in a transaction, locks the wallets it touches in the order of their ids, and writes one immutable
row under a unique key. Repeating a verb with the same key returns the row that is there and moves nothing. On
PostgreSQL a function does all this in one call (points_sql.py); what it declines goes step by step, which tells why.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import acting, points_sql
from accounts.models import Account, Transfer, User, Wallet
from smspanel import rows

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


class Frozen(PointsError):
    """All sendings of the account are stopped; what would begin another is refused."""

    def __init__(self) -> None:
        super().__init__(_("All sending of this account is stopped. Nothing new is taken until it is allowed again."))


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
    acting.forbid_points()
    row = Transfer(key=key, kind=Transfer.Kind.GRANT, amount=points, subject=_name(account), memo=memo, actor=actor)
    row.debit, row.credit = _system_wallet(Wallet.Kind.ISSUED), wallet_of(account)
    return _transfer(row)


def adjust(*, account: Account, points: int, key: str, memo: str, actor: User | None) -> Transfer:
    """Correct a balance by a signed number of points; raises InvalidAmount, NotEnoughPoints, KeyReused."""
    acting.forbid_points()
    amount, kind = abs(points), Transfer.Kind.ADJUST
    row = Transfer(key=key, kind=kind, amount=amount, subject=_name(account), memo=memo, actor=actor)
    issued, own = _system_wallet(Wallet.Kind.ISSUED), wallet_of(account)
    row.debit, row.credit = (issued, own) if points > 0 else (own, issued)
    return _transfer(row)


def move(
    *, source: Account, target: Account, points: int, key: str, memo: str = "", actor: User | None = None
) -> Transfer:
    """Move points between a master and its slave; raises OutsideTree, InvalidAmount, NotEnoughPoints, KeyReused."""
    acting.forbid_points()
    if source.pk != target.master_id and target.pk != source.master_id:
        raise OutsideTree(_("Points move only between a master account and one of its own subaccounts."))
    _check_amount(points)
    row = Transfer(key=key, kind=Transfer.Kind.MOVE, amount=points, memo=memo, actor=actor)
    if points_sql.move(row, source=source, target=target):
        return row
    row.debit, row.credit = wallet_of(source), wallet_of(target)
    return _step_by_step(row)


def hold(
    *,
    account: Account,
    points: int,
    key: str,
    subject: str,
    actor: User | None = None,
    transfer_id: int | None = None,
) -> Transfer:
    """Set points aside for a later post; raises InvalidAmount, NotEnoughPoints, Frozen, KeyReused.

    `transfer_id` is an id that was drawn for it by a caller whose other rows name the hold already. Whoever else spends
    points of the account waits from here until the transaction ends, so that this is best its last step.
    """
    acting.forbid_points()
    _check_amount(points)
    row = Transfer(pk=transfer_id, key=key, kind=Transfer.Kind.HOLD, amount=points, subject=subject, actor=actor)
    if points_sql.hold(row, account=account):
        return row
    row.debit, row.credit = wallet_of(account), _system_wallet(Wallet.Kind.SPENT)
    return _step_by_step(row)


def post(*, hold: Transfer, points: int, key: str) -> Transfer:
    """Spend a part of a hold; raises HoldExceeded, InvalidAmount, KeyReused."""
    return _resolve(Transfer.Kind.POST, hold, points, key)


def void(*, hold: Transfer, points: int, key: str) -> Transfer:
    """Release a part of a hold; raises HoldExceeded, InvalidAmount, KeyReused."""
    return _resolve(Transfer.Kind.VOID, hold, points, key)


def void_rest(*, hold: Transfer, key: str) -> Transfer | None:
    """Release whatever of the hold is neither spent nor released; None when nothing is left."""
    with transaction.atomic():
        _lock([hold.debit_id, hold.credit_id])
        rest = unresolved(hold)
        return void(hold=hold, points=rest, key=key) if rest else None


def refund(*, account: Account, points: int, key: str, subject: str) -> Transfer:
    """Give spent points back; raises InvalidAmount, KeyReused."""
    row = Transfer(key=key, kind=Transfer.Kind.REFUND, amount=points, subject=subject)
    row.debit, row.credit = _system_wallet(Wallet.Kind.SPENT), wallet_of(account)
    return _transfer(row)


def freeze(*, account: Account, at: datetime) -> None:
    """Refuse every hold from the commit on, those that wait for this transaction too; a frozen wallet stays so."""
    Wallet.objects.filter(pk=wallet_of(account).pk, frozen_at__isnull=True).update(frozen_at=at)


def thaw(*, account: Account) -> None:
    """Let points be held again."""
    Wallet.objects.filter(account=account).update(frozen_at=None)


def unresolved(hold: Transfer) -> int:
    """Return how many points of the hold are neither spent nor released."""
    resolved = hold.resolutions.aggregate(total=Sum("amount"))["total"] or 0
    return int(hold.amount - resolved)


def wallet_of(account: Account) -> Wallet:
    """Return the account's wallet, made on first use."""
    return Wallet.objects.get_or_create(account=account, defaults={"kind": Wallet.Kind.ACCOUNT})[0]


def _system_wallet(kind: Wallet.Kind) -> Wallet:
    return Wallet.objects.get_or_create(kind=kind, account=None)[0]


def _transaction() -> AbstractContextManager[object]:
    """Begin a transaction, or take part in the caller's.

    A savepoint is not needed: nothing is written before the last refusal.
    """
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def _name(account: Account) -> str:
    return f"account:{account.pk}"


def _lock(ids: Iterable[int]) -> dict[int, Wallet]:
    """Lock wallets in the order of their ids, so that two transfers can never wait for each other."""
    locked = Wallet.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {wallet.pk: wallet for wallet in locked}


def _check_amount(points: int) -> None:
    if type(points) is not int or not 0 < points <= MAX_POINTS:
        raise InvalidAmount(_("Give a whole number of points, at least 1."))


def _resolve(kind: Transfer.Kind, hold: Transfer, points: int, key: str) -> Transfer:
    row = Transfer(key=key, kind=kind, amount=points, subject=hold.subject, hold=hold)
    row.debit_id, row.credit_id = hold.debit_id, hold.credit_id
    return _transfer(row)


def _transfer(row: Transfer) -> Transfer:
    """Write the row and move its points from one wallet to another, or return the row that its key already has."""
    _check_amount(row.amount)
    return row if points_sql.transfer(row) else _step_by_step(row)


def _step_by_step(row: Transfer) -> Transfer:
    with _transaction():
        wallets = _lock([row.debit_id, row.credit_id])
        paying, paid = wallets[row.debit_id], wallets[row.credit_id]
        if refusal := _refusal(row, paying):
            if existing := Transfer.objects.filter(key=row.key).first():
                return _same(existing, row)
            raise refusal
        posted, held = _change(row)
        row.debit_posted_after, row.debit_held_after = paying.posted - posted, paying.held + held
        row.credit_posted_after = paid.posted + posted
        if not rows.insert(row, unless_known="key"):
            return _same(Transfer.objects.get(key=row.key), row)
        _apply(row, posted, held)
        return row


def _refusal(row: Transfer, paying: Wallet) -> PointsError | None:
    """Return why a locked wallet cannot pay, if it cannot."""
    if row.kind == Transfer.Kind.HOLD and paying.frozen_at is not None:
        return Frozen()
    if row.hold is not None:
        if row.amount > unresolved(row.hold):
            return HoldExceeded(_("The campaign would spend more points than were held for it."))
    elif paying.kind != Wallet.Kind.ISSUED and paying.available < row.amount:
        return NotEnoughPoints(needed=row.amount, available=paying.available)
    return None


def _change(row: Transfer) -> tuple[int, int]:
    """Return by how much a transfer moves the balance from one wallet to the other, and what the first one holds."""
    kinds, amount = Transfer.Kind, row.amount
    held = {kinds.HOLD: amount, kinds.POST: -amount, kinds.VOID: -amount}.get(kinds(row.kind), 0)
    return (0 if row.kind in {kinds.HOLD, kinds.VOID} else amount), held


def _apply(row: Transfer, posted: int, held: int) -> None:
    """Change the two balances; a CHECK of the database refuses what the caller's look-up did not."""
    sql = "UPDATE accounts_wallet SET posted = posted + %s, held = held + %s WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [-posted, held, row.debit_id])
        if posted:
            cursor.execute(sql, [posted, 0, row.credit_id])


def _same(existing: Transfer, row: Transfer) -> Transfer:
    """Return the row that is there if it is this very transfer; raises KeyReused."""
    told = attrgetter("kind", "debit_id", "credit_id", "amount", "hold_id")
    if told(existing) != told(row):
        raise KeyReused(_("This request was already used for a different transfer."))
    return existing
