"""Messages that were there before months were known keep all they had, and what looks after them goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

from tests.running import ROOT

INDEXES = ["message_by_number", "message_by_provider_id", "message_by_state", "message_queue"]


def _migrated(address: str, folder: Path) -> dict[str, Any]:
    seen = {"DATABASE_URL": address, "SMSPANEL_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "smspanel.settings"}
    command = [sys.executable, "-m", "tests.campaigns.before_months"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | seen, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_messages_of_before_know_their_months(address: str, tmp_path: Path) -> None:
    told = _migrated(address, tmp_path)
    months = ["2026-03-01"] * 2 + ["2026-04-01"] * 2
    assert (told["months"], told["ids"], told["next"]) == (months, [1, 2, 3, 4], 5)
    assert (told["refuses"], told["triggers"], told["broken"]) == (True, True, [])
    assert told["indexes"] == [*INDEXES, "one_message_per_number"]
    if connection.vendor == "postgresql":
        assert told["tables"] == ["campaigns_message_2026_03"] * 2 + ["campaigns_message_2026_04"] * 2
