"""JustSend REST v2 as it looks from outside."""

from __future__ import annotations

from smspanel.simulator.justsend.front import JustSend

__all__ = ["JustSend"]
