"""The simulated HostedSMS: reports, what is unread, times, and replies."""

from __future__ import annotations

import re

import pytest

from smspanel.simulator import Simulator
from tests.simulator.hostedsms import Hosted, hosted

__all__ = ["hosted"]
OUTCOMES = [f"485001002{ending}" for ending in ("00", "02", "03", "04", "05", "08")]


def test_a_report_comes_after_its_delay(hosted: Hosted, sim: Simulator) -> None:
    (message_id,) = hosted.send()["MessageIds"]
    assert hosted.reports(message_id, MarkAsRead="false") == []
    sim.advance(6)
    (report,) = hosted.reports(f"{{{message_id.upper()}}}", MarkAsRead="false")
    assert report.keys() == {"ReportId", "Phone", "MessageId", "Status", "DeliveryTime"}
    assert (report["Phone"], report["MessageId"], report["Status"]) == ("48500100200", message_id, 1)


def test_the_last_digits_decide_the_status(hosted: Hosted, sim: Simulator) -> None:
    ids = hosted.send(*OUTCOMES)["MessageIds"]
    sim.advance(6)
    statuses = {report["Phone"][-2:]: report["Status"] for report in hosted.reports(",".join(ids))}
    assert statuses == {"00": 1, "02": -1, "03": -2, "04": -3, "08": -3}


def test_an_unknown_id_is_no_error(hosted: Hosted) -> None:
    assert hosted.reports("120dea2d-0d2e-4d20-ba68-ff4939954db8") == []


def test_a_number_may_be_reported_twice_with_one_report_id(hosted: Hosted, sim: Simulator) -> None:
    ids = hosted.send("48500100206")["MessageIds"]
    sim.advance(6)
    first, second = hosted.reports(*ids)
    assert first == second


def test_only_a_marked_report_leaves_the_unread_feed(hosted: Hosted, sim: Simulator) -> None:
    first, second = hosted.send("48500100200", "48500100201")["MessageIds"]
    sim.advance(6)
    assert len(hosted.reports()) == len(hosted.reports()) == 2
    hosted.reports(first, MarkAsRead="false")
    assert len(hosted.reports(first, MarkAsRead="true")) == 1
    assert [report["MessageId"] for report in hosted.reports()] == [second]
    assert len(hosted.reports(first)) == 1


def test_the_bare_feed_marks_what_it_returns_where_the_switch_says_so(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", bare_marks_read=True)
    hosted.send()
    sim.advance(6)
    assert (len(hosted.reports()), len(hosted.reports())) == (1, 0)


def test_a_final_report_may_be_replaced_by_another(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", final_replaced=True)
    ids = hosted.send("48500100200", "48500100202")["MessageIds"]
    sim.advance(6)
    early = hosted.reports(*ids)
    sim.advance(61)
    late = hosted.reports(*ids)
    assert [report["Status"] for report in early + late] == [1, -1, -1, 1]
    assert not {report["ReportId"] for report in early} & {report["ReportId"] for report in late}
    assert late[0]["DeliveryTime"] > early[0]["DeliveryTime"]


def test_statuses_may_be_texts_and_times_null(hosted: Hosted, sim: Simulator) -> None:
    sim.settings("hostedsms", status_as_string=True, null_times=True)
    ids = hosted.send()["MessageIds"]
    sim.advance(6)
    (report,) = hosted.reports(*ids)
    assert (report["Status"], report["DeliveryTime"]) == ("1", None)


@pytest.mark.parametrize(
    "times, pattern",
    [("local", r"2026-07-01T12:00:0\d"), ("zulu", r"2026-07-01T10:00:0\dZ"), ("date", r"/Date\(178290000\d{4}\)/")],
)
def test_times_are_polish_unless_switched(hosted: Hosted, sim: Simulator, times: str, pattern: str) -> None:
    sim.settings("hostedsms", times=times)
    sim.set_clock("2026-07-01T10:00:00+00:00")
    assert re.fullmatch(pattern, hosted.send()["CurrentTime"])


def test_replies_are_listed_by_time_and_number(hosted: Hosted, sim: Simulator) -> None:
    sim.set_clock("2026-07-01T10:00:00+00:00")
    sim.reply("hostedsms", "+48 500 100 200", "TAK", to="48661000123")
    sim.advance(3600)
    sim.reply("hostedsms", "48500100201", "NIE", to="48661000124")
    sim.reply("serwersms", "48500100202", "elsewhere")

    def texts(**query: str) -> list[str]:
        items = hosted.call("GET", "FullApi/InputSmses", params=query).json()["InputSmses"]
        return [item["Message"] for item in items]

    assert texts() == ["TAK", "NIE"]
    assert texts(Limit="1") == ["TAK"]
    assert texts(From="2026-07-01T12:30:00") == ["NIE"]
    assert texts(To="2026-07-01T12:30:00") == ["TAK"]
    assert texts(Recipient="48661000124") == ["NIE"]
    assert "ErrorMessage" in hosted.call("GET", "FullApi/InputSmses", params={"From": "soon"}).json()
