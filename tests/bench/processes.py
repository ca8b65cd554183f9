"""Processes of a benchmark that are told what to do by lines, and say by lines what they did."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

Process = subprocess.Popen[str]
ROOT: Final = Path(__file__).resolve().parents[2]


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Process]:
    """Run a module, and yield it once it has said its first line: that it is ready."""
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "smspanel.settings"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        hear(process)
        yield process


def tell(process: Process, line: object) -> None:
    """Write a line to it."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: Process) -> str:
    """Wait for its next line."""
    assert process.stdout is not None
    if not (line := process.stdout.readline()):
        raise RuntimeError("A process of the benchmark ended.")
    return line
