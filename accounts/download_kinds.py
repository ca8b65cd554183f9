"""The kinds of files that can be asked for; each app adds its own when it is ready.

The rows come chunk by chunk, so that a file of a million rows is never in memory. A chunk begins after a cursor, "" for
the first, and names the next one; "" says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from accounts.models import Download

CHUNK: Final = 5_000

Row = list[str | int]
Chunk = tuple[list[Row], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is called, what it has in its first row, and where the others come from.

    `prefix` begins the names of the files: one word, because programs split the names at their underscores.
    """

    label: str | Promise
    prefix: str
    headings: Callable[[Download], Sequence[str | Promise]]
    chunk: Callable[[Download, str], Chunk]


_KINDS: Final[dict[str, Kind]] = {}


def register(kinds: Mapping[str, Kind]) -> None:
    """Let files of these kinds be asked for."""
    _KINDS.update(kinds)


def of(name: str) -> Kind:
    """Return a kind by its name; raises KeyError."""
    return _KINDS[name]


def labels() -> dict[str, str]:
    """Return what people call each kind."""
    return {name: str(kind.label) for name, kind in _KINDS.items()}


def fixed(*headings: str | Promise) -> Callable[[Download], Sequence[str | Promise]]:
    """Return headings that are the same for every file of a kind."""
    return lambda _download: headings


def cursor_after(rows: Sequence[Any], size: int, key: Callable[[Any], object]) -> str:
    """Return the cursor after a chunk, "" after the last one."""
    return str(key(rows[-1])) if len(rows) == size else ""
