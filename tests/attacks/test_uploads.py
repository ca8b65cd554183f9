"""Hundreds of hostile files (G13): each is read or refused in words, within limits of memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests import proof
from tests.attacks.hostile import File, corpus
from tests.running import ROOT

MEMORY: Final = 300 * 1024
"""Kilobytes that a reading process may hold."""
SECONDS: Final = 10.0
"""CPU seconds of the process that inspects and of the one that reads."""
SAMPLE: Final = 40
pytestmark = pytest.mark.crash


def read(folder: Path, file: File) -> dict[str, object]:
    """Let a process of its own read the file, and return what it took and said."""
    name, make = file
    path = folder / "stored"
    path.write_bytes(make())
    command = [sys.executable, "-m", "tests.contacts.reading_alone", str(path), name]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    told = json.loads(done.stdout) if done.returncode == 0 else {"crashed": done.stderr[-500:]}
    return {"name": name, "wall": time.monotonic() - began} | told


def harm(told: dict[str, object]) -> str:
    """Say what harm the file did, if any."""
    if "crashed" in told:
        return f"{told['name']}: {told['crashed']}"
    limits = {"kilobytes": MEMORY, "seconds": 2 * SECONDS, "wall": 6 * SECONDS, "leaked": 0}
    beyond = [name for name, most in limits.items() if float(str(told[name])) > most]
    if "Traceback" in str(told["problem"]):
        beyond.append("problem")
    return f"{told['name']}: {', '.join(f'{name} {told[name]}' for name in beyond)}" if beyond else ""


def test_there_are_hundreds() -> None:
    assert len(corpus(1)) >= 300


def test_each_is_refused_or_read_within_the_limits(tmp_path: Path, seed: int) -> None:
    files = corpus(seed)
    answers = [read(tmp_path, file) for file in (files if proof.LONG else files[:SAMPLE])]
    assert [found for found in map(harm, answers) if found] == []
    refused = [one for one in answers if one["problem"]]
    proof.record(
        "G13",
        "hostile files, each read by a process of its own",
        seed=seed,
        files=len(answers),
        refused_in_words=len(refused),
        read=len(answers) - len(refused),
        most_megabytes=max(int(str(one["kilobytes"])) for one in answers) // 1024,
        most_seconds_of_CPU=max(float(str(one["seconds"])) for one in answers),
    )
