"""`manage.py backup` and `manage.py restore`, on a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.running import ROOT

Manage = Callable[..., Any]
BLOCK = """
from accounts.models import Account
from contacts import blacklist
blacklist.add(account=Account.objects.get(pk={account}), raw_numbers=["48500100200"], source="REPLY", actor=None)
"""
ASK = """
import json
from contacts import erasure
print(json.dumps(sorted(erasure.erased(account_id={account}, msisdns=["48500100200", "48500100201"]))))
"""


@pytest.fixture
def manage(address: str, tmp_path: Path) -> Manage:
    """Run a command on it and return its answer, or what it complains about."""
    environment = os.environ | {"DATABASE_URL": address, "SMSPANEL_DATA": str(tmp_path)}

    def run(*words: str) -> Any:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return json.loads(done.stdout or "null") if done.returncode == 0 else done.stderr

    return run


def add(manage: Manage, name: str) -> int:
    """Open an account with ten points and return its id."""
    words = ("--name", name, "--email", f"{name}@example.com", "--password", "correct horse", "--points", "10")
    made: dict[str, int] = manage("createaccount", "--json", "--kind", "master", *words)
    return made["id"]


def test_a_backup_is_restored_with_every_account_stopped(manage: Manage, tmp_path: Path) -> None:
    manage("migrate", "-v", "0")
    first, copy = add(manage, "first"), str(tmp_path / "copy")
    assert manage("backup", copy, "--json")["bytes"] > 10_000
    assert Path(copy).stat().st_mode & 0o077 == 0
    second = add(manage, "second")
    assert "already" in manage("backup", copy)
    assert "--replace" in manage("restore", copy)
    told = manage("restore", copy, "--replace", "--json")
    assert (told["accounts"], told["campaigns"], told["unclear"]) == (1, 0, 0)
    assert manage("points", str(first), "--json")["available"] == 10
    assert "CommandError" in manage("points", str(second))
    assert not any(manage("check_invariants", "--json").values())


def test_what_is_no_backup_replaces_nothing(manage: Manage, tmp_path: Path) -> None:
    manage("migrate", "-v", "0")
    account, nothing = add(manage, "first"), tmp_path / "nothing"
    assert "no file" in manage("restore", str(nothing), "--replace")
    nothing.write_bytes(b"nothing of ours " * 1_000)
    assert "CommandError" in manage("restore", str(nothing), "--replace")
    assert manage("points", str(account), "--json")["available"] == 10


def test_an_encrypted_backup_is_opened_by_the_keys_and_told_what_people_asked_for(
    manage: Manage, tmp_path: Path
) -> None:
    manage("migrate", "-v", "0")
    account, copy = add(manage, "first"), tmp_path / "copy"
    manage("backup", str(copy), "--encrypt", "--json")
    assert b"first@example.com" not in copy.read_bytes()
    assert not (tmp_path / "backup.part").exists()
    manage("shell", "-v", "0", "-c", BLOCK.format(account=account))
    told = manage("restore", str(copy), "--replace", "--json")
    assert (told["accounts"], told["erased"], told["unreadable"]) == (1, 0, 0)
    assert manage("shell", "-v", "0", "-c", ASK.format(account=account)) == ["48500100200"]
    assert manage("reapply", "--json") == {"erased": 0, "blocked": 0, "waiting": 0, "unreadable": 0}
    (tmp_path / "encryption_keys").write_text(Fernet.generate_key().decode())
    assert "No encryption key" in manage("restore", str(copy), "--replace")
