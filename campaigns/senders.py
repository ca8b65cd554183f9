"""Sender names that a provider has approved already: brought into the panel, so that nobody types or approves twice."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, connections
from accounts.models import Account, Connection, User
from campaigns.models import Sender
from campaigns.models.offer import validate_sender
from smspanel.providers.base import SenderName, SenderStatus


def pull(*, connection: Connection, account: Account, actor: User | None) -> int:
    """Bring the connection's approved names to an account; returns how many are new or approved by it now.

    Raises ProviderError and CannotOpen. Nothing is deleted, and a name that staff rejected stays rejected.
    """
    return _keep(connections.client_for(connection).senders(), account=account, actor=actor)


@transaction.atomic
def _keep(found: list[SenderName], *, account: Account, actor: User | None) -> int:
    changed = 0
    for name in sorted({one.name for one in found if one.status == SenderStatus.APPROVED and _is_valid(one.name)}):
        approved = {"status": Sender.Status.APPROVED}
        sender, created = Sender.objects.get_or_create(account=account, name=name, defaults=approved)
        waiting = Sender.objects.filter(pk=sender.pk, status=Sender.Status.PENDING)
        if created or waiting.update(**approved):
            audit.record(actor=actor, action="sender.pull", subject=sender, account=account)
            changed += 1
    return changed


def _is_valid(name: str) -> bool:
    try:
        validate_sender(name)
    except ValidationError:
        return False
    return True
