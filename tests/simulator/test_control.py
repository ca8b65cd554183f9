"""The control plane over HTTP, and that it is off unless asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from smspanel.simulator import Simulator
from tests.simulator.caller import Caller


def get(sim: Simulator, name: str) -> Any:
    return requests.get(f"{sim.control_url}/{name}", timeout=60).json()


def post(sim: Simulator, name: str, values: Any = None) -> Any:
    return requests.post(f"{sim.control_url}/{name}", json=values or {}, timeout=60).json()


def test_everything_can_be_read(caller: Caller, sim: Simulator) -> None:
    caller.send(["+48500100200", "+48500100300"], colour="red")
    assert get(sim, "state")["totals"]["air"] == 2
    assert [sms["number"] for sms in get(sim, "air?number=%2B48500100200")["messages"]] == ["48500100200"]
    assert get(sim, "counts") == {"total": 2, "repeated": 0, "numbers": {"48500100200": 1, "48500100300": 1}}
    assert get(sim, "counts?number=48500100300")["numbers"] == {"48500100300": 1}
    assert [line["code"] for line in get(sim, "lint")["lint"]] == ["unknown_field"]
    assert [entry["taken"] for entry in get(sim, "journal?front=serwersms")["requests"]] == [2]
    assert get(sim, "pushes") == {"pushes": []}


def test_the_clock_is_set_and_advanced(sim: Simulator) -> None:
    assert post(sim, "clock", {"set": "2026-07-01T10:00:00+00:00"})["now"].startswith("2026-07-01T10:00")
    assert post(sim, "clock", {"advance": 3600})["now"].startswith("2026-07-01T11:00")
    assert get(sim, "clock")["now"].startswith("2026-07-01T11:00")


def test_messages_are_delivered_now(caller: Caller, sim: Simulator) -> None:
    caller.send(["+48500100209", "+48500100205"])
    assert post(sim, "deliver-now") == {"messages": 1}
    assert [sms["state"] for sms in get(sim, "air")["messages"]] == ["delivered", "sent"]
    assert post(sim, "resend-all") == {"reports": 0}


def test_a_phone_writes_back(caller: Caller, sim: Simulator) -> None:
    reply = {"front": "serwersms", "number": "+48 500 100 200", "text": "TAK", "to": "4321"}
    assert post(sim, "replies", reply) == {"id": 1}
    (item,) = caller.call("messages/received", type="nd")["items"]
    assert (item["phone"], item["text"], item["to_number"]) == ("+48500100200", "TAK", "4321")


def test_faults_are_queued_and_cleared(caller: Caller, sim: Simulator) -> None:
    assert len(post(sim, "faults", [{"action": "null"}, {"action": "html", "times": 3}])["faults"]) == 2
    assert caller.send("+48500100200") is None
    assert requests.delete(f"{sim.control_url}/faults", timeout=60).json() == {"faults": []}
    assert caller.send("+48500100200")["queued"] == 1


def test_switches_and_senders_are_changed(caller: Caller, sim: Simulator) -> None:
    assert post(sim, "settings", {"serwersms": {"full_limit": 5}})["serwersms"]["full_limit"] == 5
    post(sim, "senders", {"front": "serwersms", "name": "FIRMA", "status": "authorized"})
    assert caller.send("+48500100200", sender="FIRMA")["queued"] == 1


def test_a_reset_forgets_everything(caller: Caller, sim: Simulator) -> None:
    first = caller.send("+48500100200")["items"][0]["id"]
    sim.settings("serwersms", inactive=True)
    sim.advance(3600)
    state = post(sim, "reset")
    assert set(state["totals"].values()) == {0}
    assert (state["clock"]["offset"], state["settings"]["serwersms"]["inactive"]) == (0, False)
    assert caller.send("+48500100200")["items"][0]["id"] == first


@pytest.mark.parametrize(
    "name, values",
    [
        ("clock", {"set": "noon"}),
        ("clock", {"set": "2026-07-01T10:00:00"}),
        ("clock", {"jump": 1}),
        ("clock", {"advance": 1e30}),
        ("faults", {"action": "explode"}),
        ("faults", [1]),
        ("faults", {"action": "null", "self": 1}),
        ("settings", {"serwersms": {"inactive": 1}}),
        ("settings", {"nobody": {}}),
        ("settings", {"serwersms": 1}),
        ("senders", {"front": "nobody", "name": "A", "status": "b"}),
        ("senders", {"name": "A"}),
        ("replies", {"front": "nobody", "number": "48500100200", "text": "TAK"}),
        ("replies", {"front": "serwersms", "number": "48500100200"}),
        ("replies", {"front": "serwersms", "number": "48500100200", "text": 1}),
        ("replies", [1]),
    ],
)
def test_a_wrong_order_is_explained(sim: Simulator, name: str, values: Any) -> None:
    response = requests.post(f"{sim.control_url}/{name}", json=values, timeout=60)
    assert response.status_code == 400
    assert response.json()["error"]


def test_a_form_of_another_web_page_is_refused(sim: Simulator) -> None:
    response = requests.post(f"{sim.control_url}/reset", data={"a": "b"}, timeout=60)
    assert response.status_code == 400


def test_without_the_option_there_is_no_control_plane(tmp_path: Path) -> None:
    with Simulator(tmp_path) as simulator:
        assert requests.get(simulator.control_url + "/state", timeout=60).status_code == 404
        assert requests.post(simulator.control_url + "/reset", json={}, timeout=60).status_code == 404
        assert requests.get(simulator.phone_url, timeout=60).status_code == 200
