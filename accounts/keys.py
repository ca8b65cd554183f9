"""App-Keys: issue, find, show, revoke."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from accounts import acting, audit
from accounts.links import recording
from accounts.models import Account, AppKey, User
from smspanel import clock, crypto

NOTED_EVERY: Final = timedelta(minutes=1)
"""The use of a key is not written down more often than this."""
_ALPHABET = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@transaction.atomic
def issue(*, account: Account, actor: User | None, label: str = "", networks: Sequence[str] = ()) -> tuple[AppKey, str]:
    """Make a key of 238 random bits and return its row and its value."""
    acting.forbid_secrets()
    prefix = f"sp_{_random(8)}"
    value = f"{prefix}_{_random(40)}"
    key = AppKey(account=account, label=label, prefix=prefix, networks=list(networks), digest=crypto.digest(value))
    key.sealed = crypto.seal(value, place=key.place)
    key.save()
    audit.record(actor=actor, action="key.issue", subject=key, account=account)
    return key, value


# Every call of the REST API begins with this look-up: it reads what most of them need, and builds no query.
_OF_ACCOUNT: Final = (
    *("id", "kind", "master_id", "status", "time_zone"),
    *("approval_above", "needs_cost_centre", "warn_below"),
)
_LIVE_KEY: Final = f"""SELECT k.id, k.prefix, k.networks, k.last_used_at, k.account_id,
    {", ".join(f"a.{name} AS account_{name}" for name in _OF_ACCOUNT[1:])}
    FROM accounts_appkey k JOIN accounts_account a ON a.id = k.account_id
    WHERE k.digest = %s AND k.revoked_at IS NULL AND a.status = %s"""


def find(value: str) -> AppKey | None:
    """Return the live key with this value whose account is active, and note that it was used.

    What the look-up leaves out of the key and its account is read when somebody asks for it.
    """
    now = clock.now()
    for key in AppKey.objects.raw(_LIVE_KEY, [crypto.digest(value), Account.Status.ACTIVE]):
        values = [key.account_id, *(getattr(key, f"account_{name}") for name in _OF_ACCOUNT[1:])]
        key.account = Account.from_db(None, _OF_ACCOUNT, values)
        if key.last_used_at is None or key.last_used_at < now - NOTED_EVERY:
            AppKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key
    return None


@transaction.atomic
def reveal(*, key: AppKey, actor: User | None) -> str:
    """Return the value of the key; who looked is audited."""
    acting.forbid_secrets()
    audit.record(actor=actor, action="key.reveal", subject=key, account=key.account)
    return crypto.unseal(key.sealed, place=key.place)


@transaction.atomic
def reveal_newest(*, accounts: Sequence[Account], viewer: Account) -> dict[int, str]:
    """Return the newest live key of each account that has one, for the software of `viewer`; the look is audited."""
    live = AppKey.objects.filter(account__in=[account.pk for account in accounts], revoked_at__isnull=True)
    newest = {key.account_id: key for key in live.order_by("pk")}
    if newest:
        shown = sorted(key.pk for key in newest.values())
        audit.record(actor=None, action="key.reveal", subject=viewer, account=viewer, keys=shown)
    return {account_id: value for account_id, key in newest.items() if (value := _open(key))}


def _open(key: AppKey) -> str:
    """Return the value of a key, nothing for one that was sealed with a lost encryption key."""
    try:
        return crypto.unseal(key.sealed, place=key.place)
    except crypto.CannotOpen:
        return ""


@transaction.atomic
def change(*, key: AppKey, label: str, networks: Sequence[str], actor: User | None) -> None:
    """Rename the key, and say from which networks it may be used (none: from everywhere)."""
    acting.forbid_secrets()
    AppKey.objects.filter(pk=key.pk).update(label=label, networks=list(networks))
    audit.record(actor=actor, action="key.change", subject=key, account=key.account, networks=list(networks))


@transaction.atomic
def revoke(*, key: AppKey, actor: User | None) -> None:
    """Make the key useless from the next request on."""
    if AppKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        audit.record(actor=actor, action="key.revoke", subject=key, account=key.account)


@transaction.atomic
def reset(*, account: Account, actor: User | None) -> tuple[AppKey, str]:
    """Revoke all keys of the account and issue a new one."""
    acting.forbid_secrets()
    for key in AppKey.objects.filter(account=account, revoked_at__isnull=True):
        revoke(key=key, actor=actor)
    recording.record_key_reset(account=account, actor=actor)
    return issue(account=account, actor=actor)
