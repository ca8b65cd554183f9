"""The simulated post back: four shapes, repeated until they succeed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.justsend import FIRST, NOON, JustSendCaller, PostBack


@pytest.fixture
def receiver() -> Iterator[PostBack]:
    receiver = PostBack()
    yield receiver
    receiver.close()


@pytest.fixture
def caller(sim: Simulator, receiver: PostBack) -> Iterator[JustSendCaller]:
    sim.set_clock(NOON)
    sim.settings("justsend", postback_url=receiver.url)
    caller = JustSendCaller(sim)
    yield caller
    caller.session.close()


def pushed(caller: JustSendCaller, receiver: PostBack, seconds: float = 10) -> list[dict[str, Any]]:
    """Let so much time pass and return everything that was pushed."""
    caller.simulator.advance(seconds)
    caller.simulator.settle()
    return receiver.bodies


def test_js_16_a_report_names_the_number_and_an_odd_id_beyond_a_double(
    caller: JustSendCaller, receiver: PostBack
) -> None:
    bulk = caller.bulk()
    (report,) = pushed(caller, receiver)
    assert report.keys() == {"ackId", "msisdn", "operator", "deliveryStatus", "id", "deliveryTime"}
    assert (report["msisdn"], report["deliveryStatus"]) == (FIRST, "MESSAGE_DELIVERED")
    assert (report["ackId"] % 2, report["ackId"] > 2**53) == (1, True)
    assert report["id"] != bulk["id"]
    assert receiver.headers[0]["Content-type"] == receiver.headers[0]["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("02", ["MESSAGE_NOT_DELIVERED"]),
        ("03", ["UNDEFINED"]),
        ("05", []),
        ("06", ["MESSAGE_DELIVERED", "MESSAGE_DELIVERED"]),
        ("07", ["MESSAGE_DELIVERED", None]),
    ],
)
def test_reports_fail_stay_undefined_come_twice_or_out_of_order(
    caller: JustSendCaller, receiver: PostBack, ending: str, words: list[str | None]
) -> None:
    caller.bulk(f"485001002{ending}")
    bodies = pushed(caller, receiver)
    assert [body.get("deliveryStatus") for body in bodies] == words
    assert len({body["ackId"] for body in bodies if "ackId" in body}) <= 1


def test_js_20_the_end_of_a_bulk_is_told_by_its_name(caller: JustSendCaller, receiver: PostBack) -> None:
    bulk = caller.bulk("48500100205")
    (notice,) = pushed(caller, receiver, 30)
    assert notice.pop("deliveryTime")
    assert notice == {"bulkStatus": "FINISHED", "importedCount": 1, "name": "k-42", "id": bulk["id"]}


def test_js_18_a_single_is_told_when_it_is_handed_over(caller: JustSendCaller, receiver: PostBack) -> None:
    body = {"to": FIRST, "message": "Hi", "bulkVariant": "ECO"}
    message_id = caller.call("POST", "message/send", body)
    handover, report = pushed(caller, receiver)
    assert handover.keys() == {"msisdn", "operator", "deliveryTime", "id"}
    assert handover["id"] == report["id"] == message_id


def test_a_phone_answers_a_message_with_replies(caller: JustSendCaller, receiver: PostBack) -> None:
    prefix = {"id": 329, "name": "TUDORS", "dateTo": "2026-07-02T12:00:00"}
    caller.call("POST", "group/reservationPrefix", prefix)
    bulk = caller.bulk("48500100210", FIRST, **{"from": "TUDORS", "bulkVariant": "PRO_RESP"})
    (answer,) = [body for body in pushed(caller, receiver) if "idMsgContent" in body]
    assert (answer["idMsgContent"], answer["msisdn"], answer["prefix"]) == (bulk["id"], "48500100210", "TUDORS")
    (reply,) = caller.get("report/response/messages/TUDORS/2026-07-01/2026-07-01")
    assert (reply["msisdn"], reply["message"]) == ("48500100210", "TAK")


def test_js_17_a_report_is_repeated_every_five_minutes_until_it_succeeds(
    caller: JustSendCaller, receiver: PostBack
) -> None:
    receiver.status = 500
    caller.bulk()
    pushed(caller, receiver)
    assert len(pushed(caller, receiver, 200)) == 2  # the report, and by now the end of the bulk
    receiver.status = 200
    reports = [body for body in pushed(caller, receiver, 301) if "ackId" in body]
    assert len(pushed(caller, receiver, 1000)) == 4
    assert (len(reports), len({report["ackId"] for report in reports})) == (2, 1)


def test_a_cancelled_bulk_pushes_nothing(caller: JustSendCaller, receiver: PostBack) -> None:
    bulk = caller.bulk(sendDate="2026-07-01T13:00:00+02:00")
    caller.call("PUT", f"bulk/cancel/{bulk['id']}")
    assert pushed(caller, receiver, 7200) == []
