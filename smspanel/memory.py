"""Remembers for a moment what is asked very often and changes seldom."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Final, Generic, ParamSpec, TypeVar

from smspanel import clock

P = ParamSpec("P")
Value = TypeVar("Value")

_MOST: Final = 2_000


class Remembered(Generic[P, Value]):
    """A function whose answers hold for some seconds in this process; `forget` makes it ask again."""

    def __init__(self, function: Callable[P, Value], seconds: float) -> None:
        self._function = function
        self._seconds = seconds
        self._known: dict[Hashable, tuple[float, Value]] = {}
        wraps(function)(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Value:
        """Return what the function answers, or answered a moment ago."""
        key = (args, tuple(sorted(kwargs.items())))
        now = clock.monotonic()
        if (known := self._known.get(key)) is not None and known[0] > now:
            return known[1]
        value = self._function(*args, **kwargs)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (now + self._seconds, value)
        return value

    def forget(self) -> None:
        """Ask again from now on."""
        self._known.clear()


def remember(seconds: float) -> Callable[[Callable[P, Value]], Remembered[P, Value]]:
    """Make a function of hashable arguments remember its answers for so many seconds."""
    return lambda function: Remembered(function, seconds)
