"""Queued faults: what the caller sees, and whether the SMS went out all the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from smspanel.simulator import Simulator, SimulatorError
from tests.jobs.conftest import wait_until
from tests.simulator.caller import BEARER, Caller

SMS = {"phone": "+48500100200", "text": "x"}


def send(caller: Caller, **options: Any) -> requests.Response:
    return caller.post("messages/send_sms.json", json=SMS, **options)


@pytest.mark.parametrize("action, taken", [("take_then_drop", 1), ("drop_before", 0)])
def test_a_dropped_connection_may_have_taken_the_message_ss_16(
    caller: Caller, sim: Simulator, action: str, taken: int
) -> None:
    sim.fault(action)
    with pytest.raises(requests.ConnectionError):
        send(caller)
    assert len(sim.air()) == taken
    assert sim.journal()[0]["taken"] == taken
    assert send(caller).json()["queued"] == 1


@pytest.mark.parametrize(
    "fault, status, body",
    [
        ({"action": "html"}, 502, b"<h1>Bad Gateway</h1>"),
        ({"action": "empty"}, 200, b""),
        ({"action": "null"}, 200, b"null"),
        ({"action": "bom"}, 200, b'\xef\xbb\xbf{"success":true'),
        ({"action": "duplicate_key"}, 200, b'{"success":null,"success":true,"queued":1'),
        ({"action": "garbage"}, 200, b"\xff\xfe"),
        ({"action": "status"}, 503, b""),
        ({"action": "status", "status": 429, "body": "slow down"}, 429, b"slow down"),
    ],
)
def test_a_broken_reply_is_what_was_asked_for(
    caller: Caller, sim: Simulator, fault: dict[str, Any], status: int, body: bytes
) -> None:
    sim.fault(**fault)
    response = send(caller)
    assert response.status_code == status
    assert body in response.content
    assert (body == b"") == (response.content == b"")
    assert len(sim.air()) == (fault["action"] != "status")


@pytest.mark.parametrize("take", [True, False])
def test_a_server_error_may_have_taken_the_message_or_not(caller: Caller, sim: Simulator, take: bool) -> None:
    sim.fault("html", take=take)
    send(caller)
    assert len(sim.air()) == take


def test_a_truncated_reply_ends_in_the_middle(caller: Caller, sim: Simulator) -> None:
    sim.fault("truncate")
    with pytest.raises(requests.exceptions.RequestException):
        send(caller)
    assert len(sim.air()) == 1


def test_a_late_reply_makes_the_caller_time_out_after_the_message_was_taken(caller: Caller, sim: Simulator) -> None:
    sim.fault("delay", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        send(caller, timeout=0.3)
    wait_until(lambda: any(entry["decision"] for entry in sim.journal()))
    assert len(sim.air()) == 1


def test_stopping_does_not_wait_for_a_late_reply(tmp_path: Path) -> None:
    with Simulator(tmp_path) as simulator:
        simulator.fault("delay", seconds=30)
        with pytest.raises(requests.ReadTimeout):
            send(Caller(simulator), timeout=0.3)
        began = time.monotonic()
    assert time.monotonic() - began < 20


def test_a_throttled_reply_says_when_to_come_back(caller: Caller, sim: Simulator) -> None:
    sim.fault("status", status=429, retry_after=7)
    assert send(caller).headers["Retry-After"] == "7"


def test_a_fault_waits_for_its_path_its_turn_and_its_front(caller: Caller, sim: Simulator) -> None:
    sim.fault("status", path="/messages/*", times=2, after=1, front="serwersms")
    sim.fault("status", front="justsend")
    assert caller.post("account/limits.json", json={}).status_code == 200
    assert [send(caller).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert [fault["front"] for fault in sim.faults()] == ["justsend"]


def test_a_fault_without_an_end_lasts_until_it_is_cleared(caller: Caller, sim: Simulator) -> None:
    sim.fault("status", times=None)
    assert {send(caller).status_code for _ in range(3)} == {503}
    sim.clear_faults()
    assert send(caller).status_code == 200


def test_a_fault_with_a_share_meets_about_so_many_requests(caller: Caller, sim: Simulator) -> None:
    sim.fault("status", times=None, share=0.5)
    statuses = [send(caller).status_code for _ in range(60)]
    assert set(statuses) == {200, 503}
    assert 10 <= statuses.count(503) <= 50


@pytest.mark.parametrize(
    "values",
    [
        {"action": "explode"},
        {"action": "delay", "seconds": "long"},
        {"action": "delay", "colour": "red"},
        {"action": "drop_before", "take": True},
        {"action": "truncate", "take": False},
        {"action": "delay", "take": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sim: Simulator, values: dict[str, Any]) -> None:
    with pytest.raises(SimulatorError):
        sim.fault(**values)


def test_the_journal_names_the_fault(caller: Caller, sim: Simulator) -> None:
    sim.fault("status", status=503)
    caller.post("error/3103", json={}, headers=BEARER)
    (entry,) = sim.journal()
    assert (entry["fault"], entry["decision"], entry["status"]) == (
        "status 503, not taken",
        "not handled",
        503,
    )
