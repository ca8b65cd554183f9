"""What JO Mobile says about messages afterwards, asked or pushed (protocols 2.3, 2.4)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.jomobile import wire
from smspanel.providers.jomobile.client import JoMobileClient
from smspanel.providers.values import DeliveryState, Outgoing, Receipt, Report
from tests.providers.jomobile import FIRST, SECOND, done, fixed, package
from tests.providers.scripted import DROP_AFTER_READING, Scripted

PUSHED: dict[str, Any] = {
    "id_state": 598933232,
    "originator": "SMS",
    "phone": "380957225759",
    "type_sms": "sms",
    "text_sms": "Your OTP is 42432",
    "num_parts": 1,
    "part_no": 1,
    "state": "DELIVRD",
    "time": "2023-07-24 12:03:48",
}


@pytest.fixture
def client(server: Scripted) -> JoMobileClient:
    return fixed(server)


def record(message: Outgoing, id_state: object, *, ago: float = 0, **fields: Any) -> dict[str, Any]:
    """A record about a message, its state so many seconds old."""
    when = (clock.now() - timedelta(seconds=ago)).strftime("%Y-%m-%d %H:%M:%S")
    about = {"originator": "INFO", "phone": message.msisdn, "text_sms": message.text, "time": when}
    return PUSHED | about | {"id_state": id_state} | fields


def pushed(client: JoMobileClient, *items: Any) -> tuple[tuple[Report, ...], list[object]]:
    """Return the reports of a push and what it is answered with."""
    body = json.dumps(items).encode()
    return client.parse_push({}, body).reports, json.loads(client.acknowledge(body))


def test_jo_20_a_number_as_id_is_matched_as_text_and_answered_as_it_came(client: JoMobileClient) -> None:
    reports, accepted = pushed(client, PUSHED)
    assert reports == (
        Report(
            provider_id="598933232",
            state=DeliveryState.DELIVERED,
            raw_state="DELIVRD",
            at=datetime(2023, 7, 24, 12, 3, 48, tzinfo=UTC),
            msisdn="380957225759",
            parts=1,
        ),
    )
    assert accepted == [598933232]
    assert pushed(client, PUSHED | {"id_state": "598933232"}) == (reports, ["598933232"])


def test_jo_21_a_malformed_report_hurts_no_other(client: JoMobileClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    malformed = {key: value for key, value in PUSHED.items() if key != "id_state"}
    reports, accepted = pushed(client, PUSHED, PUSHED | {"id_state": "unknown-1"}, malformed, "x", None)
    assert [report.provider_id for report in reports] == ["598933232", "unknown-1"]
    assert accepted == [598933232, "unknown-1"]
    assert "3 reports without an id_state" in caplog.text
    assert "42432" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"null", b"5", b'"x"', b"<html>", b"\xff", b"[" * 100_000])
def test_a_push_that_is_no_list_is_refused_and_nothing_acknowledged(client: JoMobileClient, body: bytes) -> None:
    with pytest.raises(errors.RequestRefused):
        client.parse_push({}, body)
    assert client.acknowledge(body) == "[]"


def test_one_report_outside_of_a_list_is_read(client: JoMobileClient) -> None:
    body = json.dumps(PUSHED).encode()
    assert len(client.parse_push({}, body).reports) == 1
    assert client.acknowledge(body) == "[598933232]"


@pytest.mark.parametrize("id_state", [None, "", " ", True, [], {}])
def test_what_is_no_id_is_not_acknowledged(client: JoMobileClient, id_state: object) -> None:
    assert pushed(client, PUSHED | {"id_state": id_state}) == ((), [])


@pytest.mark.parametrize(
    "word, state",
    [
        ("DELIVRD", DeliveryState.DELIVERED),
        ("DELIVERED", DeliveryState.DELIVERED),
        ("DELIVERD", DeliveryState.DELIVERED),
        ("delivrd", DeliveryState.DELIVERED),
        ("ENROUTE", DeliveryState.SENT),
        ("ACCEPTD", DeliveryState.SENT),
        ("BUFFERED", DeliveryState.SENT),
        ("SCHEDULED", DeliveryState.QUEUED),
        ("QUEUED", DeliveryState.QUEUED),
        ("UNDELIV", DeliveryState.UNDELIVERED),
        ("EXPIRED", DeliveryState.EXPIRED),
        ("REJECTD", DeliveryState.REJECTED),
        ("DELETED", DeliveryState.REJECTED),
        ("UNKNOWN", DeliveryState.UNKNOWN),
        ("", DeliveryState.UNKNOWN),
        (None, DeliveryState.UNKNOWN),
    ],
)
def test_every_state_is_translated(word: object, state: DeliveryState) -> None:
    assert wire.report(PUSHED | {"state": word}).state is state


def test_jo_24_a_new_word_is_kept_and_acknowledged(client: JoMobileClient) -> None:
    (report,), accepted = pushed(client, PUSHED | {"state": "FOOBAR"})
    assert (report.state, report.raw_state, accepted) == (DeliveryState.UNKNOWN, "FOOBAR", [598933232])


@pytest.mark.parametrize(
    "said, at",
    [
        ("2023-07-24 12:03:48", datetime(2023, 7, 24, 12, 3, 48, tzinfo=UTC)),
        ("2023-07-24T12:03:48+02:00", datetime(2023, 7, 24, 10, 3, 48, tzinfo=UTC)),
        ("24.07.2023", None),
        ("", None),
        (5, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times_are_in_utc_unless_they_say_otherwise(said: object, at: datetime | None) -> None:
    assert wire.report(PUSHED | {"time": said}).at == at


def test_reports_are_pulled_by_number(server: Scripted, client: JoMobileClient) -> None:
    server.script(done([record(FIRST, "a"), record(SECOND, 2), record(SECOND, "stranger")]))
    page = client.reports_about({"a": FIRST.msisdn, "2": SECOND.msisdn})
    assert [report.provider_id for report in page.reports] == ["a", "2"]
    (request,) = server.requests
    assert (request.target, request.json()["phone"]) == ("/v1/sms-full-data", [FIRST.msisdn, SECOND.msisdn])


def test_the_period_has_a_day_to_spare_on_both_sides() -> None:
    now = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
    assert wire.period(now) == "2026-06-27 00:00:00 - 2026-07-02 23:59:59"


def test_more_than_100_numbers_take_several_calls(server: Scripted, client: JoMobileClient) -> None:
    server.script(done([]))
    client.reports_about({f"id{n}": str(48_500_501_000 + n) for n in range(201)})
    assert [len(request.json()["phone"]) for request in server.requests] == [100, 100, 1]


def test_without_numbers_the_last_days_are_read_until_the_ids_are_found(
    server: Scripted, client: JoMobileClient
) -> None:
    pages = [[record(FIRST, f"{page}-{n}") for n in range(200)] for page in range(3)]
    server.script(*(done(page) for page in pages))
    (report,) = client.reports(["1-7"]).reports
    assert report.provider_id == "1-7"
    assert [request.json().get("offset") for request in server.requests] == [None, 1]
    assert "phone" not in server.requests[0].json()


def test_an_offset_that_is_not_understood_ends_the_reading(server: Scripted, client: JoMobileClient) -> None:
    server.script(done([record(FIRST, f"{n}") for n in range(200)]))
    assert client.reports(["absent"]).reports == ()
    assert len(server.requests) == 2


@pytest.mark.parametrize("data", [{"sms": [PUSHED]}, {"total": 1, "data": {"rows": [PUSHED]}}, {"598933232": PUSHED}])
def test_the_list_may_be_inside_of_an_object(server: Scripted, client: JoMobileClient, data: object) -> None:
    server.script(done(data))
    assert [report.provider_id for report in client.reports(["598933232"]).reports] == ["598933232"]


@pytest.mark.parametrize("data", [None, [], {}, "", [[]], [{"id_state": None}]])
def test_an_empty_list_is_no_error(server: Scripted, client: JoMobileClient, data: object) -> None:
    server.script(done(data))
    assert client.reports(["a"]).reports == ()


def test_of_two_records_with_one_id_the_later_counts(server: Scripted, client: JoMobileClient) -> None:
    server.script(done([record(FIRST, "a"), record(FIRST, "a", ago=60, state="ENROUTE")]))
    assert [report.raw_state for report in client.reports(["a"]).reports] == ["DELIVRD"]


def found(server: Scripted, client: JoMobileClient, *records: dict[str, Any]) -> dict[str, Receipt]:
    """Look FIRST up, which was tried a minute ago."""
    server.script(done(list(records)))
    return client.look_up(package(FIRST, tried_at=clock.now() - timedelta(seconds=60)))


def test_jo_25_what_was_taken_is_found_by_number_and_its_ids_adopted(server: Scripted, client: JoMobileClient) -> None:
    server.script(DROP_AFTER_READING)
    with pytest.raises(errors.Ambiguous):
        client.submit(package(FIRST))
    second, first = (record(FIRST, f"p{n}", num_parts=2, part_no=n) for n in (2, 1))
    assert found(server, client, second, first) == {
        "ref1": Receipt("ref1", accepted=True, provider_id="p1", parts=2, part_ids=("p1", "p2"))
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"text_sms": "Another text"},
        {"text_sms": ""},
        {"originator": "OTHER"},
        {"type_sms": "hlr"},
        {"phone": SECOND.msisdn},
        {"ago": 120},
        {"time": ""},
    ],
)
def test_what_is_not_surely_this_message_is_no_evidence(
    server: Scripted, client: JoMobileClient, changes: dict[str, Any]
) -> None:
    assert found(server, client, record(FIRST, "a", **changes)) == {}


def test_two_equal_messages_are_no_evidence_for_one(server: Scripted, client: JoMobileClient) -> None:
    assert found(server, client, record(FIRST, "a"), record(FIRST, "b")) == {}


def test_nothing_is_looked_up_without_the_time_of_the_attempt(client: JoMobileClient) -> None:
    with pytest.raises(errors.Unsupported):
        client.look_up(package(FIRST))
