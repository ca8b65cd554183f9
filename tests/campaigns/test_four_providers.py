"""A campaign over each of the four providers while one call in seven goes wrong: each number once, points exact."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pytest

from accounts import connections, points
from accounts.models import Connection
from campaigns import demo
from campaigns.models import Batch, Campaign, Message
from smspanel import clock, doorbell
from smspanel.simulator import Simulator
from tests.campaigns.sending import PRICE, Sending, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import Persona

PEOPLE = 2_000
CALLS = 100
FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "take_then_drop"},
    {"action": "status", "status": 502},
    {"action": "delay", "seconds": 30},
)


class Provider(NamedTuple):
    """How a provider is reached, where it takes messages, and whether it can tell what it took."""

    kind: str
    submit: str
    tells: bool


PROVIDERS = (
    Provider("serwersms", "/messages/send_sms.json", tells=True),
    Provider("justsend", "/api/rest/v2/bulk/send", tells=True),
    Provider("jomobile", "/v1/send", tells=False),
    Provider("hostedsms", "/FullApi/Smses", tells=False),
)


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.kind)
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each of the four."""
    found: Provider = request.param
    return found


@pytest.fixture
def sending(simulator: Simulator, slave: Persona, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Sending:
    """The slave with points enough, over this provider, whose calls may take a second."""
    simulator.settings("justsend", night_window=False)
    given = next(one for one in demo._PROVIDERS if one.kind == provider.kind)
    connection = open_route(
        simulator.url(provider.kind) + given.path,
        kind=provider.kind,
        options={"sender": given.sender} if given.sender else {},
        batch_size=PEOPLE // CALLS,
    )
    connections.set_credentials(connection=connection, credentials=given.credentials, actor=None)
    monkeypatch.setattr("smspanel.providers.base.ProviderClient.deadline_seconds", 1.0)
    monkeypatch.setattr("smspanel.providers.jomobile.client.JoMobileClient.deadline_seconds", 1.0)
    points.grant(account=slave.account, points=PEOPLE * PRICE, key="four", memo="")
    return Sending(simulator, slave, connection)


def spoil(simulator: Simulator, provider: Provider, seed: int) -> None:
    """Spoil one call in twenty in each of three ways, at places that the seed tells."""
    places = random.Random(seed).sample(range(CALLS), k=len(FAULTS) * CALLS // 20)
    for index, place in enumerate(sorted(places)):
        # A call that meets one fault is not counted by those that wait behind it.
        simulator.fault(path=provider.submit, front=provider.kind, after=place - index, **FAULTS[index % len(FAULTS)])


def settle(campaign: Campaign) -> None:
    """Let the time pass in which unclear answers are found out."""
    for minutes in range(0, 60, 5):
        with clock.travel(minutes=minutes):
            doorbell.run_all_due()
        if campaign.state in Campaign.TERMINAL:
            return
        campaign.refresh_from_db()


@pytest.mark.parametrize("seed", [20261121])
def test_two_thousand_numbers_over_a_provider_that_fails(sending: Sending, provider: Provider, seed: int) -> None:
    numbers = [f"48500{index:04d}00" for index in range(PEOPLE)]
    spoil(sending.simulator, provider, seed)
    before = sending.persona.available
    campaign = sending.send([sending.group(numbers)])
    settle(campaign)
    sent, air = states(campaign), sending.air()
    assert sending.simulator.faults() == []
    assert set(air.values()) == {1}
    if provider.tells:
        assert set(air) == set(numbers)
        assert sum(sent[state] for state in Message.CHARGED) == PEOPLE
    assert sent["UNKNOWN"] == sent["SUBMITTING"] == sent["QUEUED"] == 0
    charged = sum(sent[state] for state in Message.CHARGED)
    assert points.balance(sending.account) == points.Balance(posted=before - charged * PRICE, held=0)
    assert not Batch.objects.filter(state__in=Batch.OPEN).exists()
    assert_all_hold()


def test_the_demo_offers_all_four(db: None) -> None:
    demo.create(simulator_port=9100)
    assert sorted(Connection.objects.values_list("kind", flat=True)) == sorted(one.kind for one in PROVIDERS)
