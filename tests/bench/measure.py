"""Times two ways of doing the same work side by side, so that a busy machine slows both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; the rates are medians, in units of work a second."""

    work: str
    unit: str
    bare: float
    ours: float

    @property
    def ratio(self) -> float:
        """Our rate as a part of the bare one."""
        return self.ours / self.bare


def compare(work: str, unit: str, amount: int, *, bare: Callable[[], object], ours: Callable[[], object]) -> Row:
    """Run both ROUNDS times in turn and return their median rates; each call does `amount` units of work."""
    seconds: dict[Callable[[], object], list[float]] = {bare: [], ours: []}
    for _round in range(ROUNDS):
        for way, taken in seconds.items():
            gc.collect()
            start = time.perf_counter()
            way()
            taken.append(time.perf_counter() - start)
    return Row(work, unit, amount / statistics.median(seconds[bare]), amount / statistics.median(seconds[ours]))
