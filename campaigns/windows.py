"""The hours in which an account sends, and a campaign within them, over both nights in which clocks change.

Hours are read off the wall clock of the account's zone: an hour that comes twice counts twice, one that is left out
opens and closes nothing of its own. A campaign is open when its own hours and those of its account are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from accounts.models import Account
from campaigns.models import Campaign

DAY: Final = timedelta(days=1)
MOST_WINDOWS: Final = 400
"""So many openings are looked ahead for the end of long work."""

Whose = Account | Campaign


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day until another, perhaps over midnight."""

    start: time
    end: time
    zone: ZoneInfo

    def hold(self, at: datetime) -> bool:
        """Say whether the moment lies within them."""
        local = at.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def contain(self, other: Hours) -> bool:
        """Say whether the others lie within these, whole."""
        return _distance(self.start, other.start) + _distance(other.start, other.end) <= _distance(self.start, self.end)

    def changes(self, day: date) -> Iterator[datetime]:
        """Yield the moments of a local day at which they may begin or end (UTC)."""
        for edge in (self.start, self.end):
            for fold in (0, 1):
                yield datetime.combine(day, edge, self.zone).replace(fold=fold).astimezone(UTC)
        begin, end = (datetime.combine(one, time(), self.zone).astimezone(UTC) for one in (day, day + DAY))
        if begin.astimezone(self.zone).utcoffset() != end.astimezone(self.zone).utcoffset():
            yield _clock_change(begin, end, self.zone)


def _distance(begin: time, end: time) -> timedelta:
    """Return how long it is from one time of day to the next occurrence of another."""
    seconds = (end.hour - begin.hour) * 3600 + (end.minute - begin.minute) * 60 + end.second - begin.second
    return timedelta(seconds=seconds % 86_400)


def _clock_change(begin: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment between the two at which the zone changes its clocks, to the second."""
    before = begin.astimezone(zone).utcoffset()
    while end - begin > timedelta(seconds=1):
        middle = (begin + (end - begin) / 2).replace(microsecond=0)
        begin, end = (middle, end) if middle.astimezone(zone).utcoffset() == before else (begin, middle)
    return end


def hours_of(whose: Whose) -> list[Hours]:
    """Return the hours that all have to hold; none where it sends at any time."""
    account: Account = whose.account if isinstance(whose, Campaign) else whose
    pairs = [(account.window_start, account.window_end)]
    if isinstance(whose, Campaign):
        pairs.append((whose.window_start, whose.window_end))
    return [Hours(start, end, account.zone) for start, end in pairs if start is not None and end is not None]


def is_open(whose: Whose, at: datetime) -> bool:
    """Say whether messages may leave at that moment."""
    return all(hours.hold(at) for hours in hours_of(whose))


def _changes(hours: list[Hours], at: datetime, *, back: int = 1, ahead: int = 2) -> list[datetime]:
    """Return, in order, the moments from days before until days after at which the hours may begin or end."""
    today = at.astimezone(hours[0].zone).date()
    days = [today + timedelta(days=day) for day in range(-back, ahead + 1)]
    return sorted({moment for one in hours for day in days for moment in one.changes(day)})


def _hold(hours: list[Hours], at: datetime) -> bool:
    return all(one.hold(at) for one in hours)


def next_opening(whose: Whose, at: datetime) -> datetime:
    """Return that moment if sending is allowed then, else when it next is (UTC).

    Hours that have nothing in common never open: then it is a day later, to look again.
    """
    hours = hours_of(whose)
    if _hold(hours, at):
        return at
    return next((moment for moment in _changes(hours, at) if moment > at and _hold(hours, moment)), at + DAY)


def opening(whose: Whose, at: datetime) -> datetime | None:
    """Return when the window that is open at that moment opened (UTC); None when it never closes."""
    if not (hours := hours_of(whose)):
        return None
    closed = timedelta(microseconds=1)
    opened = (one for one in reversed(_changes(hours, at, back=2)) if one <= at and not _hold(hours, one - closed))
    return next((moment for moment in opened if _hold(hours, moment)), None)


def closing(whose: Whose, at: datetime) -> datetime | None:
    """Return when the window that is open at that moment closes (UTC); None when it never does."""
    if not (hours := hours_of(whose)):
        return None
    return next((moment for moment in _changes(hours, at) if moment > at and not _hold(hours, moment)), None)


def finish(whose: Whose, start: datetime, duration: timedelta) -> datetime:
    """Return when work of that length is done if it starts then and rests while the window is closed."""
    at = next_opening(whose, start)
    for _ in range(MOST_WINDOWS):
        end = closing(whose, at)
        if end is None or at + duration <= end:
            return at + duration
        duration -= end - at
        at = next_opening(whose, end)
    return at


def open_time(whose: Whose, since: datetime, until: datetime) -> timedelta:
    """Return for how long between two moments sending was allowed."""
    total, at = timedelta(), next_opening(whose, since)
    while at < until:
        end = closing(whose, at)
        if end is None or end >= until:
            return total + (until - at)
        total += end - at
        at = next_opening(whose, end)
    return total


def fits(campaign: Campaign) -> bool:
    """Say whether a campaign's own hours lie within those of its account."""
    hours = hours_of(campaign)
    own_hours = campaign.window_start is not None
    return not own_hours or len(hours) < 2 or hours[0].contain(hours[1])


def rests(whose: Whose, start: datetime, finish: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when until when sending rests between a start and a finish (UTC)."""
    at = start
    while (closed := closing(whose, at)) is not None and closed < finish:
        at = next_opening(whose, closed)
        yield closed, at
