"""Delivery reports that are pushed to the caller's dlr_url."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from smspanel.simulator.push import may_call
from tests.simulator.caller import BEARER, Caller, Receiver

PHONE = "+48500100200"


def pushed(caller: Caller, receiver: Receiver, phone: str = PHONE, **fields: Any) -> list[str]:
    """Send, let it be delivered, and return the words that were pushed."""
    caller.send(phone, dlr_url=receiver.dlr_url, **fields)
    caller.simulator.advance(10)
    caller.simulator.settle()
    return [query["st"] for query in receiver.queries]


def test_the_placeholders_are_filled_in_and_encoded_ss_21(caller: Caller, receiver: Receiver) -> None:
    pushed(caller, receiver, "+48500100202")
    (item,) = caller.call("messages/reports")["items"]
    (query,) = receiver.queries
    assert (query["id"], query["st"], query["why"]) == (item["id"], "undelivered", "wrong_number")
    assert datetime.fromisoformat(query["dt"]) - datetime.fromisoformat(item["sent"]) == timedelta(seconds=5)
    assert "%20" in caller.simulator.pushes()[0]["url"]


def test_a_delivered_message_has_no_reason(caller: Caller, receiver: Receiver) -> None:
    assert pushed(caller, receiver) == ["delivered"]
    assert receiver.queries[0]["why"] == ""


@pytest.mark.parametrize(
    "vocabulary, ending, word",
    [
        ("polish", "00", "doreczono"),
        ("polish", "02", "niedoreczono"),
        ("smpp", "00", "DELIVRD"),
        ("smpp", "02", "UNDELIV"),
        ("smpp", "03", "EXPIRED"),
        ("english", "03", "undelivered"),
    ],
)
def test_the_words_are_a_switch(caller: Caller, receiver: Receiver, vocabulary: str, ending: str, word: str) -> None:
    caller.simulator.settings("serwersms", push_vocabulary=vocabulary)
    assert pushed(caller, receiver, f"+485001002{ending}") == [word]


@pytest.mark.parametrize(
    "ending, words",
    [("06", ["delivered", "delivered"]), ("07", ["delivered", "sent"]), ("05", []), ("04", []), ("08", [])],
)
def test_reports_come_twice_reordered_or_never(
    caller: Caller, receiver: Receiver, ending: str, words: list[str]
) -> None:
    assert pushed(caller, receiver, f"+485001002{ending}") == words


def test_a_form_carries_the_encoded_address_once_ss_23(caller: Caller, receiver: Receiver) -> None:
    body = f"phone=500100200&text=x&dlr_url={quote_plus(receiver.dlr_url)}"
    headers = BEARER | {"Content-Type": "application/x-www-form-urlencoded"}
    caller.post("messages/send_sms", data=body, headers=headers)
    caller.simulator.advance(10)
    caller.simulator.settle()
    assert len(receiver.queries[0]["id"]) == 10


def test_json_may_carry_it_plain_or_wholly_encoded_ss_23(caller: Caller, receiver: Receiver) -> None:
    caller.send("+48500100300", dlr_url=quote(receiver.dlr_url, safe=""))
    assert pushed(caller, receiver) == ["delivered", "delivered"]
    assert {len(query["id"]) for query in receiver.queries} == {10}
    assert caller.simulator.lint() == []


def test_a_receiver_that_fails_is_written_down_and_not_asked_again(caller: Caller, receiver: Receiver) -> None:
    receiver.status = 500
    assert pushed(caller, receiver) == ["delivered"]
    caller.simulator.advance(4000)
    caller.simulator.settle()
    assert [push["status"] for push in caller.simulator.pushes()] == [500]


def test_more_attempts_are_a_switch(caller: Caller, receiver: Receiver) -> None:
    caller.simulator.settings("simulator", push_attempts=2)
    receiver.status = 500
    pushed(caller, receiver)
    caller.simulator.advance(301)
    caller.simulator.settle()
    assert [push["status"] for push in caller.simulator.pushes()] == [500, 500]


def test_a_receiver_that_is_down_never_blocks_a_reply(caller: Caller, receiver: Receiver) -> None:
    receiver.close()
    caller.simulator.settings("simulator", delivery_delay=0)
    assert pushed(caller, receiver) == []
    (push,) = caller.simulator.pushes()
    assert (push["status"], push["error"][:22]) == (None, "ConnectionRefusedError")


def test_only_loopback_is_called(caller: Caller) -> None:
    caller.send(PHONE, dlr_url="http://example.com/?#SMSID##STAN#")
    caller.simulator.advance(10)
    caller.simulator.settle()
    assert "--push-hosts" in caller.simulator.pushes()[0]["error"]


@pytest.mark.parametrize(
    "scheme, host, expected",
    [
        ("http", "127.0.0.1", True),
        ("https", "localhost", True),
        ("http", "::1", True),
        ("http", "panel.example.com", True),
        ("http", "example.com", False),
        ("http", "10.0.0.1", False),
        ("http", "127.0.0.1.example.com", False),
        ("file", "127.0.0.1", False),
        ("http", "", False),
    ],
)
def test_hosts_are_allowed_by_name(scheme: str, host: str, expected: bool) -> None:
    assert may_call(scheme, host, {"panel.example.com"}) is expected


def test_all_reports_can_be_pushed_again(caller: Caller, receiver: Receiver) -> None:
    pushed(caller, receiver)
    assert caller.simulator.resend_all() == 1
    caller.simulator.settle()
    assert len(receiver.queries) == 2
