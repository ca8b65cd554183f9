"""A running installation and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.steps import WIDTHS, be_patient, sign_in
from tests.chromium import chromium
from tests.running import Installation, installation


@pytest.fixture(scope="session")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Everything that `make run` starts."""
    with installation(tmp_path_factory.mktemp("run")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, for one module."""
    with chromium() as running:
        yield running


@contextmanager
def _window(browser: Browser, width: int) -> Iterator[Page]:
    """Open an empty page that fails the test when a script fails or is blocked."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, accept_downloads=True)
    be_patient(context)
    troubles: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    yield opened
    context.close()
    assert troubles == []


@pytest.fixture(params=WIDTHS, ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """An empty page, at desktop and at phone width."""
    with _window(browser, request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def enter(browser: Browser, panel: Installation) -> Iterator[Callable[[str], Page]]:
    """Return the window of somebody who is signed in, at desktop width alone: one for each person and module."""
    with ExitStack() as windows:

        @cache
        def open_for(email: str) -> Page:
            window = windows.enter_context(_window(browser, next(iter(WIDTHS))))
            sign_in(window, panel, email)
            return window

        yield open_for


@pytest.fixture(scope="module")
def sound(panel: Installation) -> Iterator[None]:
    """Check, after the tests of a module, that every point and every message is accounted for."""
    yield
    check = panel.manage("check_invariants")
    assert check.returncode == 0, check.stdout


@pytest.fixture
def pictures() -> Path:
    """Where screenshots go, outside version control."""
    folder = Path(__file__).resolve().parents[2] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
