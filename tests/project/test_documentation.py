"""The documents: their links lead somewhere, and what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from campaigns import calls
from smspanel.api import codes
from smspanel.api.codes import Code
from tests.project.files import ROOT, documents, name_of, sources

OURS = r"SMSPANEL_[A-Z_]*[A-Z]|DATABASE_URL|REDIS_URL|PORT"
OPERATORS = ROOT / "docs" / "operators.md"
API = ROOT / "docs" / "api.md"


def code_of(text: str) -> str:
    """Return what a document shows as code: fenced and indented blocks, and words in backticks."""
    fenced = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^(?: {4}|\t).+$", text, re.MULTILINE)
    return "\n".join([*fenced, *indented, *re.findall(r"`([^`\n]+)`", text)])


def anchors_of(document: Path) -> set[str]:
    """Return the anchors of a document's headings: explicit ones, and those that are made of their words."""
    headings = re.findall(r'^#+ (?:<a id="([^"]+)"></a>)?(.+)$', document.read_text(), re.MULTILINE)
    return {explicit or re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for explicit, words in headings}


def variables_read() -> set[str]:
    """Return the variables of the environment that the code, the Procfile and the Makefile read."""
    found: set[str] = set()
    for path in sources():
        text = path.read_text()
        found |= set(re.findall(rf'environ(?:\.get\(|\[)"({OURS})"', text))
        found |= set(re.findall(rf'environment\.\w+\(\s*"({OURS})"', text))
        found |= {f"{name}_FILE" for name in re.findall(rf'environment\.secret\(\s*"({OURS})"', text)}
    for name in ("Procfile", "Makefile", "deploy/process"):
        found |= set(re.findall(r"SMSPANEL_[A-Z_]*[A-Z]", (ROOT / name).read_text()))
    return found


def variables_described() -> set[str]:
    """Return the variables of the table in the operators' document."""
    rows = re.findall(r"^\| (`[^|]+`) \|", OPERATORS.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(rf"`({OURS})`", row)}


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_and_picture_is_there(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = document.parent / path if path else document
        assert file.is_file(), target
        assert ROOT in file.resolve().parents, target
        assert not anchor or anchor in anchors_of(file), target


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_make_target_that_is_named_can_be_made(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|\s)make ([a-z]+)", code_of(document.read_text()))) <= targets


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_management_command_that_is_named_exists(document: Path) -> None:
    assert set(re.findall(r"manage\.py ([a-z_]+)", code_of(document.read_text()))) <= set(get_commands())


def test_every_command_of_ours_is_described_to_operators() -> None:
    ours = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert ours <= set(re.findall(r"^\| `manage\.py ([a-z_]+)", OPERATORS.read_text(), re.MULTILINE))


def test_every_variable_that_is_read_is_described() -> None:
    assert {"PORT", "DATABASE_URL", "SMSPANEL_SECRET_KEY_FILE", "SMSPANEL_BIND"} <= variables_read()
    assert variables_read() - variables_described() == set()


def test_every_variable_that_is_described_is_read() -> None:
    assert variables_described() - variables_read() == set()


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_no_document_names_a_variable_that_is_not_described(document: Path) -> None:
    assert set(re.findall(r"SMSPANEL_[A-Z_]*[A-Z]", document.read_text())) <= variables_described()


def test_every_error_of_the_rest_api_is_described_with_its_word_and_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `([A-Z_]+)` \| (\d{3}) \|", API.read_text(), re.MULTILINE)
    described = [Code(int(number), word, int(status)) for number, word, status in rows]
    ours = [value for value in vars(codes).values() if isinstance(value, Code)]
    assert len(ours) > 20
    assert sorted(described, key=repr) == sorted(ours, key=repr)


def test_every_language_that_is_read_out_is_described() -> None:
    assert set(re.findall(r"[A-Z_]{5,}", API.read_text())) >= set(calls.LANGUAGES)


def test_the_document_of_the_rest_api_can_be_found() -> None:
    for name in ("README.md", "docs/owners.md", "docs/operators.md"):
        assert re.search(r"\]\((?:docs/)?api\.md\)", (ROOT / name).read_text()), name
