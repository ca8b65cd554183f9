"""Checks every invariant of campaigns/invariants.py, for the end of a test."""

from __future__ import annotations

from campaigns import invariants


def broken() -> dict[str, list[str]]:
    """Return what breaks an invariant, by its name."""
    return {finding.name: finding.broken for finding in invariants.check() if finding.broken}


def assert_all_hold() -> None:
    """Fail with what is broken."""
    assert broken() == {}
