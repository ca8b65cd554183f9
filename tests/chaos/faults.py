"""What goes wrong at the provider: seven kinds of trouble that together meet a fifth of the calls."""

from __future__ import annotations

from typing import Any, Final

KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"action": "drop_before"},
    {"action": "take_then_drop"},
    {"action": "status", "status": 500, "take": False},
    {"action": "html", "status": 500, "take": True},
    {"action": "status", "status": 429, "retry_after": 1},
    {"action": "garbage"},
    {"action": "truncate"},
)
SLOW: Final[dict[str, Any]] = {"action": "delay", "seconds": 1.0}
LATE: Final[dict[str, Any]] = {"action": "delay", "seconds": 25.0, "times": 2, "after": 40}
"""Later than anybody waits: the caller gives up, though the messages were taken."""


def trouble(path: str, *, share: float = 0.2) -> list[dict[str, Any]]:
    """Return faults that meet so large a share of the calls to that path, each kind as often as the others."""
    kinds = [*KINDS, SLOW]
    each = 1 - (1 - share) ** (1 / len(kinds))
    endless = [{"path": path, "times": None, "share": each} | kind for kind in kinds]
    return [{"path": path} | LATE, *endless]
