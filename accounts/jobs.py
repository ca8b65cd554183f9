"""Bodies of the periodic jobs."""

from __future__ import annotations

from accounts import api_calls, balances, calls


def ask_balances() -> None:
    """Ask every connection what is left at its provider."""
    balances.ask_all()


def forget_observations() -> None:
    """Delete old log entries of calls, out and in, and old balances."""
    calls.forget_old()
    api_calls.forget_old()
    balances.forget_old()
