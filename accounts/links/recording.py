"""Writes down what has to happen at the provider, in the transaction of the panel's own change.

Every verb does nothing for an account that is not linked. Repeating one with the same key records nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction

from accounts.models import Account, AccountLink, LinkOperation, Transfer, User
from smspanel import doorbell

EDITED: Final = frozenset({"name", "first_name", "last_name", "contact_first_name", "contact_last_name", "description"})
"""The fields of an account that the provider keeps, too."""

Kind = LinkOperation.Kind


def described(account: Account) -> dict[str, str]:
    """Return what the provider is told about an account: whom to contact, else whom it belongs to."""
    return {
        "firstname": (account.contact_first_name or account.first_name or account.name).strip(),
        "surname": (account.contact_last_name or account.last_name).strip(),
        "description": account.description.strip(),
    }


@transaction.atomic
def record(
    *,
    account: Account,
    kind: LinkOperation.Kind,
    key: str,
    actor: User | None,
    payload: dict[str, Any] | None = None,
    points: int = 0,
    transfer: Transfer | None = None,
) -> LinkOperation | None:
    """Write the intent and ring for it; None when the account is no linked slave."""
    link = AccountLink.objects.filter(account=account, parent__isnull=False).first()
    if link is None:
        return None
    if transfer is not None and transfer.created_at < link.created_at:
        return None  # a repeated request whose move is in the figures that were compared first
    intent = {"kind": kind, "payload": payload or {}, "points": points, "transfer": transfer, "actor": actor}
    operation, recorded = LinkOperation.objects.get_or_create(key=key, defaults={"link": link, **intent})
    if recorded:
        AccountLink.objects.filter(pk=link.pk).update(state=AccountLink.State.PENDING)
        doorbell.ring("accounts.links.jobs.run_link", link.pk)
    return operation


@transaction.atomic
def record_creation(*, account: Account, actor: User | None) -> None:
    """Link a new slave of a linked master, and have its counterpart made."""
    parent = AccountLink.objects.filter(account=account.master_id).first()
    if parent is not None:
        AccountLink.objects.create(
            account=account, connection_id=parent.connection_id, parent=parent, baseline_difference=0
        )
        create_there(account=account, actor=actor)


def create_there(*, account: Account, actor: User | None) -> None:
    """Have the counterpart of a linked slave made; the points follow as moves of their own."""
    payload = {"email": account.email, **described(account)}
    record(account=account, kind=Kind.CREATE, key=f"create:{account.pk}", actor=actor, payload=payload)


def record_edit(*, account: Account, fields: Iterable[str], actor: User | None) -> None:
    """Have changes of what the provider keeps about an account made there."""
    if EDITED.intersection(fields):
        key = f"edit:{uuid.uuid4()}"
        record(account=account, kind=Kind.EDIT, key=key, actor=actor, payload=described(account))


def record_deactivation(*, account: Account, actor: User | None) -> None:
    """Have the counterpart of an account switched off; the provider cannot switch it on again."""
    record(account=account, kind=Kind.DEACTIVATE, key=f"deactivate:{uuid.uuid4()}", actor=actor)


def record_key_reset(*, account: Account, actor: User | None) -> None:
    """Have the key of the counterpart made worthless."""
    record(account=account, kind=Kind.RESET_KEY, key=f"reset:{uuid.uuid4()}", actor=actor)


def record_move(*, transfer: Transfer, source: Account, target: Account, actor: User | None) -> None:
    """Have points moved between the counterparts of a master and its slave."""
    slave, sign = (target, 1) if source.is_master else (source, -1)
    record(
        account=slave,
        kind=Kind.MOVE_POINTS,
        key=f"move:{transfer.pk}",
        actor=actor,
        points=sign * transfer.amount,
        transfer=transfer,
    )


def look_again(*, account: Account) -> None:
    """Have a linked account compared soon, after a change that cannot be made there."""
    link = AccountLink.objects.filter(account=account).first()
    if link is not None:
        AccountLink.objects.filter(pk=link.pk).update(check_wanted=True)
        doorbell.ring("accounts.links.jobs.compare_links", link.root_id)
