"""What the fronts of one simulator share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from smspanel.simulator.air import Air
from smspanel.simulator.clock import Clock
from smspanel.simulator.inbox import Inbox
from smspanel.simulator.journal import Journal
from smspanel.simulator.registers import Registers
from smspanel.simulator.store import Store
from smspanel.simulator.switches import CommonSwitches, Switchboard, Switches


@dataclass(frozen=True)
class World:
    """Hold the store and all that lives in it, the clock, and the seed of identifiers."""

    store: Store
    clock: Clock
    switchboard: Switchboard
    air: Air
    registers: Registers
    inbox: Inbox
    journal: Journal
    seed: int


def open_world(folder: Path, *, seed: int, switches: Mapping[str, Switches]) -> World:
    """Open the world kept in a folder, with its clock as it was left; `switches` are the defaults."""
    clock = Clock()
    store = Store(folder, clock.now)
    offset = store.remembered("clock_offset")
    clock.offset = float(offset) if isinstance(offset, int | float) else 0.0
    switchboard = Switchboard(store, switches)
    air = Air(store, clock.now, lambda: switchboard.of(CommonSwitches).delivery_delay)
    inbox, journal = Inbox(store, clock.now), Journal(store, clock.now)
    return World(store, clock, switchboard, air, Registers(store, clock.now), inbox, journal, seed)
