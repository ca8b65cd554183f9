"""Keeps the garbage collector out of the way of work that makes millions of small objects and no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

RARELY: Final = 1_000_000
"""New objects between two collections; by default the rows in hand are searched for cycles after every 700."""


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Collect garbage rarely in this process; what has no cycles is freed at once as ever."""
    usual = gc.get_threshold()
    gc.set_threshold(RARELY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
