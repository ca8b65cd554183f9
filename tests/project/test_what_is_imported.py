"""A process imports the pages of the panel when it needs them: the heartbeat never does, a worker for its jobs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT

PAGES = ("unfold.admin", "campaigns.admin", "smspanel.api.root")
FORK = """from rq import Worker
from smspanel.worker import BellWorker
class Forking(BellWorker):
    def __init__(self): pass
Worker.fork_work_horse = lambda *given: None
Forking().fork_work_horse(None, None)
"""


def imported(tmp_path: Path, code: str) -> set[str]:
    """Return which of the pages, and of the jobs, a new process has imported after it ran this code."""
    program = f"import sys, django\ndjango.setup()\n{code}\nprint(*sys.modules)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "smspanel.settings", "SMSPANEL_DATA": str(tmp_path)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split()) & {*PAGES, "campaigns.jobs"}


@pytest.mark.parametrize("code", ["import smspanel.management.commands.tick", "import smspanel.worker"])
def test_what_waits_for_work_has_no_page(tmp_path: Path, code: str) -> None:
    assert imported(tmp_path, code) == set()


def test_what_every_job_needs_is_imported_before_the_first_is_forked(tmp_path: Path) -> None:
    assert imported(tmp_path, FORK) == {*PAGES, "campaigns.jobs"}


def test_whoever_checks_the_code_checks_every_page(tmp_path: Path) -> None:
    checked = imported(tmp_path, "from django.contrib import admin\nassert admin.site.check(None) == []")
    assert {"unfold.admin", "campaigns.admin"} <= checked
