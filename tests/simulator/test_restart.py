"""The simulator as a process: it starts, stops, is killed, and remembers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from smspanel.simulator import Simulator, SimulatorError
from smspanel.simulator.server import IDLE_SECONDS
from tests.simulator.caller import BEARER, Caller

Start = Callable[..., tuple[subprocess.Popen[str], dict[str, Any]]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    command = [
        sys.executable,
        "-m",
        "smspanel.simulator",
        "--port",
        "0",
        "--control",
        "--data",
        str(tmp_path),
    ]
    with contextlib.ExitStack() as running:

        def start_one(*options: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
            pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            process = running.enter_context(subprocess.Popen([*command, *options], **pipes))
            running.callback(process.kill)
            assert process.stdout
            return process, json.loads(process.stdout.readline())

        yield start_one


def send(ready: dict[str, Any]) -> Any:
    url = ready["fronts"]["serwersms"] + "/messages/send_sms"
    fields = {"phone": "500100200", "text": "x", "details": True}
    return requests.post(url, json=fields, headers=BEARER, timeout=60).json()["items"][0]["id"]


def test_the_journal_survives_a_kill(start: Start) -> None:
    process, ready = start()
    requests.post(ready["control"] + "/clock", json={"advance": 3600}, timeout=60)
    first = send(ready)
    process.kill()
    process.wait()
    _, ready = start()
    (sms,) = requests.get(ready["control"] + "/air", timeout=60).json()["messages"]
    assert (sms["provider_id"], sms["number"]) == (first, "48500100200")
    assert requests.get(ready["control"] + "/clock", timeout=60).json()["offset"] == 3600
    assert send(ready) != first


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_quickly_and_cleanly(start: Start, number: signal.Signals) -> None:
    process, ready = start()
    with requests.Session() as session:
        session.post(ready["fronts"]["serwersms"] + "/error/3103", headers=BEARER, timeout=60)
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < IDLE_SECONDS / 2
    assert process.stderr
    assert process.stderr.read() == ""


def test_the_same_seed_gives_the_same_ids(tmp_path: Path) -> None:
    ids = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        with Simulator(tmp_path / folder, seed=seed) as simulator:
            ids.append(Caller(simulator).send("500100200")["items"][0]["id"])
    assert ids[0] == ids[1] != ids[2]


def test_switches_from_the_command_line_are_used(start: Start) -> None:
    _, ready = start("--set", "serwersms.token=secret", "--set", "serwersms.full_limit=40")
    url = ready["fronts"]["serwersms"] + "/account/limits"
    reply = requests.post(url, json={}, headers={"Authorization": "Bearer secret"}, timeout=60).json()
    assert reply["items"][1]["value"] == "40"


def test_a_second_simulator_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Simulator(tmp_path), pytest.raises(SimulatorError, match="Another simulator uses"):
        Simulator(tmp_path)


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["--set", "nonsense"], "is not OWNER.SWITCH=VALUE"),
        (["--set", "serwersms.nonsense=1"], "serwersms has no switch nonsense"),
        (["--set", "serwersms.full_limit=many"], "cannot be 'many'"),
        (["--data", "/proc/nowhere"], "cannot be written"),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        (["--port", "99999"], "Cannot listen on 127.0.0.1:99999"),
    ],
)
def test_a_wrong_option_is_explained_without_a_traceback(tmp_path: Path, options: list[str], sentence: str) -> None:
    command = [sys.executable, "-m", "smspanel.simulator", "--port", "0", "--data", str(tmp_path), *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_it_runs_as_a_management_command(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "simulator", "--port", "0", "--data", str(tmp_path)]
    root = Path(__file__).parents[2]
    environment = os.environ | {"SMSPANEL_DATA": str(tmp_path / "var")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=environment) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(timeout=60) == 0
    assert ready["control"] is None
