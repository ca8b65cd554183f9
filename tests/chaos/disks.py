"""A small disk in memory that can be filled up."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

PIECE: Final = b"\0" * 65_536


@cache
def can_mount() -> bool:
    """Say whether this user, on this machine, may mount a disk."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as name:
        if subprocess.run(_mount(Path(name), 1), check=False, capture_output=True).returncode:
            return False
        subprocess.run(["umount", name], check=True)
    return True


def _mount(place: Path, megabytes: int) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "smspanel-test", str(place)]


@contextmanager
def small(place: Path, *, megabytes: int) -> Iterator[None]:
    """Put a disk of that size at the folder; it is gone afterwards, with all that is on it."""
    subprocess.run(_mount(place, megabytes), check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> None:
    """Take every byte that is free there."""
    with (place / "filler").open("ab", buffering=0) as file:
        for piece in (PIECE, PIECE[:512], PIECE[:1]):
            with suppress(OSError):
                while file.write(piece):
                    pass


def clear(place: Path) -> None:
    """Give the room back."""
    (place / "filler").unlink()


def is_full(place: Path) -> bool:
    """Say whether nothing can be written there."""
    try:
        with tempfile.TemporaryFile(dir=place, buffering=0) as file:
            file.write(PIECE)
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False
