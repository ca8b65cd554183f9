"""JO Mobile's reports over virtual time: asked for, and pushed until they are accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.jomobile import JoCaller, ListReceiver, element

GOOD = "48500100200"
DAY = 86400
FIELDS = {"id_state", "originator", "phone", "type_sms", "text_sms", "num_parts", "part_no", "state", "time"}


@pytest.fixture
def jo(sim: Simulator) -> JoCaller:
    return JoCaller(sim)


@pytest.fixture
def receiver() -> Iterator[ListReceiver]:
    receiver = ListReceiver()
    yield receiver
    receiver.close()


@pytest.mark.parametrize(
    "ending, state",
    [("00", "DELIVRD"), ("02", "UNDELIV"), ("03", "EXPIRED"), ("05", "ENROUTE"), ("09", "ENROUTE")],
)
def test_the_end_of_the_number_decides(jo: JoCaller, sim: Simulator, ending: str, state: str) -> None:
    jo.send(f"485001002{ending}")
    assert jo.states() == ["ENROUTE"]
    sim.advance(60)
    assert jo.states() == [state]


def test_a_record_has_the_documented_fields_and_a_time_in_utc(jo: JoCaller, sim: Simulator) -> None:
    sim.set_clock("2026-06-30T10:00:00+00:00")
    data = jo.send(GOOD)
    sim.advance(60)
    (record,) = jo.records()
    assert set(record) == FIELDS
    assert (record["id_state"], record["time"]) == (data[GOOD][0]["id_state"], "2026-06-30 10:00:05")


@pytest.mark.parametrize("state, word", [("undelivered", "UNDELIV"), ("expired", "EXPIRED"), ("rejected", "REJECTD")])
def test_one_part_of_several_fails_where_the_switch_says_so_jo_23(
    jo: JoCaller, sim: Simulator, state: str, word: str
) -> None:
    sim.settings("jomobile", failing_part=1, failing_state=state)
    jo.send(GOOD, text="a" * 161)
    jo.send("48500100300")
    sim.advance(60)
    records = [(record["part_no"], record["num_parts"], record["state"]) for record in jo.records()]
    assert records == [(1, 2, word), (2, 2, "DELIVRD"), (1, 1, "DELIVRD")]


@pytest.mark.parametrize("lifetime, states", [(3600, ["EXPIRED"]), (10_000, ["DELIVRD"])])
def test_a_late_message_expires_after_its_lifetime_jo_16(
    jo: JoCaller, sim: Simulator, lifetime: int, states: list[str]
) -> None:
    jo.send("48500100209", lifetime=lifetime)
    sim.advance(3500)
    assert jo.states() == ["ENROUTE"]
    sim.advance(4000)
    assert jo.states() == states


@pytest.mark.parametrize(
    "filters, endings",
    [
        ({"phone": [GOOD]}, ["00"]),
        ({"phone": ["+48500100202", "5"]}, ["02"]),
        ({"sender": "Verify"}, ["05"]),
        ({"sender": "verify"}, []),
        ({"type_sms": "sms"}, ["00", "02", "05"]),
        ({"type_sms": "hlr"}, []),
        ({"state": ["UNDELIV", "EXPIRED"]}, ["02"]),
        ({"MCC": 260, "MNC": 3}, ["00", "02", "05"]),
        ({"MCC": 255}, []),
        ({"limit": 2}, ["00", "02"]),
        ({"limit": 2, "offset": 1}, ["05"]),
        ({"limit": None}, ["00", "02", "05"]),
        ({"time_period": "2026-06-30 00:00:00 - 2026-06-30 10:00:00"}, ["00", "02"]),
        ({"time_period": "2026-06-30 10:00:30 - 2026-06-30 23:59:59"}, ["05"]),
    ],
)
def test_filters_choose(jo: JoCaller, sim: Simulator, filters: dict[str, Any], endings: list[str]) -> None:
    sim.set_clock("2026-06-30T10:00:00+00:00")
    jo.send(GOOD, "48500100202")
    sim.advance(60)
    jo.send("48500100205", senderID="Verify")
    sim.advance(60)
    assert [record["phone"][-2:] for record in jo.records(**filters)] == endings


def test_a_period_that_makes_no_sense_is_refused(jo: JoCaller) -> None:
    for period in ("today", "2026-06-30 00:00:00", "2026-06-30 - x"):
        assert jo.refused("sms-full-data", {"time_period": period})[0] == 400


def test_messages_are_forgotten_after_three_days(jo: JoCaller, sim: Simulator) -> None:
    jo.send(GOOD)
    sim.advance(3 * DAY - 60)
    assert jo.states(phone=[GOOD]) == ["DELIVRD"]
    sim.advance(120)
    assert jo.states(phone=[GOOD]) == []


def test_the_list_may_be_in_an_object(jo: JoCaller, sim: Simulator) -> None:
    sim.settings("jomobile", full_data="object")
    jo.send(GOOD)
    assert jo.call("sms-full-data")["sms"][0]["phone"] == GOOD


def delivered(jo: JoCaller) -> None:
    jo.simulator.advance(10)
    jo.simulator.settle()


def test_reports_are_pushed_in_a_list_and_not_again_once_accepted_jo_20(jo: JoCaller, receiver: ListReceiver) -> None:
    jo.send(GOOD, "48500100202", callback_url=receiver.url)
    delivered(jo)
    (records,) = receiver.lists
    assert [(record["phone"], record["state"]) for record in records] == [(GOOD, "DELIVRD"), ("48500100202", "UNDELIV")]
    jo.simulator.advance(4000)
    jo.simulator.settle()
    assert len(receiver.lists) == 1


def test_the_webhook_of_the_cabinet_gets_what_names_no_other_address(
    jo: JoCaller, sim: Simulator, receiver: ListReceiver
) -> None:
    sim.settings("jomobile", webhook=receiver.url)
    jo.send(GOOD)
    jo.send("48500100300", delivery=False)
    delivered(jo)
    assert [record["phone"] for record in receiver.records] == [GOOD]


def test_a_part_that_was_not_accepted_is_pushed_alone_jo_21(jo: JoCaller, receiver: ListReceiver) -> None:
    first, second = (part["id_state"] for part in jo.send(GOOD, text="a" * 161, callback_url=receiver.url)[GOOD])
    receiver.refused_ids = {first}
    delivered(jo)
    receiver.refused_ids = set()
    jo.simulator.advance(301)
    jo.simulator.settle()
    assert [[record["id_state"] for record in records] for records in receiver.lists] == [[first, second], [first]]


def test_a_report_is_pushed_five_times_and_then_waits_for_resend(jo: JoCaller, receiver: ListReceiver) -> None:
    receiver.status = 500
    jo.send(GOOD, callback_url=receiver.url)
    for _ in range(7):
        jo.simulator.advance(301)
        jo.simulator.settle()
    assert len(receiver.lists) == 5
    receiver.status = 200
    assert jo.simulator.resend_all() == 1
    jo.simulator.settle()
    assert len(receiver.lists) == 6


def test_a_list_has_at_most_200_reports(jo: JoCaller, receiver: ListReceiver) -> None:
    for package in range(3):
        phones = [str(48_502_000_100 + 10 * (package * 90 + number)) for number in range(90)]
        jo.call("send", [element(*phones, callback_url=receiver.url)])
    delivered(jo)
    assert len(receiver.records) == 270
    assert max(len(records) for records in receiver.lists) <= 200


def test_parts_come_in_reverse_where_the_switch_says_so(jo: JoCaller, sim: Simulator, receiver: ListReceiver) -> None:
    sim.settings("jomobile", parts_reversed=True)
    jo.send(GOOD, text="a" * 161, callback_url=receiver.url)
    delivered(jo)
    assert [record["part_no"] for record in receiver.records] == [2, 1]


@pytest.mark.parametrize("ending, states", [("06", ["DELIVRD"] * 2), ("07", ["DELIVRD", "ENROUTE"]), ("05", [])])
def test_reports_come_twice_late_or_never(jo: JoCaller, receiver: ListReceiver, ending: str, states: list[str]) -> None:
    jo.send(f"485001002{ending}", callback_url=receiver.url)
    delivered(jo)
    assert [record["state"] for record in receiver.records] == states
