"""Routes: the narrowest that leads there, another one when a connection cannot be used, never for what is unclear."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import points
from accounts.models import Connection
from campaigns import routing
from campaigns.models import Batch, Campaign, Message, Route, Variant
from contacts.destinations import Destination, destination_of
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number, open_route, states
from tests.invariants import assert_all_hold
from tests.personas import People

TEN = [number(index) for index in range(10, 20)]
NOBODY_LISTENS = "http://127.0.0.1:9"
SUBMIT = "/messages/send_sms.json"


@pytest.fixture
def second(sending: Sending) -> Connection:
    """Another connection to the same simulator, ranked after the first."""
    connection = open_route(sending.simulator.url("serwersms"), name="Second")
    Route.objects.filter(connection=connection).update(rank=2)
    return connection


def carriers(campaign: Campaign) -> set[str]:
    """Return the names of the connections over which messages of the campaign left."""
    return set(Batch.objects.filter(campaign=campaign, state="ACCEPTED").values_list("connection__name", flat=True))


@pytest.mark.parametrize(
    ("msisdn", "destination"),
    [
        ("48501000000", Destination("PL", "03")),
        ("48601000000", Destination("PL", "01")),
        ("48602000000", Destination("PL", "02")),
        ("48790000000", Destination("PL", "06")),
        ("4915112345678", Destination("DE")),
        ("12015550123", Destination("US")),
    ],
)
def test_a_number_tells_its_country_and_its_first_network(msisdn: str, destination: Destination) -> None:
    assert destination_of(msisdn) == destination


@pytest.mark.parametrize(
    ("fields", "winner"),
    [
        ({}, "Simulator"),
        ({"rank": 0}, "Second"),
        ({"country": "PL"}, "Second"),
        ({"country": "PL", "mnc": "03"}, "Second"),
        ({"country": "PL", "mnc": "06"}, "Simulator"),
        ({"country": "DE"}, "Simulator"),
        ({"is_active": False, "rank": 0}, "Simulator"),
    ],
)
def test_the_narrowest_route_and_then_the_rank_decide(
    sending: Sending, second: Connection, fields: dict[str, object], winner: str
) -> None:
    Route.objects.filter(connection=second).update(**fields)
    way = routing.routes(account=sending.account, variant=Variant.ECO).way(Destination("PL", "03"))
    assert way is not None
    assert way.connection.name == winner


@pytest.mark.parametrize(("whose", "winner"), [("account", "Second"), ("master", "Second"), ("stranger", "Simulator")])
def test_a_route_of_the_account_or_its_master_comes_first(
    sending: Sending, second: Connection, people: People, whose: str, winner: str
) -> None:
    own = {"account": sending.account, "master": sending.account.master}
    account = own.get(whose) or people.stranger.account
    Route.objects.filter(connection=second).update(account=account)
    way = routing.routes(account=sending.account, variant=Variant.ECO).way(Destination("PL"))
    assert way is not None
    assert way.connection.name == winner


def test_each_network_takes_its_own_route(sending: Sending, second: Connection, people: People) -> None:
    Route.objects.filter(connection=second).update(country="PL", mnc="06")
    play = [f"48790{index:04d}00" for index in range(5)]
    campaign = sending.send([sending.group([*TEN, *play])])
    by_carrier = Message.objects.filter(campaign=campaign, batch__connection=second).values_list("msisdn", flat=True)
    assert set(by_carrier) == set(play)
    assert sending.air() == dict.fromkeys([*TEN, *play], 1)
    reasons = set(Batch.objects.values_list("route_reason", flat=True))
    assert reasons == {"ECO → Simulator, rank 1", "ECO PL/06 → Second, rank 2"}
    assert_all_hold()
    address = f"/campaigns/{campaign.pk}/recipients/"
    assert "ECO PL/06 → Second, rank 2" in people.staff.client.get(address).text
    assert "rank 2" not in people.slave.client.get(address).text


def test_a_used_up_connection_hands_over_what_never_left(sending: Sending, second: Connection) -> None:
    sending.connection.batch_size = 4
    sending.connection.save()
    sending.simulator.fault("status", SUBMIT, status=200, body='{"error": {"code": 3002, "message": "limit"}}', after=1)
    campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, carriers(campaign)) == (Campaign.State.FINISHED, {"Simulator", "Second"})
    assert sending.air() == dict.fromkeys(TEN, 1)
    reason = Batch.objects.filter(connection=second).values_list("route_reason", flat=True)[0]
    assert reason.startswith("ECO → Second, rank 2; Simulator: The account at the provider is used up.")
    assert points.balance(sending.account).posted == 1_000 - 10 * PRICE
    assert_all_hold()


def test_a_connection_that_is_switched_off_is_passed_by(sending: Sending, second: Connection) -> None:
    Connection.objects.filter(pk=sending.connection.pk).update(is_active=False)
    campaign = sending.send([sending.group(TEN)])
    assert (campaign.state, carriers(campaign)) == (Campaign.State.FINISHED, {second.name})


def test_a_connection_that_keeps_failing_before_the_first_byte_is_set_aside(
    sending: Sending, second: Connection
) -> None:
    Connection.objects.filter(pk=sending.connection.pk).update(base_url=NOBODY_LISTENS)
    campaign = sending.send([sending.group(TEN)])
    for ahead in (3, 8, 20):
        with clock.travel(seconds=ahead):
            doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, carriers(campaign)) == (Campaign.State.FINISHED, {"Second"})
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_what_is_unclear_never_takes_another_way(sending: Sending, second: Connection) -> None:
    Connection.objects.update(grace_seconds=600)
    sending.simulator.fault("take_then_drop", SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    Connection.objects.filter(pk=sending.connection.pk).update(is_active=False)
    doorbell.run_all_due()
    assert states(campaign) == {"UNKNOWN": 10}
    assert not Batch.objects.filter(connection=second).exists()
    assert sending.air() == dict.fromkeys(TEN, 1)


def test_without_any_way_the_campaign_waits_and_says_why(sending: Sending, second: Connection) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    Connection.objects.update(is_active=False)
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.problem) == (
        Campaign.State.HOLD,
        "No provider can be used for this right now: switched off",
    )
    assert second.trouble(clock.now()) is None


def test_a_connection_that_was_set_aside_is_used_again_later(sending: Sending) -> None:
    Connection.objects.update(blocked_until=clock.now() + timedelta(seconds=60), blocked_because="failing")
    connection = Connection.objects.get()
    assert connection.trouble(clock.now()) == "failing"
    assert connection.trouble(clock.now() + timedelta(seconds=61)) is None
