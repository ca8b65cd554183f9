"""Provider connections: credentials are sealed, opened for the client, and shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database
from django.urls import reverse
from pytest_django import Settings

from accounts import connections
from accounts.models import AuditEntry, Connection
from smspanel import crypto
from smspanel.providers import errors
from tests.personas import Persona

TOKEN = "s3cret-token/€"


def connect(credentials: dict[str, str], **fields: Any) -> Connection:
    """Make a connection with these credentials."""
    made = Connection.objects.create(**{"name": "Main", "kind": "serwersms"} | fields)
    connections.set_credentials(connection=made, credentials=credentials, actor=None)
    return Connection.objects.get(pk=made.pk)


def test_the_client_gets_the_credentials_and_the_address(db: None) -> None:
    client = connections.client_for(connect({"token": TOKEN}, base_url="https://api.example.com/"))
    assert (client.credentials, client.base_url) == ({"token": TOKEN}, "https://api.example.com")


def test_without_an_address_the_providers_own_is_used(db: None) -> None:
    client = connections.client_for(connect({"token": TOKEN}))
    assert client.base_url == type(client).default_base_url.rstrip("/")


def test_blank_credentials_are_not_kept(db: None) -> None:
    assert connections.credentials_of(connect({"token": TOKEN, "username": ""})) == {"token": TOKEN}


def test_a_connection_without_credentials_says_what_is_missing(db: None) -> None:
    bare = Connection.objects.create(name="Bare", kind="serwersms")
    assert connections.credentials_of(bare) == {}
    with pytest.raises(errors.Misconfigured):
        connections.client_for(bare)


def test_the_database_and_the_audit_trail_hold_no_credential(staff: Persona) -> None:
    made = connect({"token": TOKEN})
    connections.set_credentials(connection=made, credentials={"token": TOKEN}, actor=staff.user)
    kept = ""
    for table in ("accounts_connection", "accounts_auditentry"):
        with database.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            kept += str(cursor.fetchall())
    assert TOKEN not in kept
    entry = AuditEntry.objects.get(action="connection.credentials", actor=staff.user)
    assert entry.details == {"fields": ["token"]}


def test_neither_the_connection_nor_its_client_tells_a_credential(db: None) -> None:
    made = connect({"token": TOKEN})
    client = connections.client_for(made)
    for shown in (repr(made), str(made), repr(client), str(client)):
        assert TOKEN not in shown


def test_the_pages_of_staff_do_not_show_a_stored_credential(staff: Persona) -> None:
    made = connect({"token": TOKEN})
    for name, arguments in (("changelist", []), ("change", [made.pk]), ("history", [made.pk])):
        page = staff.client.get(reverse(f"admin:accounts_connection_{name}", args=arguments))
        assert page.status_code == 200, name
        assert TOKEN not in page.content.decode(), name
        assert made.sealed_credentials not in page.content.decode(), name


def test_a_secret_left_empty_in_the_form_stays_as_it_is(staff: Persona) -> None:
    made = connect({"token": TOKEN})
    form = {"name": "Renamed", "is_active": "on", "max_parallel": 3, "calls_per_second": 0, "credential_token": ""}
    answer = staff.client.post(reverse("admin:accounts_connection_change", args=[made.pk]), form)
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.name, connections.credentials_of(made)) == ("Renamed", {"token": TOKEN})


def test_credentials_moved_to_another_connection_do_not_open(db: None) -> None:
    first, second = connect({"token": TOKEN}), connect({"token": "other"}, name="Second")
    Connection.objects.filter(pk=second.pk).update(sealed_credentials=first.sealed_credentials)
    second.refresh_from_db()
    with pytest.raises(crypto.CannotOpen):
        connections.client_for(second)


def test_credentials_of_a_lost_key_do_not_open(db: None, settings: Settings) -> None:
    made = connect({"token": TOKEN})
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(crypto.CannotOpen):
        connections.client_for(made)


def test_the_last_trouble_is_kept_short_and_dated(db: None) -> None:
    made = connect({"token": TOKEN})
    connections.note_trouble(made, "x" * 1_000)
    made.refresh_from_db()
    assert (made.last_error, made.last_error_at is not None) == ("x" * 300, True)


def test_every_connection_has_an_inbox_address_of_its_own(db: None) -> None:
    first, second = connect({"token": TOKEN}), connect({"token": TOKEN}, name="Second")
    assert first.inbox_token != second.inbox_token
    assert len(first.inbox_token) >= 32
