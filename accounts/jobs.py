"""Bodies of the jobs: an id in, a verb out."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import api_calls, balances, calls, downloads, low_points, notices, sessions
from smspanel.doorbell import Ids


def ask_balances() -> None:
    """Ask every connection what is left at its provider."""
    balances.ask_all()


def forget_observations() -> None:
    """Delete old log entries of calls, out and in, and old balances."""
    calls.forget_old()
    api_calls.forget_old()
    balances.forget_old()
    notices.forget_old()


def make_download(file_id: int) -> None:
    """Make a file that somebody asked for, or the next part of it."""
    downloads.make(file_id)


def due_downloads() -> Iterable[Ids]:
    """Return files that somebody asked for and that nobody is making."""
    return downloads.due()


def forget_downloads() -> None:
    """Delete files that were asked for long ago."""
    downloads.forget_old()


def forget_sessions() -> None:
    """Delete sessions that have expired."""
    sessions.forget_expired()


def send_notice(notice_id: int) -> None:
    """Send news by e-mail."""
    notices.send(notice_id)


def due_notices() -> Iterable[Ids]:
    """Return e-mails that are to be sent now."""
    return notices.due()


def watch_points() -> None:
    """Tell of accounts whose points run low."""
    low_points.look_at_all()
