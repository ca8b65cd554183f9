"""Tells the people of an account once when its points fall below what they chose, and again after they rose."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts import audit, notices, points
from accounts.models import Account, Told, User


def fell(account: Account, available: int) -> None:
    """Note that an account has only so many points left, if that is few, in the transaction in which they went."""
    if account.warn_below is None or available >= account.warn_below:
        return
    if key := notices.begins(_key(account)):
        notices.note(
            "LOW_POINTS",
            notices.owners_of(account),
            key=key,
            address=reverse("points-of", args=[account.pk]),
            name=account.name,
            available=available,
            threshold=account.warn_below,
        )


def look(account: Account) -> None:
    """Note that points run low, or forget it when they rose."""
    available = points.balance(account).available
    if account.warn_below is None or available >= account.warn_below:
        notices.ends(_key(account))
    else:
        fell(account, available)


def look_at_all() -> None:
    """Look at the accounts whose points changed in other ways, such as by refunds."""
    low = Account.objects.filter(wallet__posted__lt=F("wallet__held") + F("warn_below"))
    keys = Told.objects.filter(key__startswith="points:").values_list("key", flat=True)
    told = Account.objects.filter(pk__in=[int(key.rpartition(":")[2]) for key in keys])
    for account in {*low, *told}:
        with transaction.atomic():
            look(account)


@transaction.atomic
def choose(*, account: Account, warn_below: int | None, actor: User) -> None:
    """Set below how many points the account's people are told."""
    if account.warn_below == warn_below:
        return
    account.warn_below = warn_below
    account.save(update_fields=["warn_below"])
    notices.ends(_key(account))
    audit.record(actor=actor, action="account.warn_below", subject=account, account=account, points=warn_below)
    look(account)


def _key(account: Account) -> str:
    return f"points:{account.pk}"
