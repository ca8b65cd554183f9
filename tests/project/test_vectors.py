"""Every test vector of the four wire protocols is a test that carries its id in its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VECTORS = {"js": 25, "jo": 25, "hs": 26, "ss": 27}


def named() -> set[str]:
    """Return the ids that stand in names of tests, one or several in a name."""
    tests = (ROOT / "tests").rglob("test_*.py")
    names = (name for path in tests for name in re.findall(r"def (test_\w+)", path.read_text()))
    return {found for name in names for found in re.findall(r"(?:js|jo|hs|ss)_\d\d", name)}


@pytest.mark.parametrize("provider", VECTORS)
def test_every_vector_has_a_test(provider: str) -> None:
    wanted = {f"{provider}_{number:02}" for number in range(1, VECTORS[provider] + 1)}
    assert wanted - named() == set()
