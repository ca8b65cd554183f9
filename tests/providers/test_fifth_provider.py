"""A fifth provider is a folder and a line: it keeps the contract, is offered to staff, and carries campaigns."""

from __future__ import annotations

import pytest

from accounts import connections
from campaigns.models import Message
from smspanel import doorbell
from smspanel.providers import registry
from tests.campaigns.sending import PRICE, make_group, number, open_route
from tests.campaigns.sending import Sending as Helper
from tests.invariants import assert_all_hold
from tests.personas import Persona
from tests.providers.contract import SECRET, ProviderContract
from tests.providers.scripted import Reply, Scripted, answer_json
from tests.providers.toy.client import ToyClient


class TestToy(ProviderContract):
    def client(self, url: str) -> ToyClient:
        return ToyClient(base_url=url, credentials={"key": SECRET})

    def accepted(self) -> Reply:
        return answer_json({"taken": {"ref1": "a", "ref2": "b"}, "refused": {}})

    def second_refused(self) -> Reply:
        return answer_json({"taken": {"ref1": "a"}, "refused": {"ref2": "number"}})

    def refused(self) -> Reply:
        return answer_json({"error": "text"})

    def credentials_refused(self) -> Reply:
        return answer_json({"error": "key"})

    def funds_refused(self) -> Reply:
        return answer_json({"error": "money"})

    def duplicate(self) -> Reply:
        return answer_json({"error": "again"})


@pytest.fixture
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._CLIENTS, "toy", "tests.providers.toy.client.ToyClient")


@pytest.mark.usefixtures("_registered")
def test_staff_are_offered_it(staff: Persona) -> None:
    assert ("toy", "Toy") in registry.kinds()
    assert "Toy" in staff.client.get("/accounts/connection/add/").text


@pytest.mark.usefixtures("_registered")
def test_a_campaign_goes_out_over_it(slave: Persona, server: Scripted) -> None:
    connection = open_route(server.url, kind="toy")
    connections.set_credentials(connection=connection, credentials={"key": SECRET}, actor=None)
    sending = Helper(None, slave, connection)  # type: ignore[arg-type]  # this provider needs no simulator
    campaign = sending.confirm([make_group(slave.account, [number(1), number(2)])])
    server.script(answer_json({"taken": {}, "refused": {}}))
    doorbell.run_all_due()
    (request,) = server.requests
    assert {one["ref"] for one in request.json()["texts"]} == {m.ref for m in campaign.messages.all()}
    assert set(Message.objects.values_list("state", flat=True)) == {"ASSUMED_SENT"}
    assert slave.available == 1_000 - 2 * PRICE
    assert_all_hold()
