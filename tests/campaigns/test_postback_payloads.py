"""Post backs have the four shapes of JustSend's document, its closed lists of words, and a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns import justsend_words, postback_payloads
from campaigns.models import Campaign, Message
from smspanel import clock
from tests.project.files import ROOT

AT = datetime(2017, 12, 8, 9, 16, 35, 90_000, tzinfo=UTC)
MOMENT = 1512724595090


def test_js_98_a_campaign_s_new_status_has_the_documented_shape() -> None:
    found = postback_payloads.bulk(campaign_id=1096, name="TEST person", status="FINISHED", imported=2000, at=AT)
    assert found == {
        "bulkStatus": "FINISHED",
        "importedCount": 2000,
        "name": "TEST person",
        "id": 1096,
        "deliveryTime": MOMENT,
    }


def test_js_98_a_single_hand_over_has_the_documented_shape() -> None:
    found = postback_payloads.single(message_id=111, msisdn="48500100200", operator="POLAND_ORANGE", at=AT)
    assert found == {"msisdn": "48500100200", "operator": "POLAND_ORANGE", "deliveryTime": MOMENT, "id": 111}


def test_js_98_a_delivery_report_has_the_documented_shape() -> None:
    report = postback_payloads.delivery(
        message_id=111, msisdn="48500100200", operator="POLAND_ORANGE", status="MESSAGE_DELIVERED", at=AT
    )
    assert postback_payloads.acknowledged(report, 10000003074072725) == {
        "ackId": 10000003074072725,
        "msisdn": "48500100200",
        "operator": "POLAND_ORANGE",
        "deliveryStatus": "MESSAGE_DELIVERED",
        "id": 111,
        "deliveryTime": MOMENT,
    }


def test_js_98_a_reply_has_the_documented_shape_without_its_text() -> None:
    found = postback_payloads.reply(
        reply_id=252822,
        campaign_id=21045,
        prefix="ABC",
        msisdn="48500100200",
        operator="POLAND_ORANGE",
        sender="4777",
        group_id=4373,
        group_name="Customers",
        at=AT,
    )
    assert found == {
        "idMsgContent": 21045,
        "prefix": "ABC",
        "msisdn": "48500100200",
        "groupId": 4373,
        "operator": "POLAND_ORANGE",
        "sender": "4777",
        "deliveryTime": MOMENT,
        "groupName": "Customers",
        "id": 252822,
    }


def test_js_98_language_and_duration_are_told_where_they_are_known() -> None:
    call = postback_payloads.bulk(
        campaign_id=1, name="Call", status="FINISHED", imported=1, at=AT, language="POLISH", duration=0
    )
    assert (call["language"], call["duration"]) == ("POLISH", 0)
    report = postback_payloads.delivery(
        message_id=1, msisdn="48500100200", operator="UNKNOWN", status="UNDEFINED", at=AT, duration=7
    )
    assert (report.get("language"), report["duration"]) == (None, 7)


def test_every_state_of_a_campaign_has_a_word_of_justsend_s_list() -> None:
    words = {str(state): justsend_words.bulk_status(state).value for state in Campaign.State}
    waiting = {"DRAFT", "PLANNING", "TO_SEND", "EXPANDING", "SENDING"}
    assert {state for state, word in words.items() if word == "TO_SEND"} == waiting
    assert {state: word for state, word in words.items() if state not in waiting} == {
        "TO_PAY": "TO_PAY",
        "HOLD": "HOLD",
        "FINISHED": "FINISHED",
        "FINISHED_INCOMPLETE": "FINISHED_INCOMPLETE",
        "CANCELING": "CANCELED",
        "CANCELED": "CANCELED",
        "ERROR": "ERROR",
        "MISSED": "ERROR",
    }


@pytest.mark.parametrize(
    "word, states, told",
    [
        ("DELIVERED", {"DELIVERED"}, "MESSAGE_DELIVERED"),
        ("NOT_DELIVERED", {"UNDELIVERED", "EXPIRED", "REJECTED"}, "MESSAGE_NOT_DELIVERED"),
        ("NOT_CONFIRMED", {"SENT", "UNKNOWN", "ASSUMED_SENT", "NO_REPORT"}, "UNDEFINED"),
        ("NOT_SENT", {"QUEUED", "SUBMITTING", "EXCLUDED", "FAILED", "CANCELED"}, "UNDEFINED"),
    ],
)
def test_every_state_of_a_message_has_its_words(word: str, states: set[str], told: str) -> None:
    assert {str(state) for state in Message.State if justsend_words.message_status(state) == word} == states
    assert {justsend_words.delivery_status(state).value for state in states} == {told}


@pytest.mark.parametrize(
    "msisdn, network, word",
    [
        ("48500100200", "", "POLAND_ORANGE"),
        ("48601100200", "", "POLAND_PLUS"),
        ("48601100200", "Orange", "POLAND_ORANGE"),
        ("48601100200", "T-Mobile Polska", "POLAND_ERA"),
        ("48601100200", "26006", "POLAND_PLAY"),
        ("48500100200", "POLAND_PLUS", "POLAND_PLUS"),
        ("48500100200", "Aero2", "POLAND_OTHER"),
        ("48500100200", "UNKNOWN", "POLAND_ORANGE"),
        ("4915112345678", "Telekom", "UNKNOWN"),
    ],
)
def test_the_operator_is_what_the_provider_said_or_else_the_range(msisdn: str, network: str, word: str) -> None:
    assert justsend_words.operator_word(msisdn, network) == word


def test_the_signature_is_that_of_standard_webhooks() -> None:
    key = bytes(range(32))
    secret = "whsec_" + base64.b64encode(key).decode()
    found = postback_payloads.headers(body=b'{"id":1}', event_id=7, at=AT, secret=secret)
    mac = hmac.new(key, b'7.1512724595.{"id":1}', hashlib.sha256).digest()
    assert found == {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "webhook-id": "7",
        "webhook-timestamp": "1512724595",
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def checker() -> Callable[..., bool]:
    """Return the check that the document gives to programmers."""
    text = (ROOT / "docs" / "postbacks.md").read_text()
    names: dict[str, Any] = {}
    exec("".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)), names)
    check: Callable[..., bool] = names["is_genuine"]
    return check


def test_the_check_in_the_document_tells_what_is_genuine() -> None:
    secret, other = (f"whsec_{base64.b64encode(bytes([one]) * 32).decode()}" for one in (1, 2))
    now, body = clock.now(), b'{"id":1}'
    headers = postback_payloads.headers(body=body, event_id=7, at=now, secret=secret)
    assert checker()(secret, headers, body)
    assert not checker()(other, headers, body)
    assert not checker()(secret, headers, b'{"id":2}')
    assert not checker()(secret, headers | {"webhook-id": "8"}, body)
    old = postback_payloads.headers(body=body, event_id=7, at=AT, secret=secret)
    assert not checker()(secret, old, body)
