"""The database of a crash test: kept as it is prepared, and put back so before every trial."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql


class Store(Protocol):
    """A database that nobody is connected to when one of these is called."""

    def keep(self) -> None:
        """Keep a copy of it as it is."""

    def restore(self) -> None:
        """Make it the copy again."""

    def assert_whole(self) -> None:
        """Check that it is not damaged."""


class SqliteStore:
    """A file, beside which its copy lies."""

    def __init__(self, name: str) -> None:
        self._file = Path(name)
        self._kept = self._file.with_suffix(".prepared")

    def keep(self) -> None:
        """Copy the file."""
        shutil.copyfile(self._file, self._kept)

    def restore(self) -> None:
        """Copy it back, without what the dead have left in its log."""
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._file)

    def assert_whole(self) -> None:
        """Have SQLite read all of it."""
        with closing(sqlite3.connect(self._file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


class PostgresStore:
    """A database of a cluster, and another one that is its template."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._name: str = parameters["dbname"]
        self._kept = f"{self._name}_prepared"
        self._server = {"host": parameters["host"], "user": parameters["user"], "dbname": "template1"}

    def keep(self) -> None:
        """Make the template."""
        self._replace(self._kept, self._name)

    def restore(self) -> None:
        """Make the database anew from it."""
        self._replace(self._name, self._kept)

    def assert_whole(self) -> None:
        """Trust the server, which was not killed."""

    def _replace(self, target: str, source: str) -> None:
        with psycopg.connect(**self._server, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            server.execute(create.format(sql.Identifier(target), sql.Identifier(source)))


def open_store() -> Store:
    """Return the database of the settings."""
    if connection.vendor == "postgresql":
        return PostgresStore(connection.get_connection_params())
    return SqliteStore(settings.DATABASES["default"]["NAME"])
