"""Starting, stopping with Ctrl-C, and starting again."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.running import installation

pytestmark = pytest.mark.browser


def test_ctrl_c_leaves_no_process_and_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    with installation(tmp_path) as first:
        passwords = first.passwords
        assert requests.get(f"{first.url}/login/", timeout=60).status_code == 200
    assert first.processes() == []
    with installation(tmp_path) as second:
        assert second.passwords == passwords
        log = (tmp_path / "run.log").read_text()
        assert log.count("slave@demo.example") == 2
    assert second.processes() == []
    assert "SIGKILL" not in (tmp_path / "run.log").read_text()
