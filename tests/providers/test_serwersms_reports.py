"""What SerwerSMS says about messages afterwards (protocols 4.8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from smspanel.providers import errors
from smspanel.providers.serwersms import wire
from smspanel.providers.serwersms.client import SerwerSmsClient
from smspanel.providers.values import DeliveryState, Outgoing, Receipt, Report, Submission
from tests.providers.scripted import DROP_AFTER_READING, Scripted, answer_json

FIRST = Outgoing("ref-1", "48500600700", "a")
SECOND = Outgoing("ref-2", "48500600701", "a")
ITEM = {
    "id": "32039da8e9",
    "phone": "+48500600700",
    "status": "delivered",
    "queued": "2014-10-20 12:32:52",
    "sent": "2014-10-20 12:32:53",
    "delivered": "2014-10-20 12:33:05",
    "parts": 1,
    "network": "Orange",
}


@pytest.fixture
def client(server: Scripted) -> SerwerSmsClient:
    return SerwerSmsClient(base_url=server.url, credentials={"token": "tok"})


def page(*items: dict[str, Any], count: int = 1) -> dict[str, Any]:
    return {"paging": {"page": 1, "count": count}, "items": list(items)}


def asked(*messages: Outgoing) -> Submission:
    return Submission("batch-1", messages)


def test_a_report_is_translated(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(answer_json(page(ITEM)))
    assert client.reports(["32039da8e9"]).reports == (
        Report(
            provider_id="32039da8e9",
            state=DeliveryState.DELIVERED,
            raw_state="delivered",
            at=datetime(2014, 10, 20, 10, 33, 5, tzinfo=UTC),
            msisdn="48500600700",
            parts=1,
            network="Orange",
        ),
    )


def test_ss_16_a_message_whose_answer_was_lost_is_found(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(DROP_AFTER_READING, answer_json(page(ITEM)))
    with pytest.raises(errors.Ambiguous):
        client.look_up(asked(FIRST, SECOND))
    assert client.look_up(asked(FIRST, SECOND)) == {
        "ref-1": Receipt("ref-1", accepted=True, provider_id="32039da8e9", parts=1)
    }
    assert server.requests[-1].json() == {"unique_id": ["ref1", "ref2"], "limit": 500, "page": 1}


def test_a_taken_message_outranks_its_refused_repetition(server: Scripted, client: SerwerSmsClient) -> None:
    repeated = {"id": "x", "phone": "+48500600700", "status": "unsent", "reason": "other_error"}
    server.script(answer_json(page(repeated, ITEM)))
    assert client.look_up(asked(FIRST))["ref-1"].provider_id == "32039da8e9"


def test_reports_about_strangers_prove_nothing(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(answer_json(page({**ITEM, "phone": "+48511111111"})))
    with pytest.raises(errors.Ambiguous):
        client.look_up(asked(FIRST))


@pytest.mark.parametrize("reply", [{}, {"items": None}, {"success": False}, [], None])
def test_a_look_up_without_a_list_proves_no_absence(server: Scripted, client: SerwerSmsClient, reply: object) -> None:
    server.script(answer_json(reply))
    with pytest.raises(errors.Ambiguous):
        client.look_up(asked(FIRST))


def test_ss_17_501_ids_take_two_calls(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(answer_json(page()))
    client.reports([f"id{n}" for n in range(501)])
    assert [len(request.json()["id"]) for request in server.requests] == [500, 1]


def test_all_pages_are_read(server: Scripted, client: SerwerSmsClient) -> None:
    second = {**ITEM, "id": "second"}
    server.script(answer_json(page(ITEM, count=2)), answer_json(page(second, count=2)))
    assert [report.provider_id for report in client.reports(["a"]).reports] == ["32039da8e9", "second"]
    assert [request.json()["page"] for request in server.requests] == [1, 2]


def test_a_list_without_an_end_is_given_up(server: Scripted, client: SerwerSmsClient) -> None:
    server.script(answer_json(page(ITEM, count=999_999)))
    with pytest.raises(errors.Ambiguous):
        client.reports(["a"])
    assert len(server.requests) == 50


@pytest.mark.parametrize(
    "word, reason, state",
    [
        ("undelivered", "message_expired", DeliveryState.EXPIRED),
        ("undelivered", "message_rejected", DeliveryState.REJECTED),
        ("undelivered", "wrong_number", DeliveryState.UNDELIVERED),
        ("undelivered", "", DeliveryState.UNDELIVERED),
        ("delivered", "message_expired", DeliveryState.DELIVERED),
        ("queued", "", DeliveryState.QUEUED),
        ("in_progress", "", DeliveryState.QUEUED),
        ("saved", "", DeliveryState.QUEUED),
        ("sent", "", DeliveryState.SENT),
        ("pending", "", DeliveryState.SENT),
        ("unsent", "", DeliveryState.REJECTED),
        ("cokolwiek", "", DeliveryState.UNKNOWN),
    ],
)
def test_ss_18_a_state_is_told_by_its_word_and_reason(word: str, reason: str, state: DeliveryState) -> None:
    assert wire.state(word, reason) is state


@pytest.mark.parametrize(
    "local, moment",
    [
        ("2026-07-01 12:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-01-01 12:00:00", datetime(2026, 1, 1, 11, tzinfo=UTC)),
        ("2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-03-29 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("2026-13-01 00:00:00", None),
    ],
)
def test_times_are_polish_local_time(local: str, moment: datetime | None) -> None:
    assert wire.moment_of(local) == moment


def test_ss_21_a_push_with_an_unknown_word_is_a_hint(client: SerwerSmsClient) -> None:
    push = client.parse_push({"id": "32039da8e9", "st": "cokolwiek", "dt": "", "why": ""}, b"")
    assert (push.reports, push.hints) == ((), ("32039da8e9",))


@pytest.mark.parametrize(
    "word, state",
    [
        ("delivered", DeliveryState.DELIVERED),
        ("Doręczono", DeliveryState.DELIVERED),
        ("DELIVRD", DeliveryState.DELIVERED),
        ("UNDELIV", DeliveryState.UNDELIVERED),
        ("EXPIRED", DeliveryState.EXPIRED),
        ("DELETED", DeliveryState.REJECTED),
        ("niewysłano", DeliveryState.REJECTED),
        ("ACCEPTD", DeliveryState.SENT),
    ],
)
def test_a_push_with_a_known_word_also_reports(client: SerwerSmsClient, word: str, state: DeliveryState) -> None:
    query = {"id": "a", "st": word, "dt": "2026-07-01 12:00:00", "why": ""}
    (report,) = client.parse_push(query, b"").reports
    assert (report.state, report.raw_state) == (state, word)
    assert report.at == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"{}", b"=&=&%zz"])
def test_ss_22_a_push_that_names_nothing_is_no_error(client: SerwerSmsClient, body: bytes) -> None:
    assert client.parse_push({}, body) == client.parse_push({"id": " "}, body)
    assert client.parse_push({}, b"id=a&st=sent").hints == ("a",)
