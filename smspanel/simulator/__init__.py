"""The SMS providers as they look from outside, with a virtual phone; it imports nothing of the panel."""

from __future__ import annotations

from smspanel.simulator.core import Simulator
from smspanel.simulator.errors import SimulatorError

__all__ = ["Simulator", "SimulatorError"]
