"""Switches that change how the simulated providers behave, kept over restarts."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from smspanel.simulator.errors import SimulatorError
from smspanel.simulator.store import Store
from smspanel.simulator.wire import Json

T = TypeVar("T", bound="Switches")


@dataclass(frozen=True)
class Switches:
    """Hold the switches of one owner as fields with defaults: bool, int, float, str, None or Literal."""


@dataclass(frozen=True)
class CommonSwitches(Switches):
    """Hold what applies to every provider; times are virtual seconds."""

    delivery_delay: float = 2.0
    push_attempts: int = 1
    push_retry_seconds: float = 300.0


class Switchboard:
    """Keep one dataclass of switches per name; `simulator` names the common one."""

    def __init__(self, store: Store, defaults: Mapping[str, Switches]) -> None:
        """Start from the defaults and what the store remembers of earlier changes."""
        self._store = store
        self._defaults = dict(defaults)
        self._current: dict[str, Switches] = {}
        self.restore()

    def restore(self) -> None:
        """Read the remembered changes again; after a reset there are none."""
        for name, default in self._defaults.items():
            changes = self._store.remembered(f"switches:{name}")
            known = {key: value for key, value in _mapping(changes).items() if hasattr(default, key)}
            self._current[name] = changed(default, known, name)

    def of(self, kind: type[T]) -> T:
        """Return the switches of that dataclass."""
        return next(value for value in self._current.values() if isinstance(value, kind))

    def change(self, name: str, changes: Mapping[str, object]) -> None:
        """Change some switches; raise SimulatorError on an unknown name or a value of the wrong type."""
        if name not in self._current:
            raise SimulatorError(f"There are no switches of {name}; there are of {', '.join(self._current)}.")
        with self._store.transaction():
            self._current[name] = changed(self._current[name], changes, name)
            remembered = _mapping(self._store.remembered(f"switches:{name}"))
            self._store.remember(f"switches:{name}", remembered | dict(changes))  # type: ignore[arg-type]

    def values(self) -> dict[str, dict[str, Any]]:
        """Return every switch by the name of its owner."""
        return {name: asdict(value) for name, value in self._current.items()}


def changed(current: T, changes: Mapping[str, object], owner: str) -> T:
    """Return the dataclass with the changes; raise SimulatorError when one does not fit."""
    hints = get_type_hints(type(current))
    for name, value in changes.items():
        if name not in hints:
            raise SimulatorError(f"{owner} has no switch {name}; it has {', '.join(hints)}.")
        if not fits(value, hints[name]):
            raise SimulatorError(f"The switch {owner}.{name} cannot be {value!r}.")
    return replace(current, **changes)


def fits(value: object, hint: Any) -> bool:
    """Say whether the value is of the annotated type; a bool is no number, a whole number is a float."""
    origin = get_origin(hint)
    if origin is Literal:
        return value in get_args(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, option) for option in get_args(hint))
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, int | float) if hint is float else isinstance(value, hint)


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
