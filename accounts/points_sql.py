"""The function by which PostgreSQL does in one call what accounts/points.py does step by step.

Step by step a transfer is five round trips. As one statement it would be planned at every call, which takes as long as
doing it; of a function each connection keeps the plans, behind a pooler too.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from accounts.models import Account, Transfer
from smspanel import rows

_WRITTEN: Final = ("id", "debit_id", "credit_id", "debit_posted_after", "debit_held_after", "credit_posted_after")

# Every statement of a function sees what is committed by then: the locked wallets are the newest, and so is what was
# resolved of a hold, as whoever resolves it has its wallet locked. It does not return the rows themselves: a function
# that does keeps their table from being dropped, as restoring an older copy has to.
FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION accounts_transfer_points(
    its_id bigint, its_key text, its_kind text, paying_id bigint, paid_id bigint, points bigint, its_hold bigint,
    its_subject text, its_memo text, its_actor bigint, its_time timestamptz
) RETURNS TABLE (
    written bigint, debit bigint, credit bigint, debit_posted bigint, debit_held bigint, credit_posted bigint
) LANGUAGE plpgsql AS $$
DECLARE
    moved bigint := CASE WHEN its_kind IN ('HOLD', 'VOID') THEN 0 ELSE points END;
    kept bigint := CASE WHEN its_kind = 'HOLD' THEN points WHEN its_kind IN ('POST', 'VOID') THEN -points ELSE 0 END;
    wallet accounts_wallet;
    paying accounts_wallet;
    paid accounts_wallet;
BEGIN
    FOR wallet IN SELECT * FROM accounts_wallet
        WHERE id IN (paying_id, CASE WHEN moved = 0 THEN paying_id ELSE paid_id END) ORDER BY id FOR NO KEY UPDATE
    LOOP
        IF wallet.id = paying_id THEN paying := wallet; ELSE paid := wallet; END IF;
    END LOOP;
    IF moved = 0 THEN SELECT * INTO paid FROM accounts_wallet WHERE id = paid_id; END IF;
    IF paying.id IS NULL OR paid.id IS NULL OR its_kind = 'HOLD' AND paying.frozen_at IS NOT NULL THEN RETURN; END IF;
    IF its_hold IS NOT NULL THEN
        IF points > (SELECT amount FROM accounts_transfer WHERE id = its_hold)
            - (SELECT COALESCE(sum(amount), 0) FROM accounts_transfer WHERE hold_id = its_hold) THEN RETURN; END IF;
    ELSIF paying.kind <> 'ISSUED' AND paying.posted - paying.held < points THEN RETURN;
    END IF;
    RETURN QUERY INSERT INTO accounts_transfer (id, key, kind, debit_id, credit_id, amount, hold_id, subject, memo,
            actor_id, created_at, debit_posted_after, debit_held_after, credit_posted_after)
        VALUES (COALESCE(its_id, nextval('accounts_transfer_id_seq')), its_key, its_kind, paying_id, paid_id, points,
            its_hold, its_subject, its_memo, its_actor, its_time, paying.posted - moved, paying.held + kept,
            paid.posted + moved)
        ON CONFLICT (key) DO NOTHING
        RETURNING {", ".join(_WRITTEN)};
    IF FOUND THEN
        UPDATE accounts_wallet SET posted = posted - moved, held = held + kept WHERE id = paying_id;
        IF moved > 0 THEN UPDATE accounts_wallet SET posted = posted + moved WHERE id = paid_id; END IF;
    END IF;
END $$
"""
_GIVEN: Final = ("id", "key", "kind", "amount", "hold_id", "subject", "memo", "actor_id", "created_at")
_CALL: Final = """SELECT * FROM accounts_transfer_points(%(id)s, %(key)s, %(kind)s,
    {paying}, {paid}, %(amount)s, %(hold_id)s, %(subject)s, %(memo)s, %(actor_id)s, %(created_at)s)"""
_WALLET: Final = "(SELECT id FROM accounts_wallet WHERE account_id = %({})s)"
_BETWEEN_ACCOUNTS: Final = _CALL.format(paying=_WALLET.format("paying"), paid=_WALLET.format("paid"))
_OF_ACCOUNT: Final = _CALL.format(
    paying=_WALLET.format("paying"), paid="(SELECT id FROM accounts_wallet WHERE kind = 'SPENT')"
)
_BETWEEN_WALLETS: Final = _CALL.format(paying="%(paying)s", paid="%(paid)s")


def keep(_apps: Any, schema_editor: Any) -> None:
    """Make the function, or make it anew as it is now; for migrations."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)


def forget(_apps: Any, schema_editor: Any) -> None:
    """Undo `keep`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION accounts_transfer_points")


def move(row: Transfer, *, source: Account, target: Account) -> bool:
    """Write a transfer from one account to another, as `transfer` does."""
    return _write(_BETWEEN_ACCOUNTS, row, source.pk, target.pk)


def hold(row: Transfer, *, account: Account) -> bool:
    """Write a hold of the account's points, as `transfer` does."""
    return _write(_OF_ACCOUNT, row, account.pk, None)


def transfer(row: Transfer) -> bool:
    """Lock the wallets of the row, write it, and move its points.

    False where that could not be done: nothing is changed then, and whoever goes on step by step is told why.
    """
    return _write(_BETWEEN_WALLETS, row, row.debit_id, row.credit_id)


def _write(sql: str, row: Transfer, paying: int, paid: int | None) -> bool:
    if connection.vendor != "postgresql":
        return False
    values = {name: getattr(row, name) for name in _GIVEN} | {"paying": paying, "paid": paid}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        written = cursor.fetchone()
    if written is None:
        return False
    for name, value in zip(_WRITTEN, written, strict=True):
        setattr(row, name, value)
    rows.as_read(row)
    return True
