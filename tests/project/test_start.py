"""`make run` gives all its processes one port and one address, whoever starts it, and refuses wrong ones first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT

COUNT = 3
TELL = f"""
import os, pathlib, time
from django.conf import settings
folder = pathlib.Path(__file__).parent
telling = folder / f"{{os.getpid()}}.telling"
telling.write_text(settings.PUBLIC_URL + " " + os.environ["SMSPANEL_PORT"])
telling.rename(telling.with_suffix(".told"))
while len(list(folder.glob("*.told"))) < {COUNT}:
    time.sleep(0.05)
"""
START = """
import os, sys
from smspanel import start
start.pin_addresses()
os.execvp("honcho", ["honcho", "--app-root", sys.argv[1], "start"])
"""
OURS = ("SMSPANEL_", "DATABASE_URL", "REDIS_URL", "PORT")


def run(data: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project with nothing of ours in its environment but these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    clean["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = clean | {"DJANGO_SETTINGS_MODULE": "smspanel.settings", "SMSPANEL_DATA": str(data)} | variables
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "http://127.0.0.1:8000 8000"),
        ({"PORT": "65535"}, "http://127.0.0.1:65535 65535"),
        ({"PORT": "", "SMSPANEL_PUBLIC_URL": ""}, "http://127.0.0.1:8000 8000"),
        ({"PORT": "8001", "SMSPANEL_PUBLIC_URL": "https://panel.example.com"}, "https://panel.example.com 8001"),
    ],
)
def test_every_process_of_honcho_has_the_same_address(tmp_path: Path, variables: dict[str, str], told: str) -> None:
    (tmp_path / "tell.py").write_text(TELL)
    lines = (f"p{n}: PYTHONPATH={ROOT} python {tmp_path}/tell.py\n" for n in range(COUNT))
    (tmp_path / "Procfile").write_text("".join(lines))
    done = run(tmp_path, sys.executable, "-c", START, str(tmp_path), **variables)
    assert [file.read_text() for file in tmp_path.glob("*.told")] == [told] * COUNT, done.stdout + done.stderr


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1"])
def test_a_wrong_port_of_the_simulator_is_refused_before_anything_is_made(tmp_path: Path, value: str) -> None:
    done = run(tmp_path, sys.executable, "-m", "smspanel.start", SMSPANEL_SIMULATOR_PORT=value)
    sentence = f"smspanel cannot start: SMSPANEL_SIMULATOR_PORT is {value!r}; "
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "1e12", "1 h"])
def test_a_wrong_offset_of_the_clock_is_refused_with_a_sentence(tmp_path: Path, value: str) -> None:
    done = run(tmp_path, sys.executable, "manage.py", "check", SMSPANEL_CLOCK_OFFSET=value)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"smspanel cannot start: SMSPANEL_CLOCK_OFFSET is {value!r}; ")
    assert done.stderr.count("\n") == 1
