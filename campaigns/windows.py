"""The hours in which an account sends, in its own zone, over both nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.models import Account


def is_open(account: Account, at: datetime) -> bool:
    """Say whether the account may send at that moment; a window may span midnight."""
    if account.window_start is None or account.window_end is None:
        return True
    local = at.astimezone(account.zone).time()
    if account.window_start < account.window_end:
        return account.window_start <= local < account.window_end
    return local >= account.window_start or local < account.window_end


def next_opening(account: Account, at: datetime) -> datetime:
    """Return that moment if sending is allowed then, else when it next is (UTC)."""
    if is_open(account, at) or account.window_start is None:
        return at
    local = at.astimezone(account.zone)
    opening = datetime.combine(local.date(), account.window_start, account.zone)
    if opening <= local:
        opening = datetime.combine(local.date() + timedelta(days=1), account.window_start, account.zone)
    return opening.astimezone(UTC)


def opening(account: Account, at: datetime) -> datetime | None:
    """Return when the window that is open at that moment opened (UTC); None when it never closes."""
    if account.window_start is None:
        return None
    local = at.astimezone(account.zone)
    start = datetime.combine(local.date(), account.window_start, account.zone)
    if start > local:
        start = datetime.combine(local.date() - timedelta(days=1), account.window_start, account.zone)
    return start.astimezone(UTC)


def closing(account: Account, at: datetime) -> datetime | None:
    """Return when the window that is open at that moment closes (UTC); None when it never does."""
    if account.window_end is None:
        return None
    local = at.astimezone(account.zone)
    end = datetime.combine(local.date(), account.window_end, account.zone)
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), account.window_end, account.zone)
    return end.astimezone(UTC)


def finish(account: Account, start: datetime, duration: timedelta) -> datetime:
    """Return when work of that length is done if it starts then and rests while the window is closed."""
    at = next_opening(account, start)
    for _ in range(366):
        end = closing(account, at)
        if end is None or at + duration <= end:
            return at + duration
        duration -= end - at
        at = next_opening(account, end)
    return at
