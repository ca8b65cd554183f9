"""What tests of repeated campaigns share: one that is sent every day, and its next time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from campaigns import recurring
from campaigns.models import Campaign, Repetition
from smspanel import clock
from tests.campaigns.sending import Sending


def repeat(sending: Sending, campaign: Campaign, **fields: Any) -> Repetition:
    """Let a campaign be sent every day, from an hour later on."""
    zone = sending.account.zone
    soon = clock.now().astimezone(zone) + timedelta(hours=1)
    daily = {"rhythm": Repetition.Rhythm.DAILY, "starts_on": clock.now().astimezone(zone).date(), "at": soon.time()}
    row = Repetition(account=sending.account, campaign=campaign, **daily | fields)
    return recurring.save(repetition=row, actor=sending.persona.user)


@contextmanager
def due(repetition: Repetition, *, minutes: float = 1) -> Iterator[None]:
    """Go to so long after its next time."""
    repetition.refresh_from_db()
    assert repetition.next_at is not None
    with clock.travel(seconds=(repetition.next_at - clock.now()).total_seconds() + 60 * minutes):
        yield
