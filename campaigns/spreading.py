"""Lets the messages of a campaign go evenly over a time instead of all at once.

Message k of n may be claimed when k/n of the time is over, counted from the start and only while sending is allowed.
What could not leave in its turn, because the campaign was paused or its provider away, leaves as soon as it can.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from campaigns import windows
from campaigns.models import Campaign, Message
from smspanel import clock

STEP: Final = timedelta(seconds=30)
"""Large campaigns release what became due meanwhile so often, not message by message."""


def length(campaign: Campaign, start: datetime) -> timedelta | None:
    """Return over how long messages go that begin at that moment; None for all at once."""
    if campaign.spread_minutes is None:
        return None
    if campaign.spread_minutes:
        return timedelta(minutes=campaign.spread_minutes)
    begin = windows.next_opening(campaign, start)
    end = windows.closing(campaign, begin)
    return None if end is None else end - begin


def room(campaign: Campaign) -> int | None:
    """Return how many more messages may be claimed now; None for all.

    Where it is none, the campaign is told when to look again. It is locked, and its messages are all made.
    """
    if campaign.started_at is None or (whole := length(campaign, campaign.started_at)) is None:
        return None
    messages = campaign.messages.exclude(state=Message.State.EXCLUDED)
    total = messages.count()
    claimed = total - messages.filter(state=Message.State.QUEUED, batch__isnull=True).count()
    passed = windows.open_time(campaign, campaign.started_at, clock.now())
    due = total if passed >= whole else min(total, int(total * (passed / whole)) + 1)
    if due <= claimed < total:
        _wait(campaign, whole * (claimed / total))
    return max(0, due - claimed)


def _wait(campaign: Campaign, until: timedelta) -> None:
    """Write when so much of the time is over, but not too soon."""
    assert campaign.started_at is not None
    moment = windows.finish(campaign, campaign.started_at, until)
    campaign.release_at = max(moment, clock.now() + STEP)
    campaign.save(update_fields=["release_at"])
