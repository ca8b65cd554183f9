"""The project as a whole: nothing leads outside it, nothing happens by signal, and all list the same processes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.project.files import ROOT, name_of, procfile, project_files, sources

# Put together here, so that this file does not name them itself.
OUTSIDE = [f"/{'work'}/", *(f"{'shared'}/{name}" for name in ("lab", "seeds")), f"{'DESIGN'}.md", f"{'reliability'}.md"]
TEXT = {".py", ".md", ".html", ".css", ".js", ".txt", ".toml", ".yaml", ".yml", ".svg", ".service", ".target", ""}
DEMO_ONLY = {"simulator"}


def test_no_file_leads_outside_the_project() -> None:
    texts = [path for path in project_files() if path.suffix in TEXT]
    assert len(texts) > 200
    found = [(name_of(path), word) for path in texts for word in OUTSIDE if word in path.read_text(errors="replace")]
    assert found == []


def imported(path: Path) -> set[str]:
    """Return the modules and names that a file imports, dotted."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_nothing_happens_by_signal() -> None:
    assert len(sources()) > 100
    signal = re.compile(r"django\.(dispatch|[a-z.]+\.signals)\b|django\.[a-z.]*\bsignals$")
    assert [(name_of(path), name) for path in sources() for name in imported(path) if signal.match(name)] == []


def test_compose_runs_the_processes_of_the_procfile() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert set(services) - {"prepare", "postgres"} == set(procfile()) - DEMO_ONLY
    for name in set(procfile()) - DEMO_ONLY - {"valkey"}:
        assert services[name]["command"] == [name]
        assert services[name]["init"] is True


def test_the_target_of_systemd_runs_the_processes_of_the_procfile() -> None:
    wanted = re.findall(r"smspanel@([a-z]+)\.service", (ROOT / "deploy" / "smspanel.target").read_text())
    assert sorted(wanted) == sorted(set(procfile()) - DEMO_ONLY)


def test_the_operators_read_about_every_process() -> None:
    text = (ROOT / "docs" / "operators.md").read_text()
    section = text.partition("\n## Processes\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE)) == set(procfile())


def test_every_queue_has_a_worker() -> None:
    workers = {command.split()[-1] for command in procfile().values() if "manage.py worker" in command}
    assert workers == set(settings.QUEUES)


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_only_images_come_from_outside(name: str) -> None:
    text = re.sub(r"^.*(SMSPANEL_PUBLIC_URL|127\.0\.0\.1).*$", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    assert re.findall(r"https?://\S+|--\S*index-url\S*", text) == []


def test_the_image_holds_every_package_of_the_panel() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} <= copied


def test_the_image_holds_the_guides() -> None:
    assert re.search(r"^COPY docs docs$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert "!docs" in (ROOT / ".dockerignore").read_text().splitlines()
