"""JO Mobile's REST API 6.4 (the Gatum platform) as it looks from outside."""

from __future__ import annotations

from smspanel.simulator.jomobile.front import JoMobile

__all__ = ["JoMobile"]
