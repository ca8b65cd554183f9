"""The statements of accounts/points.py that look, take and lock at once, where that is worth writing them by hand."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from accounts.models import Account, Transfer, Wallet
from smspanel import rows

# The balances are taken from the locked rows: of w PostgreSQL first tries the version from before the wait, and what
# that would become is already held against the CHECK.
MOVE: Final = """WITH wallets AS (
        SELECT id, account_id, posted, held FROM accounts_wallet WHERE account_id IN (%(source)s, %(target)s)
        ORDER BY id FOR NO KEY UPDATE
    ), moved AS (
        INSERT INTO accounts_transfer (key, kind, debit_id, credit_id, amount, subject, memo, actor_id, created_at,
            debit_posted_after, debit_held_after, credit_posted_after)
        SELECT %(key)s, 'MOVE', paying.id, paid.id, %(points)s, '', %(memo)s, %(actor)s, %(now)s,
            paying.posted - %(points)s, paying.held, paid.posted + %(points)s
        FROM wallets paying JOIN wallets paid ON paid.account_id = %(target)s
        WHERE paying.account_id = %(source)s AND paying.posted - paying.held >= %(points)s
        ON CONFLICT (key) DO NOTHING
        RETURNING id, debit_id, credit_id, debit_posted_after, debit_held_after, credit_posted_after
    ), changed AS (
        UPDATE accounts_wallet w SET held = locked.held,
            posted = locked.posted + CASE locked.account_id WHEN %(target)s THEN %(points)s ELSE -%(points)s END
        FROM wallets locked WHERE locked.id = w.id AND EXISTS (SELECT FROM moved)
    )
    SELECT * FROM moved"""
_MOVED: Final = ("id", "debit_id", "credit_id", "debit_posted_after", "debit_held_after", "credit_posted_after")
_SET_ASIDE: Final = """UPDATE accounts_wallet SET held = held + %s
    WHERE account_id = %s AND posted - held >= %s AND frozen_at IS NULL RETURNING id, posted, held,
        (SELECT s.id FROM accounts_wallet s WHERE s.kind = 'SPENT'),
        (SELECT s.posted FROM accounts_wallet s WHERE s.kind = 'SPENT')"""


def move(row: Transfer, *, source: Account, target: Account) -> bool:
    """Lock both wallets, move the points and write the row, in one statement; for PostgreSQL.

    What it goes by it reads after it has the locks. False where that could not be done: nothing is changed then, and
    whoever asks again step by step is told why.
    """
    values: dict[str, Any] = {"key": row.key, "memo": row.memo, "actor": row.actor_id, "now": row.created_at}
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values | {"source": source.pk, "target": target.pk, "points": row.amount})
        moved = cursor.fetchone()
    if moved is None:
        return False
    for name, value in zip(_MOVED, moved, strict=True):
        setattr(row, name, value)
    rows.as_read(row)
    return True


def set_aside(account: Account, points: int) -> tuple[Wallet, Wallet | None] | None:
    """Hold points of the account's wallet, lock it, and return it with that of spent points, if there is one yet.

    None if the account has not as many, or is stopped.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, [points, account.pk, points])
        found = cursor.fetchone()
    if found is None:
        return None
    own = Wallet(id=found[0], kind=Wallet.Kind.ACCOUNT, account=account, posted=found[1], held=found[2])
    return own, None if found[3] is None else Wallet(id=found[3], kind=Wallet.Kind.SPENT, posted=found[4])
