"""Writes the audit trail, in the transaction of the change it describes."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import Account, AuditEntry, User


def record(
    *, actor: User | None, action: str, subject: models.Model, account: Account | None = None, **details: Any
) -> AuditEntry:
    """Write who did what to which object; details hold ids and figures, never secrets, numbers or texts."""
    return AuditEntry.objects.create(
        actor=actor,
        account=account,
        action=action,
        subject=f"{subject._meta.label}:{subject.pk}",
        details=details,
    )
