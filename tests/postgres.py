"""A PostgreSQL cluster of the tests' own: made in a temporary folder, reachable by a socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PRIVATE = "-c listen_addresses='' -c max_connections=200"
_FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl, or None where PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        folders.insert(0, Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


@contextmanager
def cluster(*, durable: bool = False, address: str = "", port: int = 5432) -> Iterator[str]:
    """Run a cluster and yield its DATABASE_URL; raises RuntimeError where PostgreSQL is not installed.

    With an address, other machines of its network /24 may use it, too, and the URL names it.
    """
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL's server programs are not installed.")
    folder = Path(tempfile.mkdtemp(prefix="smspanel-pg-"))
    owner = _unprivileged()
    shutil.chown(folder, owner)
    data, socket = folder / "data", folder
    try:
        _run(owner, programs / "initdb", "-D", data, "-U", "smspanel", "--auth=trust", "--encoding=UTF8")
        options = f"{_PRIVATE} {'' if durable else _FORGETFUL} -c unix_socket_directories={socket}"
        if address:
            options += f" -c listen_addresses={address} -c port={port}"
            with (data / "pg_hba.conf").open("a") as allowed:
                allowed.write(f"host all all {address}/24 trust\n")
        _run(owner, programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
        where = f"host={address}&port={port}" if address else f"host={socket}"
        yield f"postgresql://smspanel@/postgres?{where}"
    finally:
        _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def crash(url: str) -> None:
    """Stop the cluster at that DATABASE_URL as a failing machine does, and start it again."""
    programs, folder = binaries(), Path(url.rpartition("=")[2])
    assert programs is not None
    restart = ("-D", folder / "data", "-m", "immediate", "-w", "-l", folder / "log", "restart")
    _run(_unprivileged(), programs / "pg_ctl", *restart)


def _unprivileged() -> str:
    """Return a user whom PostgreSQL agrees to run as: never root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    return "postgres" if "postgres" in {user.pw_name for user in pwd.getpwall()} else "nobody"


def _run(owner: str, *command: object, check: bool = True) -> None:
    words = [str(word) for word in command]
    user = owner if os.geteuid() == 0 else None
    subprocess.run(words, check=check, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
