"""SimpleApi, the way to send when there is no FullApi: one number in a call, and no reference."""

from __future__ import annotations

import logging

import pytest

from smspanel.providers import errors
from smspanel.providers.hostedsms.client import HostedSmsClient
from smspanel.providers.values import MessageKind
from tests.providers.hostedsms import IDS, NOW, PASSWORD, USER, client, numbers, refused
from tests.providers.scripted import DROP_AFTER_READING, Reply, Scripted, answer_json

SIMPLY = {"use_simple_api": True}


def one(message_id: str) -> Reply:
    """A success."""
    return answer_json({"MessageId": message_id, "CurrentTime": NOW})


def test_hs_26_each_number_has_a_call_of_its_own(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(one(IDS[0]), one(IDS[1]))
    receipts = client(server, **SIMPLY).submit(numbers(2)).receipts
    assert [(receipt.accepted, receipt.provider_id) for receipt in receipts] == [(True, IDS[0]), (True, IDS[1])]
    assert [request.json()["Phone"] for request in server.requests] == ["48500501501", "48500501502"]
    assert {request.target for request in server.requests} == {"/SimpleApi"}
    assert not any("authorization" in request.headers for request in server.requests)
    assert PASSWORD not in caplog.text


def test_hs_26_the_credentials_travel_in_the_body(server: Scripted) -> None:
    server.script(one(IDS[0]))
    client(server, **SIMPLY).submit(numbers(1))
    assert server.requests[0].json() == {
        "UserEmail": USER,
        "Password": PASSWORD,
        "Phone": "48500501501",
        "Message": "Test",
        "Sender": "INFO",
    }


def test_the_panel_hands_over_one_message_at_a_time() -> None:
    assert HostedSmsClient.largest_batch(SIMPLY) == 1
    assert HostedSmsClient.largest_batch({}) == 100


@pytest.mark.parametrize(
    "reply, kind",
    [
        (DROP_AFTER_READING, errors.Ambiguous),
        (answer_json({}), errors.Ambiguous),
        (answer_json({"MessageId": f"{IDS[0]},{IDS[1]}"}), errors.Ambiguous),
        (refused("Invalid Credentials"), errors.AuthRefused),
        (refused("Invalid sender"), errors.RequestRefused),
    ],
)
def test_the_answer_about_one_number_is_that_of_the_call(
    server: Scripted, reply: Reply, kind: type[errors.ProviderError]
) -> None:
    server.script(reply)
    with pytest.raises(errors.ProviderError) as caught:
        client(server, **SIMPLY).submit(numbers(1))
    assert type(caught.value) is kind


def test_every_number_has_a_fate_of_its_own(server: Scripted) -> None:
    server.script(refused("Invalid phone number"), DROP_AFTER_READING, one(IDS[2]))
    receipts = client(server, **SIMPLY).submit(numbers(3)).receipts
    assert [receipt.accepted for receipt in receipts] == [False, None, True]


def test_what_cannot_be_sent_after_the_first_is_refused_and_not_forgotten(server: Scripted) -> None:
    server.script(one(IDS[0]), refused("Insufficient funds"))
    receipts = client(server, **SIMPLY).submit(numbers(3)).receipts
    assert [receipt.accepted for receipt in receipts] == [True, False, False]


def test_an_account_that_is_used_up_at_once_stops_the_campaign(server: Scripted) -> None:
    server.script(refused("Insufficient funds"))
    with pytest.raises(errors.FundsRefused):
        client(server, **SIMPLY).submit(numbers(3))
    assert len(server.requests) == 1


def test_a_flash_message_has_no_way_over_simple_api(server: Scripted) -> None:
    with pytest.raises(errors.RequestRefused):
        client(server, **SIMPLY).submit(numbers(1, kind=MessageKind.FLASH))
    assert server.connections == 0
