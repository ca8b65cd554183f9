"""Asks the index whether a version that is pinned has a known fault; an index that does not know is no failure."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PATIENCE = 120
"""Seconds."""


def known_faults(requirements: Path) -> list[str]:
    """Return what is known to be wrong with the requirements, and say loudly what could not be asked."""
    command = ["pip-audit", "--disable-pip", "--no-deps", "--format", "json", "--requirement", str(requirements)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        print("\n*** NOT ASKED for known faults: the index could not be reached. ***")
        return []
    faults, unasked = read(answer)
    if unasked:
        print(f"\n*** NOT ASKED for known faults of {len(unasked)} packages: the index does not tell. ***")
    return faults


def read(answer: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the faults that pip-audit's answer tells of, and the packages that it knows nothing of."""
    faults: list[str] = []
    unasked: list[str] = []
    for package in answer["dependencies"]:
        if "skip_reason" in package:
            unasked.append(package["name"])
        faults += [f"{package['name']} {package['version']}: {one['id']}" for one in package.get("vulns", [])]
    return faults, unasked
