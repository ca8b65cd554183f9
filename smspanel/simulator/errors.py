"""What can go wrong with the simulator itself, in sentences for the person who started it."""

from __future__ import annotations


class SimulatorError(Exception):
    """Say why the simulator cannot do what it was asked to, and what to do about it."""
