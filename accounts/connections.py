"""Provider connections: store credentials, make a client, note trouble."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction

from accounts import acting, audit, calls, tokens
from accounts.models import Connection, User
from smspanel import clock, crypto
from smspanel.providers import registry
from smspanel.providers.base import ProviderClient


@transaction.atomic
def set_credentials(*, connection: Connection, credentials: Mapping[str, str], actor: User | None) -> None:
    """Seal and store the credentials; blank values are left out."""
    acting.forbid_secrets()
    clean = {name: value for name, value in credentials.items() if value}
    connection.sealed_credentials = crypto.seal(json.dumps(clean), place=connection.place)
    connection.sealed_token = ""  # belongs to whoever signed in before
    connection.save(update_fields=["sealed_credentials", "sealed_token"])
    audit.record(actor=actor, action="connection.credentials", subject=connection, fields=sorted(clean))


def credentials_of(connection: Connection) -> dict[str, str]:
    """Return the opened credentials; raises crypto.CannotOpen."""
    if not connection.sealed_credentials:
        return {}
    opened: dict[str, str] = json.loads(crypto.unseal(connection.sealed_credentials, place=connection.place))
    return opened


def client_for(connection: Connection) -> ProviderClient:
    """Return the provider client of this connection; raises crypto.CannotOpen, errors.Misconfigured."""
    kind = registry.client_class(connection.kind)
    client = kind(
        base_url=connection.base_url or kind.default_base_url,
        credentials=credentials_of(connection),
        options=connection.options,
        tokens=tokens.DatabaseTokens(connection),
    )
    client.recorder = calls.recorder(connection)
    return client


def note_trouble(connection: Connection, sentence: str) -> None:
    """Remember the last trouble for the staff's page."""
    Connection.objects.filter(pk=connection.pk).update(last_error=sentence[:300], last_error_at=clock.now())


def set_aside(connection: Connection, *, sentence: str, seconds: float) -> None:
    """Send nothing new over a connection for a while: its provider refuses, or cannot be reached."""
    until = clock.now() + timedelta(seconds=seconds)
    Connection.objects.filter(pk=connection.pk).update(blocked_until=until, blocked_because=sentence[:200])


def use_again(connections: Iterable[int]) -> None:
    """Let connections be used again that were set aside."""
    Connection.objects.filter(pk__in=connections).update(blocked_until=None, blocked_because="")


@transaction.atomic
def stop_setting_aside(*, connection: Connection, actor: User | None) -> None:
    """Let a connection be used at once that was set aside."""
    use_again([connection.pk])
    audit.record(actor=actor, action="connection.use_again", subject=connection)


def take_turn(connection: Connection) -> bool:
    """Say whether the pace of a locked connection lets one more submission begin now, and count it if so."""
    now = clock.now()
    if connection.pause(now):
        return False
    if connection.calls_per_second:
        connection.next_call_at = now + timedelta(seconds=1) / connection.calls_per_second
        connection.save(update_fields=["next_call_at"])
    return True
