"""The examples of the page about the REST API, run as they stand against a running panel.

The simulator's own journal is the judge of what was sent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.steps import MINUTES, Enter, Owner, open_account, went
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

MESSAGE, CAMPAIGN, BY_PYTHON = "48500100200", ["48500100211", "48500100212"], ["48500100213", "48500100214"]


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who writes a program."""
    return open_account(panel, "Programmer")


@pytest.fixture(scope="module")
def page(enter: Enter, panel: Installation, owner: Owner) -> Page:
    """The page with the examples."""
    opened = enter(owner.email)
    opened.goto(f"{panel.url}/integration/")
    return opened


def run(command: list[str], example: str, **variables: str) -> str:
    """Run an example as somebody does who has copied it."""
    environment = {"PATH": os.environ["PATH"]} | variables
    done = subprocess.run(
        [*command, example], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(page: Page, example: str, owner: Owner, **variables: str) -> Any:
    """Run an example of the terminal, and return the data of the answer."""
    text = page.locator(f"#{example}").inner_text()
    envelope = json.loads(run(["sh", "-c"], text, APP_KEY=owner.key, **variables))
    assert (envelope["errorId"], envelope["message"]) == (0, "Successful")
    return envelope["data"]


def all_went(panel: Installation, before: list[int], *numbers: str) -> None:
    """Wait until every number has had one message more."""
    until = time.monotonic() + MINUTES / 1000
    wanted = [times + 1 for times in before]
    while (now := went(panel, *numbers)) != wanted and time.monotonic() < until:
        time.sleep(0.2)
    assert now == wanted


def test_the_examples_for_a_terminal_send_and_tell(page: Page, panel: Installation, owner: Owner) -> None:
    before = went(panel, MESSAGE, *CAMPAIGN)
    message = asked(page, "curl-message", owner)
    assert asked(page, "curl-report", owner, MESSAGE_ID=str(message))["messageId"] == message
    assert asked(page, "curl-campaign", owner)["bulkSize"] == len(CAMPAIGN)
    assert 0 < asked(page, "curl-points", owner) <= 1_000
    all_went(panel, before, MESSAGE, *CAMPAIGN)


def test_the_program_in_python_sends_and_tells(page: Page, panel: Installation, owner: Owner) -> None:
    before = went(panel, *BY_PYTHON)
    said = run([sys.executable, "-c"], page.locator("#python").inner_text(), APP_KEY=owner.key)
    assert [line.partition(":")[0] for line in said.splitlines()] == ["Message", "Campaign", "Points"]
    all_went(panel, before, *BY_PYTHON)


def test_a_wrong_key_is_told_in_one_sentence(page: Page) -> None:
    command = [sys.executable, "-c", page.locator("#python").inner_text()]
    environment = {"PATH": os.environ["PATH"], "APP_KEY": "wrong"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
