"""Copies the whole database into a file while the panel runs, and puts such a file back while it does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from smspanel import sealed_files

_BESIDE: Final = ("", "-wal", "-shm")
"""What an SQLite database consists of."""
_WHERE: Final = ("dbname", "user", "host", "port", "service", "passfile", "sslmode", "sslrootcert", "sslcert", "sslkey")
"""Where a PostgreSQL database is; the limits of time that the panel sets for itself would end a long copy."""

_DROP: Final = """DO $$ DECLARE parted regclass; BEGIN
    FOR parted IN SELECT oid FROM pg_class
        WHERE relkind = 'p' AND NOT relispartition AND relnamespace = current_schema()::regnamespace
    LOOP EXECUTE format('DROP TABLE %s CASCADE', parted); END LOOP;
END $$"""


class BackupError(Exception):
    """A copy that cannot be made or put back, with a sentence for the operator."""


def write(path: Path, *, sealed: bool = False) -> int:
    """Write a copy that its owner alone reads, and return its bytes; raises BackupError and leaves no half of it.

    One that is `sealed` is encrypted with a key that only the encryption keys open.
    """
    if path.exists():
        raise BackupError(f"{path} is there already. Choose another name.")
    partial = path.with_name(f"{path.name}.part")
    try:
        partial.touch(mode=0o600, exist_ok=False)
        if sealed:
            with _workplace() as plain:
                _copy(plain)
                with plain.open("rb") as source, partial.open("wb") as target:
                    sealed_files.seal(source, target)
        else:
            _copy(partial)
        _keep(partial, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The copy could not be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def _copy(path: Path) -> None:
    """Copy the database into an empty file."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_file())) as database:
            database.execute("VACUUM INTO ?", [str(path)])
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


@contextmanager
def _workplace() -> Iterator[Path]:
    """Yield an empty file in the panel's own folder for what must not lie elsewhere unsealed; it is removed."""
    plain = Path(settings.DATA_DIR) / "backup.part"
    plain.unlink(missing_ok=True)
    plain.touch(mode=0o600)
    try:
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def read(path: Path) -> Path | None:
    """Put a copy in the place of the database, all of it or nothing; raises BackupError.

    Nobody else may use the database meanwhile. Returns where the SQLite database lies that was there before.
    """
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    if not sealed_files.is_sealed(path):
        return _put_back(path)
    try:
        with _workplace() as plain:
            with path.open("rb") as source, plain.open("wb") as target:
                sealed_files.unseal(source, target)
            return _put_back(plain)
    except (OSError, sealed_files.CannotRead) as error:
        raise BackupError(f"{path} cannot be opened: {error}") from error


def _put_back(path: Path) -> Path | None:
    connection.close()
    if connection.vendor == "sqlite":
        return _read_sqlite(path)
    _replay("pg_restore", "--clean", "--if-exists", "--no-owner", "--file=-", str(path))
    return None


def _read_sqlite(path: Path) -> Path | None:
    _check(path)
    file = _file()
    fresh, before = file.with_name(f"{file.name}.restoring"), file.with_name(f"{file.name}.before-restore")
    try:
        shutil.copyfile(path, fresh)
        fresh.chmod(0o600)
        if there_was := file.exists():
            for part in _BESIDE:
                found, kept = Path(f"{file}{part}"), Path(f"{before}{part}")
                kept.unlink(missing_ok=True)
                if found.exists():
                    found.replace(kept)
        _keep(fresh, file)
    except OSError as error:
        raise BackupError(f"The copy could not be put back: {error}") from error
    return before if there_was else None


def _check(path: Path) -> None:
    """See that a file is a whole database of a panel."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BackupError(f"{path} is no copy of an SQLite database: {error}") from error
    if verdict != "ok" or "accounts_account" not in tables:
        raise BackupError(f"{path} is damaged, or no copy of a panel's database.")


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _keep(partial: Path, path: Path) -> None:
    """Give a written file its name once it is on the disk, so that a power cut leaves no half of it."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _run(program: str, *options: str) -> None:
    """Run a program of PostgreSQL on our database."""
    where, seen = _database()
    with tempfile.TemporaryFile() as said:
        if _started([program, where, *options], env=seen, stderr=said).wait():
            raise BackupError(f"{program} failed: {_end_of(said)}")


def _replay(program: str, *options: str) -> None:
    """Have our database do what a program writes, in one transaction, once its partitioned tables are gone.

    pg_restore cannot do that alone: its own way to take such a table away is refused.
    """
    where, seen = _database()
    alone = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    with tempfile.TemporaryFile() as said:
        source = _started([program, *options], stdout=subprocess.PIPE, stderr=said)
        target = _started(
            ["psql", where, *alone, f"--command={_DROP}", "--file=-"], env=seen, stdin=subprocess.PIPE, stderr=said
        )
        try:
            if not _poured(source, target):
                raise BackupError(f"{program} failed: {_end_of(said)}")
        finally:
            target.kill()
            target.wait()


def _poured(source: subprocess.Popen[bytes], target: subprocess.Popen[bytes]) -> bool:
    """Hand over what one program writes to the other; says whether both did all of it.

    Where the first one failed the second does not learn that nothing more comes: it would commit a half.
    """
    assert source.stdout is not None
    assert target.stdin is not None
    with suppress(BrokenPipeError):
        shutil.copyfileobj(source.stdout, target.stdin)
    source.stdout.close()
    if source.wait():
        return False
    with suppress(BrokenPipeError):
        target.stdin.close()
    return target.wait() == 0


def _started(command: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, **how)
    except FileNotFoundError as error:
        raise BackupError(f"{command[0]} is not installed; it comes with PostgreSQL's client programs.") from error


def _end_of(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()[-500:]


def _database() -> tuple[str, dict[str, str]]:
    """Return the option that names our database, and an environment with its password, which is in no argument."""
    said: dict[str, Any] = connection.get_connection_params()
    where = make_conninfo(**{name: said[name] for name in _WHERE if said.get(name)})
    return f"--dbname={where}", os.environ | ({"PGPASSWORD": said["password"]} if said.get("password") else {})
