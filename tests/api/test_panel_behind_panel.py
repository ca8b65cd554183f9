"""A panel whose provider is another panel: JustSend's own client speaks to our REST API, as anybody's would."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts import connections
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.jobs.conftest import wait_until
from tests.personas import Persona
from tests.running import Installation, installation

PEOPLE = [number(index) for index in range(10, 15)]
ANY_HOUR = "from accounts.models import Account; Account.objects.update(window_start=None, window_end=None)"


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Installation]:
    """Another installation with all its processes."""
    with installation(tmp_path) as running:
        yield running


@pytest.fixture
def sending(behind: Installation, slave: Persona) -> Sending:
    """The slave of this panel, with a connection to a master account of the other one that sends at any hour."""
    words = "createaccount --kind master --name Front --email front@example.com --password front-of-another"
    account = json.loads(behind.manage(*words.split(), "--points", "1000", "--json").stdout)
    assert behind.manage("shell", "-c", ANY_HOUR).returncode == 0
    connection = open_route(f"{behind.url}/api/rest/v2", kind="justsend")
    credentials = {"app_key": account["app_key"]}
    connections.set_credentials(connection=connection, credentials=credentials, actor=None)
    return Sending(None, slave, connection)  # type: ignore[arg-type]  # the other panel's simulator is asked


def test_a_campaign_goes_through_two_panels_once_and_is_reported_and_paid_in_both(
    behind: Installation, sending: Sending
) -> None:
    campaign = sending.send([sending.group(PEOPLE)], text="Through two panels")
    began = time.monotonic()

    def is_delivered() -> bool:
        # Reports are asked for less and less often, and not at all after three days: so an hour here is five seconds.
        with clock.travel(hours=1 + (time.monotonic() - began) / 5):
            doorbell.run_all_due()
        return states(campaign) == {"DELIVERED": 5}

    wait_until(is_delivered, seconds=300)
    air = behind.simulator("counts")["numbers"]
    assert {one: air.get(one) or air.get(f"+{one}") for one in PEOPLE} == dict.fromkeys(PEOPLE, 1)
    assert connections.client_for(sending.connection).balance().items == {"POINTS": 1_000 - 5 * 3}
    assert behind.manage("check_invariants").returncode == 0
    assert_all_hold()
