"""The requirement files: everything is pinned by hash, and nothing says where it must come from."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.project.files import ROOT

FILES = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==[0-9][\w.+!-]*(?: ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")


def entries(name: str) -> list[str]:
    """Return the logical lines of a requirement file, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    return [" ".join(entry.split()) for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]


def pinned(name: str) -> set[str]:
    """Return the names of the packages that the file pins."""
    return {match[1] for entry in entries(name) if (match := PIN.fullmatch(entry))}


def direct(*lists: list[str]) -> set[str]:
    """Return the names of the packages that pyproject.toml asks for."""
    names = (re.match(r"[\w.-]+", wish) for wishes in lists for wish in wishes)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_a_version_with_hashes(name: str) -> None:
    assert entries(name)
    assert [entry for entry in entries(name) if not PIN.fullmatch(entry)] == []


@pytest.mark.parametrize("name", FILES)
def test_no_line_says_where_packages_come_from(name: str) -> None:
    text = (ROOT / name).read_text()
    option = r"^--?(?:index|extra-index|find-links|trusted-host|no-index|f |i )"
    host = r"\b[\w-]+\.(?:com|org|net|io|dev|internal|local)\b"
    assert re.findall(rf"://|@ file|{option}|{host}", text, re.MULTILINE) == []


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runs, develops = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    assert direct(runs) <= pinned("requirements.txt")
    assert direct(runs, develops) <= pinned("requirements-dev.txt")


def test_both_files_pin_the_same_versions() -> None:
    assert set(entries("requirements.txt")) <= set(entries("requirements-dev.txt"))
