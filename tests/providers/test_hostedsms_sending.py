"""What HostedSMS is sent, and what its answer to a submission means (protocols 3.8)."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.text import count
from smspanel.providers import errors
from smspanel.providers.base import AckPolicy
from smspanel.providers.hostedsms.client import HostedSmsClient
from smspanel.providers.values import MessageKind, Outgoing, Submission
from tests.providers.hostedsms import IDS, REFERENCE, USER, client, numbers, refused, taken
from tests.providers.scripted import DROP_AFTER_READING, Scripted, answer_json

TRUSTING = {"trust_transaction_id": True}


def sent(server: Scripted, submission: Submission, **options: object) -> dict[str, Any]:
    """Submit, and return the body that arrived."""
    server.script(taken(*IDS[: len(submission.messages)]))
    client(server, **options).submit(submission)
    body = server.requests[-1].json()
    assert isinstance(body, dict)
    return body


def failure(server: Scripted, submission: Submission, **options: object) -> errors.ProviderError:
    """Submit, and return the error."""
    with pytest.raises(errors.ProviderError) as caught:
        client(server, **options).submit(submission)
    return caught.value


@pytest.mark.parametrize(
    "password, header",
    [
        pytest.param("s3cret:z", "Basic YXBpQGV4YW1wbGUuY29tOnMzY3JldDp6", id="HS-01"),
        pytest.param("hasło", "Basic YXBpQGV4YW1wbGUuY29tOmhhc8WCbw==", id="HS-02"),
    ],
)
def test_hs_01_hs_02_the_password_travels_in_utf_8(server: Scripted, password: str, header: str) -> None:
    server.script(taken(IDS[0]))
    client(server, USER, password).submit(numbers(1))
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/FullApi/Smses")
    assert request.headers["authorization"] == header
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json; charset=utf-8"


def test_hs_03_an_e_mail_with_a_colon_is_a_matter_of_the_connection(server: Scripted) -> None:
    with pytest.raises(errors.Misconfigured, match="colon"):
        client(server, "api:x@example.com")


def test_hs_04_one_recipient_is_an_array_of_one(server: Scripted) -> None:
    assert sent(server, numbers(1)) == {
        "Phone": ["48500501501"],
        "Message": "Test",
        "Sender": "INFO",
        "TransactionId": REFERENCE,
        "Priority": "0",
        "FlashSms": "false",
    }


def test_hs_05_the_field_of_the_numbers_is_an_option(server: Scripted) -> None:
    body = sent(server, numbers(2), phone_field="Phones")
    assert body["Phones"] == ["48500501501", "48500501502"]
    assert "Phone" not in body
    with pytest.raises(errors.Misconfigured):
        client(server, phone_field="Fon")


def test_hs_06_priority_and_flash_are_words(server: Scripted) -> None:
    body = sent(server, numbers(1, priority=3, kind=MessageKind.FLASH))
    assert (body["Priority"], body["FlashSms"]) == ("3", "true")


@pytest.mark.parametrize(
    "of_message, of_connection, wire", [("", "", None), ("MKT", "", "MKT"), ("", "HR", "HR"), ("MKT", "HR", "MKT")]
)
def test_hs_07_a_cost_centre_is_named_or_absent(
    server: Scripted, of_message: str, of_connection: str, wire: str | None
) -> None:
    body = sent(server, numbers(1, cost_centre=of_message), cost_centre=of_connection)
    assert body.get("CostCenter") == wire
    assert ("CostCenter" in body) == (wire is not None)


def test_a_message_without_a_sender_gets_the_usual_one(server: Scripted) -> None:
    assert sent(server, numbers(1, sender=""), sender="PANEL")["Sender"] == "PANEL"
    assert type(failure(server, numbers(1, sender=""))) is errors.Misconfigured


def test_two_texts_never_share_a_call(server: Scripted) -> None:
    messages = (Outgoing("ref1", "48500501501", "a"), Outgoing("ref2", "48500501502", "b"))
    assert type(failure(server, Submission("b", messages, sender="INFO"))) is errors.RequestRefused
    assert server.connections == 0


def test_hs_08_as_many_ids_as_numbers_belong_to_them_in_order(server: Scripted) -> None:
    server.script(taken(*IDS))
    acceptance = client(server).submit(numbers(3))
    assert [receipt.provider_id for receipt in acceptance.receipts] == list(IDS)
    assert acceptance.unpaired == ()


def test_hs_09_fewer_ids_than_numbers_belong_to_nobody_yet(server: Scripted) -> None:
    server.script(taken(*IDS[:2]))
    acceptance = client(server).submit(numbers(3))
    assert [(one.accepted, one.provider_id) for one in acceptance.receipts] == [(True, "")] * 3
    assert acceptance.unpaired == IDS[:2]


@pytest.mark.parametrize("ids", [IDS[0], "{120DEA2D-0D2E-4D20-BA68-FF4939954DB8}", [IDS[0]], [IDS[0].upper()]])
def test_hs_10_one_id_may_come_as_a_text(server: Scripted, ids: object) -> None:
    server.script(answer_json({"MessageIds": ids}))
    assert client(server).submit(numbers(1)).receipts[0].provider_id == IDS[0]


def test_several_ids_may_come_in_one_text(server: Scripted) -> None:
    server.script(answer_json({"MessageIds": ", ".join(IDS)}))
    assert [one.provider_id for one in client(server).submit(numbers(3)).receipts] == list(IDS)


def test_hs_11_wrong_credentials_are_told_by_a_text(server: Scripted) -> None:
    server.script(refused("Invalid Credentials"))
    assert type(failure(server, numbers(1))) is errors.AuthRefused


@pytest.mark.parametrize("message", ["", None])
def test_hs_12_an_empty_error_is_none(server: Scripted, message: str | None) -> None:
    server.script(taken(IDS[0], ErrorMessage=message))
    assert client(server).submit(numbers(1)).receipts[0].accepted is True


@pytest.mark.parametrize(
    "body", [{}, {"MessageIds": []}, {"MessageIds": None}, {"MessageIds": [None, {}]}, {"CurrentTime": "x"}]
)
def test_hs_13_an_answer_without_ids_is_ambiguous(server: Scripted, body: object) -> None:
    server.script(answer_json(body))
    assert type(failure(server, numbers(1))) is errors.Ambiguous


def test_an_answer_that_refuses_and_names_messages_is_ambiguous(server: Scripted) -> None:
    server.script(taken(IDS[0], ErrorMessage="Invalid phone number"))
    assert type(failure(server, numbers(2))) is errors.Ambiguous


def test_hs_14_a_repetition_is_the_same_to_the_byte(server: Scripted) -> None:
    server.script(DROP_AFTER_READING, taken(IDS[0]))
    assert type(failure(server, numbers(1), **TRUSTING)) is errors.Ambiguous
    client(server, **TRUSTING).submit(numbers(1, repeated=True))
    first, second = server.requests
    assert first.body == second.body
    assert HostedSmsClient.settled_by(TRUSTING) is AckPolicy.IDEMPOTENT


@pytest.mark.parametrize("options", [{}, {"trust_transaction_id": False}, {**TRUSTING, "use_simple_api": True}])
def test_hs_15_without_trust_nothing_is_ever_repeated(options: dict[str, object]) -> None:
    assert HostedSmsClient.settled_by(options) is AckPolicy.AT_MOST_ONCE


def test_hs_16_a_known_transaction_was_taken_the_first_time(server: Scripted) -> None:
    server.script(refused("TransactionId already used"))
    acceptance = client(server, **TRUSTING).submit(numbers(2, repeated=True))
    assert [(one.accepted, one.provider_id) for one in acceptance.receipts] == [(True, "")] * 2


@pytest.mark.parametrize(
    "repeated, options, message",
    [
        pytest.param(False, TRUSTING, "TransactionId already used", id="HS-17"),
        (True, {}, "TransactionId already used"),
        (True, TRUSTING, "Invalid sender"),
    ],
)
def test_hs_17_any_other_refusal_refuses(
    server: Scripted, repeated: bool, options: dict[str, object], message: str
) -> None:
    server.script(refused(message))
    assert type(failure(server, numbers(1, repeated=repeated), **options)) is errors.RequestRefused


@pytest.mark.parametrize("trust", [True, False])
def test_hs_18_the_second_host_is_called_when_the_first_cannot_be_reached(server: Scripted, trust: bool) -> None:
    with Scripted() as closed:
        nowhere = closed.url
    server.script(taken(IDS[0]))
    options = {"second_url": f"{server.url}/api2/", "trust_transaction_id": trust}
    credentials = {"user": "api@example.com", "password": "p"}
    HostedSmsClient(base_url=nowhere, credentials=credentials, options=options).submit(numbers(1))
    (request,) = server.requests
    assert request.target == "/api2/FullApi/Smses"
    assert request.json()["TransactionId"] == REFERENCE


def test_hs_18_the_second_host_is_left_alone_when_the_first_may_have_taken_it(server: Scripted) -> None:
    server.script(DROP_AFTER_READING)
    with Scripted(taken(IDS[0])) as second:
        assert type(failure(server, numbers(1), second_url=second.url)) is errors.Ambiguous
        assert second.connections == 0


def test_only_hostedsms_s_own_address_has_a_second_one_by_itself(server: Scripted) -> None:
    credentials = {"user": "api@example.com", "password": "p"}
    assert HostedSmsClient(credentials=credentials).second_host == "https://api2.hostedsms.pl"
    own = HostedSmsClient(base_url="https://api.hostedsms.pl/FullApi/", credentials=credentials)
    assert (own.base_url, own.second_host) == ("https://api.hostedsms.pl", "https://api2.hostedsms.pl")
    assert client(server).second_host == ""


def test_hs_25_a_text_of_4000_characters_is_the_longest(server: Scripted) -> None:
    assert (count("a" * 4000).parts, count("ą" * 4000).parts) == (27, 60)
    assert len(sent(server, numbers(1, "ą" * 4000))["Message"]) == 4000
    assert type(failure(server, numbers(1, "a" * 4001))) is errors.RequestRefused
    assert len(server.requests) == 1
