"""`rotatekeys`: every secret opens with the newest key alone afterwards, whatever the panel does meanwhile."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts import connections, keys, rotation
from accounts.models import AppKey, Connection
from smspanel import crypto
from tests.personas import People


@pytest.fixture
def connection(people: People) -> Connection:
    """A connection with credentials; the personas have an API key each."""
    made = Connection.objects.create(name="One", kind="serwersms")
    connections.set_credentials(connection=made, credentials={"token": "secret"}, actor=None)
    Connection.objects.create(name="Empty", kind="serwersms")
    return made


@pytest.fixture
def new(connection: Connection, settings: Settings) -> str:
    """A new key in front of the old one."""
    key = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [key, *settings.ENCRYPTION_KEYS]
    return key


def rotate(*options: str) -> str:
    """Run the command and return what it says."""
    out = StringIO()
    call_command("rotatekeys", *options, stdout=out)
    return out.getvalue()


def opened() -> tuple[dict[str, str], list[str]]:
    """Return every secret, opened."""
    sealed = Connection.objects.get(name="One")
    return connections.credentials_of(sealed), [keys.reveal(key=key, actor=None) for key in AppKey.objects.all()]


@pytest.mark.parametrize("batch", [1, 2, 200])
def test_afterwards_the_newest_key_opens_everything(
    new: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(rotation, "BATCH", batch)
    before = opened()
    assert json.loads(rotate("--json")) == {
        "accounts.Connection": 1,
        "accounts.AppKey": 3,
        "accounts.IdempotencyKey": 0,
        "accounts.SecondFactor": 0,
        "contacts.ErasureKey": 0,
        "campaigns.PostbackEndpoint": 0,
    }
    settings.ENCRYPTION_KEYS = [new]
    assert opened() == before


def test_people_read_how_many_secrets_were_sealed(new: str) -> None:
    assert (
        rotate() == "accounts.Connection: 1\naccounts.AppKey: 3\naccounts.IdempotencyKey: 0\n"
        "accounts.SecondFactor: 0\n"
        "contacts.ErasureKey: 0\ncampaigns.PostbackEndpoint: 0\n"
    )


def test_credentials_that_are_saved_meanwhile_are_kept(
    new: str, connection: Connection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, original = settings.ENCRYPTION_KEYS, crypto.rotate
    saved: list[bool] = []

    def saved_meanwhile(token: str) -> str:
        if not saved:
            saved.append(True)
            settings.ENCRYPTION_KEYS = both[1:]
            connections.set_credentials(connection=connection, credentials={"token": "newer"}, actor=None)
            settings.ENCRYPTION_KEYS = both
        return original(token)

    monkeypatch.setattr(crypto, "rotate", saved_meanwhile)
    rotate()
    settings.ENCRYPTION_KEYS = [new]
    assert opened()[0] == {"token": "newer"}


def test_a_secret_that_no_key_opens_is_named_and_the_others_are_sealed(new: str, connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(sealed_credentials="garbage")
    with pytest.raises(CommandError, match=rf"accounts\.Connection:{connection.pk}\."):
        rotate()
    assert all(crypto.unseal(key.sealed, place=key.place) for key in AppKey.objects.all())
    assert Connection.objects.get(pk=connection.pk).sealed_credentials == "garbage"


def test_no_column_of_sealed_values_is_forgotten() -> None:
    columns = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("sealed")
    }
    assert columns == set(rotation.SEALED)
