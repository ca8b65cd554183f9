"""How far a campaign is: what was sent, what was not, and for what nobody ever reported."""

from __future__ import annotations

import re

import pytest

from campaigns import progress
from campaigns.models import Campaign, Message
from tests.campaigns.sending import Sending, number

SENT = {"SENT", "DELIVERED", "UNDELIVERED", "EXPIRED", "REJECTED", "NO_REPORT", "ASSUMED_SENT"}


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign with one message in every state."""
    found = sending.draft([sending.group([number(1)])])
    for index, state in enumerate(Message.State):
        Message.objects.create(campaign=found, msisdn=number(index), parts=1, points=3, state=state)
    return found


@pytest.mark.parametrize("state", Message.State)
def test_only_what_was_sent_counts_as_sent(campaign: Campaign, state: Message.State) -> None:
    campaign.messages.exclude(state=state).delete()
    found = progress.of(campaign)
    assert (found.total, found.sent) == (1, int(state in SENT))


def test_every_state_is_in_one_bar(campaign: Campaign) -> None:
    found = progress.of(campaign)
    assert sum(bar.count for bar in found.bars) == found.total == len(Message.State)


def test_a_message_without_a_report_waits_for_none(campaign: Campaign) -> None:
    campaign.messages.exclude(state=Message.State.NO_REPORT).delete()
    bars = [str(bar.label) for bar in progress.of(campaign).bars if bar.count]
    assert bars == ["Sent, no report came"]


def test_the_page_shows_how_many_were_sent_of_all(sending: Sending, campaign: Campaign) -> None:
    campaign.state = Campaign.State.FINISHED_INCOMPLETE
    campaign.save()
    page = sending.persona.client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert re.search(rf"Sent of all</span><strong>{len(SENT)} / {len(Message.State)}<", page)
    assert "Sent, no report came" in page
