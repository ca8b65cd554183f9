"""messages/reports and messages/view: states over virtual time, filters and pages."""

from __future__ import annotations

from typing import Any

import pytest

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller

DAY = 86400
FIELDS = {"id", "phone", "status", "queued", "sent", "delivered", "sender", "type", "text", "flash", "utf"}
FIELDS |= {"parts", "cost", "method", "mnc", "country", "network"}


@pytest.mark.parametrize(
    "ending, status, reason",
    [
        ("00", "delivered", None),
        ("01", "delivered", None),
        ("02", "undelivered", "wrong_number"),
        ("03", "undelivered", "message_expired"),
        ("04", "unsent", "unsupported_number"),
        ("05", "sent", None),
        ("06", "delivered", None),
        ("07", "delivered", None),
        ("08", "unsent", "number_is_blacklisted"),
        ("09", "sent", None),
        ("77", "delivered", None),
    ],
)
def test_the_end_of_the_number_decides_ss_18(
    caller: Caller, sim: Simulator, ending: str, status: str, reason: str | None
) -> None:
    caller.send(f"+485001002{ending}")
    sim.advance(60)
    (item,) = caller.call("messages/reports")["items"]
    assert (item["status"], item.get("reason")) == (status, reason)


@pytest.mark.parametrize("reason", ["message_rejected", "operator_error", ""])
def test_the_reason_of_undelivered_is_a_switch_ss_18(caller: Caller, sim: Simulator, reason: str) -> None:
    sim.settings("serwersms", undelivered_reason=reason)
    caller.send("+48500100202")
    sim.deliver_now()
    (item,) = caller.call("messages/reports")["items"]
    assert (item["status"], item.get("reason", "")) == ("undelivered", reason)


def test_a_delivery_takes_its_virtual_time(caller: Caller, sim: Simulator) -> None:
    sim.settings("simulator", delivery_delay=1000)
    caller.send("+48500100200")
    assert caller.statuses() == ["sent"]
    sim.advance(1001)
    assert caller.statuses() == ["delivered"]


def test_a_number_ending_in_09_is_two_hours_late(caller: Caller, sim: Simulator) -> None:
    caller.send("+48500100209")
    sim.advance(7100)
    assert caller.statuses() == ["sent"]
    sim.advance(120)
    assert caller.statuses() == ["delivered"]


def test_an_item_has_the_documented_fields(caller: Caller, sim: Simulator) -> None:
    (queued,) = caller.send("+48500100200")["items"]
    sim.deliver_now()
    reply = caller.call("messages/reports", id=queued["id"])
    assert reply["paging"] == {"page": 1, "count": 1}
    assert set(reply["items"][0]) == FIELDS


def test_501_ids_are_too_many_ss_17(caller: Caller) -> None:
    ids = [f"{number:010x}" for number in range(501)]
    assert caller.call("messages/reports", id=ids)["error"]["code"] == 1006
    assert caller.call("messages/reports", id=ids[:500])["items"] == []


@pytest.mark.parametrize(
    "filters, endings",
    [
        ({"phone": "500100202"}, ["02"]),
        ({"phone": ["+48500100200", "45616"]}, ["00", "16"]),
        ({"status": "unsent"}, ["16"]),
        ({"status": "pending"}, ["05"]),
        ({"type": "eco"}, []),
        ({"date_from": "2099-01-01"}, []),
        ({"date_to": "2001-01-01 00:00:00"}, []),
        ({"unique_id": "id05"}, ["05"]),
        ({"unique_id": "id05", "phone": "500100200"}, []),
    ],
)
def test_filters_choose(caller: Caller, sim: Simulator, filters: dict[str, Any], endings: list[str]) -> None:
    phones = ["+48500100200", "+48500100202", "+48500100205", "45616"]
    caller.send(phones, unique_id=["id00", "id02", "id05", "id16"])
    sim.deliver_now()
    items = caller.call("messages/reports", order="asc", **filters)["items"]
    assert [item["phone"][-2:] for item in items] == endings


def test_pages_are_counted_and_the_newest_come_first(caller: Caller) -> None:
    caller.send([f"+4850010{number}" for number in range(1100, 1105)])
    reply = caller.call("messages/reports", limit=2, page=2)
    assert reply["paging"] == {"page": 2, "count": 3}
    assert [item["phone"] for item in reply["items"]] == ["+48500101102", "+48500101101"]


def test_reports_are_archived_after_14_days(caller: Caller, sim: Simulator) -> None:
    caller.send("+48500100200", unique_id="old1")
    sim.advance(13 * DAY)
    assert caller.statuses(unique_id="old1") == ["delivered"]
    sim.advance(DAY + 1)
    assert caller.statuses(unique_id="old1") == []


def test_view_shows_one_message_or_says_that_there_is_none(caller: Caller) -> None:
    caller.send("+48500100200", unique_id="one1")
    assert caller.call("messages/view", unique_id="one1")["phone"] == "+48500100200"
    assert caller.call("messages/view", id="ffffffffff")["error"]["code"] == 1004
    assert caller.call("messages/view")["error"]["code"] == 1004


@pytest.mark.parametrize(
    "fields",
    [{"date_from": "yesterday"}, {"date_to": "0001-01-01"}, {"limit": "many"}, {"page": -1}, {"page": "²"}],
)
def test_a_filter_that_makes_no_sense_is_malformed(caller: Caller, fields: dict[str, Any]) -> None:
    caller.send("+48500100200")
    assert caller.call("messages/reports", **fields)["error"]["code"] == 1006
