"""The commands of a running installation: the heartbeat once, and the demo of an empty one."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import Account, Connection, User
from campaigns import demo
from campaigns.models import Campaign
from smspanel import clock
from smspanel.models import Lease, PeriodicRun
from smspanel.tick import PERIODIC
from tests.invariants import assert_all_hold
from tests.personas import People


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    """Keep what the demo writes, and look for a queue server, in a folder of this test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def tell(name: str, *arguments: str) -> Any:
    """Run a command with --json and return its answer."""
    said = io.StringIO()
    call_command(name, *arguments, "--json", stdout=said)
    return json.loads(said.getvalue())


def test_one_tick_runs_each_periodic_function_once_and_gives_the_lease_back(db: None) -> None:
    with clock.stop():
        for _ in range(2):
            call_command("tick", "--once")
    assert set(PeriodicRun.objects.values_list("name", flat=True)) == set(PERIODIC)
    assert PeriodicRun.objects.count() == len(PERIODIC)
    assert not Lease.objects.exists()


def test_the_demo_of_an_empty_installation_can_be_signed_in_to(db: None, data: Path) -> None:
    sign_ins = tell("demo", "--simulator-port", "9321")
    assert len(sign_ins) == 4
    for email, password in sign_ins.items():
        assert User.objects.get(email=email).check_password(password), email
    assert Account.objects.filter(kind=Account.Kind.SLAVE).count() == 2
    addresses = set(Connection.objects.values_list("base_url", flat=True))
    assert addresses == {f"http://127.0.0.1:{9321 + n}{'/api/rest/v2' * (n == 2)}" for n in range(1, 5)}
    assert set(Campaign.objects.values_list("state", flat=True)) == {"TO_SEND", "PLANNING"}
    assert stat.S_IMODE((data / "demo.json").stat().st_mode) == 0o600
    assert_all_hold()


def test_the_demo_is_made_once_and_tells_its_sign_ins_again(db: None) -> None:
    first = tell("demo")
    people = User.objects.count()
    assert tell("demo") == first
    assert User.objects.count() == people


def test_an_installation_with_people_gets_no_demo(people: People) -> None:
    assert tell("demo") == {}
    assert not demo.file().exists()
    assert not Connection.objects.exists()
