"""Writes the audit trail, in the transaction of the change it describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from accounts import acting, chain
from accounts.models import Account, AuditEntry, User


def record(
    *, actor: User | None, action: str, subject: models.Model, account: Account | None = None, **details: Any
) -> AuditEntry:
    """Write who did what to which object; details hold ids and figures, never secrets, numbers or texts.

    Of staff who see the panel as somebody else both are written: who did it, and in whose place.
    """
    seen_as = acting.now()
    entry = AuditEntry(
        actor=actor if seen_as is None else seen_as.real,
        seen_as=None if seen_as is None else seen_as.shown,
        account=account,
        action=action,
        subject=f"{subject._meta.label}:{subject.pk}",
        details=details,
    )
    entry.digest = chain.digest_of(entry)
    with transaction.atomic(savepoint=False):
        entry.save(force_insert=True)
        chain.append(entry)
    return entry


def record_changes(
    *,
    actor: User | None,
    action: str,
    subject: models.Model,
    account: Account | None,
    fields: Iterable[str],
    shown: Iterable[str],
) -> AuditEntry | None:
    """Write which fields of an object were changed, and the new values of those that may be shown; None for none."""
    own = {field.name: field.attname for field in subject._meta.concrete_fields}
    changed = sorted(set(fields) & own.keys())
    if not changed:
        return None
    values = {name: getattr(subject, own[name]) for name in changed if name in shown}
    return record(actor=actor, action=action, subject=subject, account=account, fields=changed, values=values)
