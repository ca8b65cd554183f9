"""What SerwerSMS is sent, and what its reply to a submission means (protocols 4.8)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from smspanel.providers import errors
from smspanel.providers.serwersms import wire
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.values import MessageKind, Outgoing, Receipt, Submission
from tests.providers.scripted import Scripted, answer_json

TWO = (Outgoing("pk42r1", "48500600700", "Zażółć"), Outgoing("pk42r2", "48500600701", "Zażółć"))
DOCUMENTED: dict[str, Any] = {
    "success": True,
    "queued": 2,
    "unsent": 2,
    "items": [
        {"id": "32039da8e9", "phone": "+48500600700", "status": "queued", "parts": 1, "text": "…"},
        {"id": "844c2b4af0", "phone": "+48500600500", "status": "queued", "parts": 1, "text": "…"},
        {"id": "6e373d7856", "phone": "45616", "status": "unsent", "error_code": 3103, "error_message": "No"},
        {
            "id": "bf069fe2c1",
            "phone": "7799123",
            "status": "unsent",
            "error_code": 3103,
            "error_message": "No",
        },
    ],
}


def sent(server: Scripted, submission: Submission, **credentials: str) -> dict[str, Any]:
    """Submit and return the body that arrived, whatever came of it."""
    server.script(answer_json(DOCUMENTED))
    client = SerwerSmsClient(base_url=server.url, credentials=credentials or {"token": "tok"})
    client.submit(submission)
    body = server.requests[-1].json()
    assert isinstance(body, dict)
    return body


def test_ss_01_a_token_travels_in_the_header_only(server: Scripted) -> None:
    body = sent(server, Submission("b", TWO, sender="INFORMACJA", variant="FULL", unicode=True))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/messages/send_sms.json")
    assert request.headers["authorization"] == "Bearer tok"
    assert body == {
        "phone": ["+48500600700", "+48500600701"],
        "text": "Zażółć",
        "sender": "INFORMACJA",
        "utf": True,
        "details": True,
        "unique_id": ["pk42r1", "pk42r2"],
    }


def test_a_user_and_password_travel_in_the_body_only(server: Scripted) -> None:
    body = sent(server, Submission("b", TWO), username="api", password="secret")
    assert (body["username"], body["password"]) == ("api", "secret")
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "u"},
        {"password": "p"},
        {"token": "t", "username": "u", "password": "p"},
        {"token": " "},
    ],
)
def test_anything_but_one_way_to_sign_in_is_misconfigured(credentials: dict[str, str]) -> None:
    with pytest.raises(errors.Misconfigured):
        SerwerSmsClient(credentials=credentials)


def test_ss_02_eco_has_no_sender_even_if_one_is_known(server: Scripted) -> None:
    assert "sender" not in sent(server, Submission("b", TWO, sender="INFORMACJA", variant="ECO"))


@pytest.mark.parametrize(
    "submission",
    [Submission("b", TWO, unicode=True, variant="ECO"), Submission("b", TWO, unicode=True, variant="FULL")],
)
def test_ss_03_unicode_without_a_sender_never_leaves(server: Scripted, submission: Submission) -> None:
    with pytest.raises(errors.RequestRefused):
        sent(server, submission)
    assert server.connections == 0


def test_ss_04_what_is_off_is_absent(server: Scripted) -> None:
    body = sent(server, Submission("b", TWO))
    assert body.keys() == {"phone", "text", "details", "unique_id"}
    assert sent(server, Submission("b", TWO, kind=MessageKind.FLASH))["flash"] is True


def test_ss_06_success_with_nothing_queued_refuses_the_recipient(server: Scripted) -> None:
    reply = {"success": True, "queued": 0, "unsent": 1, "items": DOCUMENTED["items"][2:3]}
    server.script(answer_json(reply))
    client = SerwerSmsClient(base_url=server.url, credentials={"token": "tok"})
    (receipt,) = client.submit(Submission("b", (Outgoing("ref1", "45616", "a"),))).receipts
    assert receipt == Receipt("ref1", accepted=False, provider_id="6e373d7856", code="3103", reason="No")


def test_ss_07_two_of_four_are_queued(server: Scripted) -> None:
    numbers = ["48500600700", "48500600500", "45616", "7799123"]
    messages = tuple(Outgoing(f"ref{n}", number, "a") for n, number in enumerate(numbers))
    server.script(answer_json(DOCUMENTED))
    client = SerwerSmsClient(base_url=server.url, credentials={"token": "tok"})
    receipts = client.submit(Submission("b", messages)).receipts
    assert [receipt.accepted for receipt in receipts] == [True, True, False, False]
    assert [receipt.provider_id for receipt in receipts] == [item["id"] for item in DOCUMENTED["items"]]


def receipts_for(numbers: list[str], items: list[dict[str, Any]]) -> list[tuple[bool | None, str]]:
    messages = [Outgoing(f"ref{n}", number, "a") for n, number in enumerate(numbers)]
    return [(receipt.accepted, receipt.provider_id) for receipt in wire.receipts(messages, items)]


@pytest.mark.parametrize(
    "number, phone",
    [
        pytest.param("500600700", "+48500600700", id="SS-08 corrected"),
        pytest.param("45616", "45616", id="SS-09 uncorrected"),
        pytest.param("48500600700", "48 500-600-700", id="digits"),
        pytest.param("48500600700", "500600700", id="without the country"),
        pytest.param("48500600700", "hidden", id="by order"),
    ],
)
def test_ss_08_ss_09_an_item_is_matched_by_its_number(number: str, phone: str) -> None:
    other = {"id": "other", "phone": "+48511111111", "status": "unsent"}
    item = {"id": "mine", "phone": phone, "status": "queued"}
    assert receipts_for([number, "48511111111"], [other, item]) == [(True, "mine"), (False, "other")]


def test_an_echoed_reference_outranks_the_number() -> None:
    item = {"id": "x", "phone": "+48500100200", "status": "queued", "unique_id": "ref1"}
    assert receipts_for(["48500100200", "48500100201"], [item])[1] == (True, "x")


@pytest.mark.parametrize(
    "code, kind",
    [
        (3101, errors.RequestRefused),  # SS-10
        ("3104", errors.RequestRefused),
        (1006, errors.RequestRefused),
        (4312, errors.RequestRefused),
        ("1001", errors.AuthRefused),  # SS-11
        (3100, errors.AuthRefused),
        (3001, errors.AuthRefused),
        (3002, errors.FundsRefused),  # SS-12
        (3000, errors.FundsRefused),
        ("", errors.Ambiguous),
        ("E1", errors.Ambiguous),
        (None, errors.Ambiguous),
        (True, errors.Ambiguous),
    ],
)
def test_ss_10_ss_11_ss_12_a_general_error_is_told_by_its_code(code: object, kind: type[errors.ProviderError]) -> None:
    error = wire.general_error({"error": {"code": code, "type": "SendError", "message": "No"}}, "raw")
    assert type(error) is kind
    assert error.raw == "raw"


@pytest.mark.parametrize(
    "reply",
    [
        {"success": True, "queued": 2, "unsent": 0},
        {"success": True, "queued": 2, "unsent": 0, "items": []},
        {"success": True, "queued": 2, "unsent": 0, "items": None},
        {"success": True, "items": {"id": "a"}},
        {"success": True, "items": ["a", 1, None]},
        {"success": True, "items": [{"id": "a", "phone": 5, "status": []}]},
        {"success": False},
        {"error": "no"},
        {"error": []},
    ],
)
def test_ss_13_an_answer_without_items_is_ambiguous(server: Scripted, reply: object) -> None:
    server.script(answer_json(reply))
    with pytest.raises(errors.ProviderError) as caught:
        SerwerSmsClient(base_url=server.url, credentials={"token": "tok"}).submit(Submission("b", TWO))
    assert type(caught.value) is errors.Ambiguous


def test_a_message_that_the_answer_forgets_is_unclear() -> None:
    items = [{"id": "a", "phone": "+48500100200", "status": "queued"}]
    assert receipts_for(["48500100200", "48500100201"], items) == [(True, "a"), (None, "")]


@pytest.mark.parametrize("status", ["", "weird", None, 7])
def test_an_unknown_item_status_is_unclear(status: object) -> None:
    items = [{"id": "a", "phone": "+48500100200", "status": status}]
    assert receipts_for(["48500100200"], items) == [(None, "a")]


def test_a_repeated_reference_on_an_item_is_unclear_and_not_a_refusal() -> None:
    item = {"id": "a", "phone": "+48500100200", "status": "unsent", "error_message": "Unique_id is used"}
    assert receipts_for(["48500100200"], [item]) == [(None, "a")]


def test_ss_14_a_uuid_loses_its_dashes() -> None:
    plain = wire.unique_id("0f3c0d2e-7a51-4b7e-9d54-0a1b2c3d4e5f")
    assert len(plain) == 32
    assert re.fullmatch(r"[A-Za-z0-9]{3,50}", plain)


@pytest.mark.parametrize("refs", [("a", "b"), ("a-b-c", "abc"), ("x" * 51, "abc")])
def test_references_that_the_provider_cannot_tell_apart_never_leave(refs: tuple[str, str]) -> None:
    pair = tuple(Outgoing(ref, f"4850010020{n}", "a") for n, ref in enumerate(refs))
    with pytest.raises(errors.RequestRefused):
        wire.submission(Submission("b", pair))


@pytest.mark.parametrize("second", [("ref2", "48500100200"), ("ref1", "48500100201")])
def test_ss_15_no_number_and_no_reference_is_sent_twice(second: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="distinct"):
        Submission("b", (Outgoing("ref1", "48500100200", "a"), Outgoing(*second, "a")))


def test_ss_23_the_report_address_is_plain_in_json(server: Scripted) -> None:
    body = sent(server, Submission("b", TWO, dlr_url="https://panel.example.com/in/tok"))
    assert body["dlr_url"] == ("https://panel.example.com/in/tok?id=#SMSID#&st=#STAN#&dt=#DATA#&why=#PRZYCZYNA#")
    assert wire.report_url("https://a.example.com/?x=1").startswith("https://a.example.com/?x=1&id=#SMSID#")
    assert wire.report_url("https://a.example.com/?i=#SMSID#") == "https://a.example.com/?i=#SMSID#"


def test_ss_24_two_texts_go_out_as_pairs(server: Scripted) -> None:
    messages = (Outgoing("ref1", "48500600700", "First: a]|[b"), Outgoing("ref2", "48500600500", "Second"))
    body = sent(server, Submission("b", messages))
    assert server.requests[0].target == "/messages/send_personalized.json"
    assert body["messages"] == [
        {"phone": "+48500600700", "text": "First: a]|[b"},
        {"phone": "+48500600500", "text": "Second"},
    ]
    assert body["unique_id"] == ["ref1", "ref2"]
