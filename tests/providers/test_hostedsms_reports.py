"""What HostedSMS says about messages afterwards, and when (protocols 3.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest

from smspanel import clock
from smspanel.providers import errors
from smspanel.providers.hostedsms import wire
from smspanel.providers.values import DeliveryState, Report
from tests.providers.hostedsms import IDS, client, reports
from tests.providers.scripted import Scripted, answer_json

ITEM: dict[str, object] = {
    "ReportId": "8f0e0000-0000-0000-0000-000000000001",
    "Phone": "48500501501",
    "MessageId": IDS[0],
    "Status": 1,
    "DeliveryTime": "2026-06-30T12:00:09",
}
FIVE_PAST = datetime(2026, 6, 30, 10, 5, tzinfo=UTC)


def asked(server: Scripted) -> list[list[tuple[str, str]]]:
    """Return the queries that arrived."""
    return [parse_qsl(urlsplit(request.target).query) for request in server.requests]


def test_hs_19_ids_are_asked_for_by_40_and_left_unread(server: Scripted) -> None:
    server.script(reports())
    ids = [f"{n:08x}-0000-0000-0000-000000000000" for n in range(45)]
    client(server).reports([ids[0].upper(), *ids])
    first, second = asked(server)
    assert first == [*(("MessageIds", one) for one in ids[:40]), ("MarkAsRead", "false")]
    assert second == [*(("MessageIds", one) for one in ids[40:]), ("MarkAsRead", "false")]
    assert server.requests[0].target.startswith("/FullApi/DeliveryReports?MessageIds=00000000-")
    assert server.requests[0].method == "GET"


@pytest.mark.parametrize(
    "status, state",
    [
        (1, DeliveryState.DELIVERED),
        (-1, DeliveryState.UNDELIVERED),
        (-2, DeliveryState.EXPIRED),
        (-3, DeliveryState.REJECTED),
        (0, DeliveryState.UNKNOWN),
        (7, DeliveryState.UNKNOWN),
        ("1", DeliveryState.DELIVERED),
        (True, DeliveryState.UNKNOWN),
        (None, DeliveryState.UNKNOWN),
    ],
)
def test_hs_20_a_status_is_translated(server: Scripted, status: object, state: DeliveryState) -> None:
    server.script(reports(ITEM | {"Status": status}))
    (report,) = client(server).reports([IDS[0]]).reports
    assert report.state is state


@pytest.mark.parametrize("spelling", [IDS[0].upper(), f"{{{IDS[0].upper()}}}", IDS[0]])
def test_hs_21_an_id_is_known_in_any_spelling(server: Scripted, spelling: str) -> None:
    server.script(reports(ITEM | {"MessageId": spelling}))
    (report,) = client(server).reports([IDS[0]]).reports
    assert (report.provider_id, report.msisdn) == (IDS[0], "48500501501")


def test_hs_22_the_same_report_twice_is_one(server: Scripted) -> None:
    other = ITEM | {"ReportId": "8f0e0000-0000-0000-0000-000000000002", "Status": -1}
    server.script(reports(ITEM, ITEM, other, {"Status": 1}))
    states = [report.state for report in client(server).reports([IDS[0]]).reports]
    assert states == [DeliveryState.DELIVERED, DeliveryState.UNDELIVERED]


@pytest.mark.parametrize(
    "current, delivered, moment",
    [
        pytest.param("2026-06-30T12:05:00", "2026-06-30T12:00:09", (10, 0, 9), id="HS-23"),
        ("2026-06-30T10:05:20", "2026-06-30T10:00:09", (10, 0, 9)),
        ("2026-06-30T12:05:00", "2026-06-30T12:00:09.1234567", (10, 0, 9)),
        ("2026-06-30T10:05:00Z", "2026-06-30T10:00:09Z", (10, 0, 9)),
        ("2026-06-30T12:05:00", "2026-06-30T12:00:09+02:00", (10, 0, 9)),
        ("/Date(1782813900000)/", "/Date(1782813609000)/", (10, 0, 9)),
        ("2019-01-01T00:00:00", "2026-06-30T12:00:09", (10, 0, 9)),
        (None, "2026-06-30T12:00:09", (10, 0, 9)),
        ("2026-06-30T12:05:00", None, None),
        ("2026-06-30T12:05:00", "yesterday", None),
    ],
)
def test_hs_23_the_zone_is_told_by_the_current_time(
    current: object, delivered: object, moment: tuple[int, int, int] | None
) -> None:
    zone, _ahead = wire.clock(current, FIVE_PAST)
    (report,) = wire.reports([ITEM | {"DeliveryTime": delivered}], zone).values()
    at = None if report.at is None else report.at.replace(microsecond=0)
    assert at == (None if moment is None else datetime(2026, 6, 30, *moment, tzinfo=UTC))


def test_polish_time_of_the_other_half_of_the_year_is_read_as_such() -> None:
    zone, _ahead = wire.clock("2026-06-30T12:05:00", FIVE_PAST)
    assert wire.moment("2026-01-01T12:00:00", zone) == datetime(2026, 1, 1, 11, tzinfo=UTC)
    fixed, _ahead = wire.clock("2026-06-30T10:05:00", FIVE_PAST)
    assert fixed == timezone(timedelta(0))


@pytest.mark.parametrize("ahead", [-90, 0, 90])
def test_the_clock_of_the_provider_is_compared_without_its_zone(server: Scripted, ahead: int) -> None:
    told = wire.local(clock.now() + timedelta(seconds=ahead))
    server.script(answer_json({"CurrentTime": told, "DeliveryReports": []}))
    asking = client(server)
    asking.reports([IDS[0]])
    assert asking.clock_offset is not None
    assert abs(asking.clock_offset - ahead) < 10


def test_hs_24_no_reports_change_nothing(server: Scripted) -> None:
    server.script(reports())
    assert client(server).reports(IDS).reports == ()
    assert [dict(query)["MarkAsRead"] for query in asked(server)] == ["false"]


@pytest.mark.parametrize("body", [{}, {"DeliveryReports": None}, {"DeliveryReports": {}}, []])
def test_an_answer_without_a_list_is_ambiguous(server: Scripted, body: object) -> None:
    server.script(answer_json(body))
    with pytest.raises(errors.Ambiguous):
        client(server).reports([IDS[0]])


def test_the_unread_feed_is_asked_for_bare(server: Scripted) -> None:
    server.script(reports(ITEM))
    assert client(server).unread_reports().reports == (
        Report(
            provider_id=IDS[0],
            state=DeliveryState.DELIVERED,
            raw_state="1",
            at=datetime(2026, 6, 30, 10, 0, 9, tzinfo=UTC),
            msisdn="48500501501",
        ),
    )
    client(server).mark_read([IDS[0]])
    assert [request.target for request in server.requests] == [
        "/FullApi/DeliveryReports",
        f"/FullApi/DeliveryReports?MessageIds={IDS[0]}&MarkAsRead=true",
    ]
