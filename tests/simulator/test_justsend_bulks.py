"""The life of a simulated bulk: its lists, its reports, cancelling, and approval."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from smspanel.simulator import Simulator
from tests.simulator.justsend import FIRST, NOON, SECOND, JustSendCaller

LATER = "2026-07-01T13:00:00+02:00"


@pytest.fixture
def caller(sim: Simulator) -> Iterator[JustSendCaller]:
    sim.set_clock(NOON)
    caller = JustSendCaller(sim)
    yield caller
    caller.session.close()


def test_a_bulk_waits_goes_out_and_arrives(caller: JustSendCaller, sim: Simulator) -> None:
    bulk = caller.bulk(sendDate=LATER)["id"]
    assert (caller.get(f"bulk/{bulk}")["bulkStatus"], caller.lists(bulk)) == ("TO_SEND", {"NOT_SENT": [FIRST]})
    sim.advance(3601)
    assert (caller.get(f"bulk/{bulk}")["bulkStatus"], caller.lists(bulk)) == ("FINISHED", {"NOT_CONFIRMED": [FIRST]})
    sim.advance(10)
    assert caller.lists(bulk) == {"DELIVERED": [FIRST]}


@pytest.mark.parametrize(
    ("ending", "word"),
    [("02", "NOT_DELIVERED"), ("03", "NOT_DELIVERED"), ("05", "NOT_CONFIRMED"), ("04", "NOT_SENT")],
)
def test_the_last_digits_decide_what_becomes_of_a_message(
    caller: JustSendCaller, sim: Simulator, ending: str, word: str
) -> None:
    number = f"485001002{ending}"
    bulk = caller.bulk(number, FIRST)["id"]
    sim.advance(10)
    assert caller.lists(bulk) == {"DELIVERED": [FIRST], word: [number]}
    status = "FINISHED_INCOMPLETE" if word == "NOT_SENT" else "FINISHED"
    assert caller.get(f"bulk/{bulk}")["bulkStatus"] == status
    assert {one["status"] for one in caller.get(f"bulk/retrieveBulkRecipientsStatuses/{bulk}")} == {"DELIVERED", word}


def test_js_25_an_empty_list_comes_as_a_list_or_as_an_error(caller: JustSendCaller, sim: Simulator) -> None:
    bulk = caller.bulk()["id"]
    assert caller.get(f"bulk/recipient/NOT_SENT/{bulk}") == []
    sim.settings("justsend", empty_list="error")
    assert caller.error("GET", f"bulk/recipient/NOT_SENT/{bulk}") == 103
    assert caller.error("GET", f"bulk/recipient/OTHER/{bulk}") == 321


def test_cancelling_gives_the_points_back_and_nothing_goes_out(caller: JustSendCaller, sim: Simulator) -> None:
    bulk = caller.bulk(sendDate=LATER)["id"]
    assert caller.call("PUT", f"bulk/cancel/{bulk}")["bulkStatus"] == "CANCELED"
    sim.advance(7200)
    assert (sim.air(), caller.get("payment/points")) == ([], 1_000_000)
    assert caller.lists(bulk) == {"NOT_SENT": [FIRST]}
    assert caller.error("PUT", f"bulk/cancel/{bulk}") == 107


def test_js_10_a_bulk_that_has_started_cannot_be_cancelled(caller: JustSendCaller) -> None:
    bulk = caller.bulk()["id"]
    reply = caller.exchange("PUT", f"bulk/cancel/{bulk}").json()
    assert (reply["errorId"], reply["responseCode"]) == (107, "INVALID_BULK_STATE")
    assert caller.error("PUT", "bulk/cancel/1") == 103


def test_a_bulk_waits_for_approval_until_the_switch_is_changed(caller: JustSendCaller, sim: Simulator) -> None:
    sim.settings("justsend", approval="to_pay")
    bulk = caller.bulk(FIRST, SECOND)
    assert (bulk["bulkStatus"], caller.lists(bulk["id"])) == ("TO_PAY", {"NOT_SENT": [FIRST, SECOND]})
    assert sim.air() == []
    sim.settings("justsend", approval="none")
    assert caller.get(f"bulk/{bulk['id']}")["bulkStatus"] == "FINISHED"
    assert sim.counts()["numbers"] == {FIRST: 1, SECOND: 1}


def test_a_waiting_bulk_can_be_cancelled(caller: JustSendCaller, sim: Simulator) -> None:
    sim.settings("justsend", approval="to_pay")
    caller.call("PUT", f"bulk/cancel/{caller.bulk()['id']}")
    sim.settings("justsend", approval="none")
    assert (caller.get("payment/points"), sim.air()) == (1_000_000, [])


def test_js_14_a_day_reports_its_bulks_by_name(caller: JustSendCaller, sim: Simulator) -> None:
    bulk = caller.bulk(FIRST, "48500100202")
    sim.advance(10)
    (report,) = caller.get("report/2026-07-01/2026-07-01")
    assert (report["bulkId"], report["bulkName"]) == (bulk["id"], bulk["name"])
    assert [report[key] for key in ("bulkSize", "sent", "delivered", "notDelivered", "notSent")] == [2, 2, 1, 1, 0]
    assert report["deliveredByOperator"] == {"POLAND_ORANGE": 1}
    assert caller.get(f"report/{bulk['id']}") == report
    assert caller.get("report/2026-07-02/2026-07-03") == []


def test_a_day_is_a_polish_day_and_a_wrong_one_is_error_400(caller: JustSendCaller, sim: Simulator) -> None:
    sim.settings("justsend", night_window=False)
    caller.bulk(sendDate="2026-07-01T23:00:00+00:00")
    assert caller.get("report/2026-07-01/2026-07-01") == []
    assert len(caller.get("report/2026-07-02/2026-07-02")) == 1
    assert caller.error("GET", "report/2026-7-1/2026-07-02") == 400


def test_a_bulk_may_show_late_in_the_report(caller: JustSendCaller, sim: Simulator) -> None:
    sim.settings("justsend", report_delay=60)
    caller.bulk()
    assert caller.get("report/2026-07-01/2026-07-01") == []
    sim.advance(61)
    assert len(caller.get("report/2026-07-01/2026-07-01")) == 1


def test_a_bulk_survives_a_lost_answer(caller: JustSendCaller, sim: Simulator) -> None:
    sim.fault("take_then_drop", "*/bulk/send", front="justsend")
    with pytest.raises(requests.ConnectionError):
        caller.bulk()
    assert [row["bulkName"][:5] for row in caller.get("report/2026-07-01/2026-07-01")] == ["k-42_"]
