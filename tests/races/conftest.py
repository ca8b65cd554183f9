"""What races are about: a campaign of the slave's over a provider that nobody has to call."""

from __future__ import annotations

import pytest

from campaigns import jobs
from campaigns.models import Campaign
from tests.campaigns.sending import Sending, number, open_route
from tests.personas import Persona

TEN = [number(index) for index in range(10, 20)]


@pytest.fixture
def sending(slave: Persona) -> Sending:
    """The slave with a connection to nowhere and prices."""
    return Sending(None, slave, open_route("http://127.0.0.1:9"))  # type: ignore[arg-type]  # nothing is sent


@pytest.fixture
def planned(sending: Sending) -> Campaign:
    """A campaign to TEN with a plan that can be confirmed."""
    return sending.draft([sending.group(TEN)])


@pytest.fixture
def expanded(sending: Sending) -> Campaign:
    """A confirmed campaign to TEN whose messages are made."""
    campaign = sending.confirm([sending.group(TEN)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign
