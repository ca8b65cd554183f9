"""The journal has every request as it came."""

from __future__ import annotations

import base64

from smspanel.simulator import Simulator
from tests.simulator.caller import BEARER, Caller


def test_the_raw_bytes_and_the_decision_are_kept(caller: Caller, sim: Simulator) -> None:
    body = '{"phone":"500100200","text":"Zażółć"}'.encode()
    caller.post("messages/send_sms.json", data=body, headers=BEARER | {"Content-Type": "application/json"})
    (entry,) = sim.journal()
    raw = base64.b64decode(entry["raw_base64"])
    assert raw.startswith(b"POST /messages/send_sms.json HTTP/1.1\r\n")
    assert raw.endswith(b"\r\n\r\n" + body)
    assert ["Authorization", "Bearer sim-token"] in entry["headers"]
    assert (entry["decision"], entry["taken"], entry["status"]) == ("queued 1, unsent 0", 1, 200)


def test_requests_on_one_connection_are_kept_apart(caller: Caller, sim: Simulator) -> None:
    for code in (3101, 3103):
        caller.post(f"error/{code}", json={})
    first, second = (base64.b64decode(entry["raw_base64"]) for entry in sim.journal())
    assert (first.count(b"POST"), second.count(b"POST")) == (1, 1)


def test_entries_are_found_by_path_and_position(caller: Caller, sim: Simulator) -> None:
    for action in ("error/3101", "account/limits", "error/3103"):
        caller.post(action, json={})
    assert [entry["path"] for entry in sim.journal(path="error")] == ["/error/3101", "/error/3103"]
    assert [entry["id"] for entry in sim.journal(after=1, limit=1)] == [2]
    assert sim.journal(front="justsend") == []
