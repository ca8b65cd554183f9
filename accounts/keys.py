"""App-Keys: issue, find, show, revoke."""

from __future__ import annotations

import secrets
import string
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.links import recording
from accounts.models import Account, AppKey, User
from smspanel import clock, crypto

_ALPHABET = string.ascii_letters + string.digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@transaction.atomic
def issue(*, account: Account, actor: User | None, label: str = "") -> tuple[AppKey, str]:
    """Make a key of 238 random bits and return its row and its value."""
    prefix = f"sp_{_random(8)}"
    value = f"{prefix}_{_random(40)}"
    key = AppKey(account=account, label=label, prefix=prefix, digest=crypto.digest(value))
    key.sealed = crypto.seal(value, place=key.place)
    key.save()
    audit.record(actor=actor, action="key.issue", subject=key, account=account)
    return key, value


def find(value: str) -> AppKey | None:
    """Return the live key with this value whose account is active, and note that it was used."""
    now = clock.now()
    key = (
        AppKey.objects.select_related("account")
        .filter(digest=crypto.digest(value), revoked_at__isnull=True, account__status=Account.Status.ACTIVE)
        .first()
    )
    if key is not None:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - timedelta(minutes=1))
        AppKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return key


@transaction.atomic
def reveal(*, key: AppKey, actor: User | None) -> str:
    """Return the value of the key; who looked is audited."""
    audit.record(actor=actor, action="key.reveal", subject=key, account=key.account)
    return crypto.unseal(key.sealed, place=key.place)


@transaction.atomic
def revoke(*, key: AppKey, actor: User | None) -> None:
    """Make the key useless from the next request on."""
    if AppKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        audit.record(actor=actor, action="key.revoke", subject=key, account=key.account)


@transaction.atomic
def reset(*, account: Account, actor: User | None) -> tuple[AppKey, str]:
    """Revoke all keys of the account and issue a new one."""
    for key in AppKey.objects.filter(account=account, revoked_at__isnull=True):
        revoke(key=key, actor=actor)
    recording.record_key_reset(account=account, actor=actor)
    return issue(account=account, actor=actor)
