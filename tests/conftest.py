"""Fixtures that every test may use: three personas and staff, and a database that really commits when asked."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.personas import People, Persona, make_people


def pytest_configure(config: pytest.Config) -> None:
    """Give every worker a database file of its own: threads and child processes must see what was committed.

    The pages are imported with their addresses, as some tests are made from the list of them.
    """
    from django.conf import settings
    from django.urls import get_resolver

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        folder = Path(tempfile.mkdtemp(prefix="smspanel-db-"))
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
    list(get_resolver().url_patterns)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process of pytest ends long after the other."""
    items.sort(key=lambda item: not {"chaos", "crash", "browser"}.intersection(item.path.parts))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail in CI when anything was skipped: what was not run was not tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers(django_db_setup: None) -> None:
    """Let the test runner empty the tables: on SQLite a flush is a DELETE, which the ledger's triggers refuse."""
    if connection.vendor != "sqlite":
        return
    operations = connection.ops
    flush = operations.sql_flush

    def sql_flush(*args: Any, **kwargs: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        statements: list[str] = flush(*args, **kwargs)
        dropped = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        return [*dropped, *statements, *(sql for _name, sql in triggers)] if statements else []

    operations.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _forget_what_was_remembered() -> None:
    """Let no test see prices, routes or words of another."""
    from campaigns import orders

    orders.forget()


@pytest.fixture
def seed() -> int:
    """A number for a test's random choices; a test that failed says it, and SEED=… repeats its run."""
    chosen = int(os.environ.get("SEED") or secrets.randbits(32))
    print(f"SEED={chosen}")
    return chosen


@pytest.fixture
def people(db: None) -> People:
    """A master with 10,000 points, its slave with 1,000, a stranger with 1,000, and staff."""
    return make_people()


@pytest.fixture
def master(people: People) -> Persona:
    """The owner of the master account."""
    return people.master


@pytest.fixture
def slave(people: People) -> Persona:
    """The owner of its subaccount."""
    return people.slave


@pytest.fixture
def stranger(people: People) -> Persona:
    """The owner of an account that has nothing to do with them."""
    return people.stranger


@pytest.fixture
def staff(people: People) -> Persona:
    """An administrator of the installation."""
    return people.staff


@pytest.fixture
def anonymous() -> Client:
    """A browser that nobody has signed in with."""
    return Client()
