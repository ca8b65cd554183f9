"""deploy/process becomes one process of the Procfile, for systemd and for containers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.project.files import ROOT


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The script, installed beside a Procfile that tells what it was started with."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "Procfile").write_text(
        'web: echo ${SMSPANEL_BIND:-here} $SMSPANEL_PORT "$PWD"\nfails: sh -c "exit 7"\n'
    )
    return Path(shutil.copy(ROOT / "deploy" / "process", tmp_path / "deploy" / "process"))


def run(script: Path, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a process with only these variables."""
    environment = {"PATH": "/usr/bin:/bin"} | variables
    return subprocess.run([script, name], env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["web", "web-2"])
def test_a_process_starts_in_the_project_with_its_variables(installed: Path, name: str) -> None:
    assert run(installed, name).stdout == f"here 8000 {installed.parent.parent}\n"
    assert run(installed, name, SMSPANEL_BIND="::", SMSPANEL_PORT="80").stdout.startswith(":: 80 ")


def test_the_process_s_exit_code_is_kept(installed: Path) -> None:
    assert run(installed, "fails").returncode == 7


@pytest.mark.parametrize("name", ["we", "webs", "", "nothing"])
def test_an_unknown_process_is_refused_with_the_names_there_are(installed: Path, name: str) -> None:
    done = run(installed, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"There is no process called {name}. There are: web fails \n"
