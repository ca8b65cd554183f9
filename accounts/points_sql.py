"""The statements of accounts/points.py that lock, look and write at once, for PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from accounts.models import Account, Transfer
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
HOLD: Final = """WITH own AS (
        SELECT id, posted, held FROM accounts_wallet WHERE account_id = %(account)s AND frozen_at IS NULL
        FOR NO KEY UPDATE
    ), written AS (
        INSERT INTO accounts_transfer (id, key, kind, debit_id, credit_id, amount, subject, memo, actor_id, created_at,
            debit_posted_after, debit_held_after, credit_posted_after)
        SELECT COALESCE(%(id)s, nextval(pg_get_serial_sequence('accounts_transfer', 'id'))), %(key)s, 'HOLD', own.id,
            spent.id, %(points)s, %(subject)s, '', %(actor)s, %(now)s, own.posted, own.held + %(points)s, spent.posted
        FROM own JOIN accounts_wallet spent ON spent.kind = 'SPENT' WHERE own.posted - own.held >= %(points)s
        ON CONFLICT (key) DO NOTHING
        RETURNING id, debit_id, credit_id, debit_posted_after, debit_held_after, credit_posted_after
    ), changed AS (
        UPDATE accounts_wallet w SET posted = own.posted, held = own.held + %(points)s
        FROM own WHERE own.id = w.id AND EXISTS (SELECT FROM written)
    )
    SELECT * FROM written"""
_WRITTEN: Final = ("id", "debit_id", "credit_id", "debit_posted_after", "debit_held_after", "credit_posted_after")


def move(row: Transfer, *, source: Account, target: Account) -> bool:
    """Lock both wallets, move the points and write the row, in one statement.

    What it goes by it reads after it has the locks. False where that could not be done: nothing is changed then, and
    whoever asks again step by step is told why.
    """
    return _write(MOVE, row, {"source": source.pk, "target": target.pk, "memo": row.memo})


def hold(row: Transfer, *, account: Account) -> bool:
    """Lock the account's wallet, hold the points and write the row, as `move` does."""
    return _write(HOLD, row, {"account": account.pk, "id": row.pk, "subject": row.subject})


def _write(sql: str, row: Transfer, values: dict[str, Any]) -> bool:
    values |= {"key": row.key, "actor": row.actor_id, "now": row.created_at, "points": row.amount}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        written = cursor.fetchone()
    if written is None:
        return False
    for name, value in zip(_WRITTEN, written, strict=True):
        setattr(row, name, value)
    rows.as_read(row)
    return True
