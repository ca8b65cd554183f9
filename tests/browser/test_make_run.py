"""Starting, stopping with Ctrl-C, and starting again."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.jobs.conftest import wait_until
from tests.running import Installation, installation

pytestmark = pytest.mark.browser
ENDED = "from campaigns.models import Campaign; print(Campaign.objects.filter(state__startswith='FINISHED').exists())"


def has_sent(running: Installation) -> bool:
    """Say whether the demo's campaign has ended: a worker that is at it may finish its turn before it stops."""
    return running.manage("shell", "--no-imports", "-c", ENDED).stdout.strip() == "True"


def test_ctrl_c_leaves_no_process_and_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    with installation(tmp_path) as first:
        passwords = first.passwords
        assert requests.get(f"{first.url}/login/", timeout=60).status_code == 200
        wait_until(lambda: has_sent(first))
    wait_until(lambda: first.processes() == [])
    with installation(tmp_path) as second:
        assert second.passwords == passwords
        log = (tmp_path / "run.log").read_text()
        assert log.count("slave@demo.example") == 2
    wait_until(lambda: second.processes() == [])
    assert "SIGKILL" not in (tmp_path / "run.log").read_text()
