"""Every page that the three kinds of people reach: it fits, is light, and says nothing wrong to a screen reader.

With PICTURES it also draws each page into that folder (`make screenshots`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.steps import FITS, STAFF, WIDTHS, Enter
from tests.running import Installation

pytestmark = pytest.mark.browser

SOON = 30_000
HEAVIEST = 200_000
"""Bytes of a page as it comes over the wire; style, scripts and fonts are fetched once for all pages."""
TURNED = "!document.getAnimations().some(one => one instanceof CSSTransition)"
"""Colours change over a moment, and in it they are those of no page that anybody reads."""
RULES = {"runOnly": ["wcag2a", "wcag2aa"]}
LEADS_AWAY = re.compile(r"/(logout|healthz|downloads|static)|\.\w+$")
LINKS = "[...document.querySelectorAll('a[href]')].map(link => link.href)"
DARK, LIGHT = (f"document.documentElement.classList.{verb}('dark')" for verb in ("add", "remove"))
"""What unfold does once, while a page opens: it does not follow a browser whose scheme changes."""
FIRST_ROW = "document.querySelector('#result_list tbody a[href], main tbody a[href]')?.href"


def path_of(address: str) -> str:
    """Return the path of an address on the panel."""
    return urlsplit(address).path


def reached(page: Page, panel: Installation) -> Iterator[str]:
    """Open every page that the sidebar and the first page lead to, and the first row of every list; yield its path."""
    page.goto(f"{panel.url}/")
    waiting, seen = ["/", *sorted({path_of(one) for one in page.evaluate(LINKS) if one.startswith(panel.url)})], set()
    for path in waiting:
        if path in seen or LEADS_AWAY.search(path):
            continue
        seen.add(path)
        answer = page.goto(f"{panel.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert answer.request.sizes()["responseBodySize"] <= HEAVIEST, path
        if (row := page.evaluate(FIRST_ROW)) and row.startswith(panel.url):
            waiting.append(path_of(row))
        yield path


def complaints(page: Page) -> list[str]:
    """Return what is seriously wrong for people who do not see the page as others do."""
    page.wait_for_function(TURNED)
    found = Axe().run(page, options=RULES).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in serious]


def fits_soon(page: Page) -> bool:
    """Say whether nothing sticks out of the page, which takes a moment to know when it was just made narrow."""
    try:
        page.wait_for_function(FITS, timeout=SOON)
    except PlaywrightTimeout:
        return False
    return True


def draw(page: Page, who: str, path: str) -> None:
    """Draw the page into the folder of pictures, if there is one; what several people reach is drawn once."""
    if (folder := os.environ.get("PICTURES")) is None:
        return
    name = re.sub(r"\d+", "one", path.strip("/")).replace("/", "-") or f"first-{who}"
    width = (page.viewport_size or {"width": 0})["width"]
    if _drawn.setdefault(name, who) == who:
        page.screenshot(path=Path(folder) / f"{name}-{width}.jpg", type="jpeg", quality=60)


_drawn: dict[str, str] = {}


@pytest.mark.parametrize("who", ["owner", "master", "staff"])
def test_every_page_fits_and_is_for_everybody(enter: Enter, panel: Installation, who: str) -> None:
    page = enter({"owner": "slave@demo.example", "master": "master@demo.example", "staff": STAFF}[who])
    wrong: dict[str, list[str]] = {}
    for path in reached(page, panel):
        found = complaints(page)
        draw(page, who, path)
        page.evaluate(DARK)
        found += [f"dark: {one}" for one in complaints(page)]
        page.evaluate(LIGHT)
        for width, height in reversed(WIDTHS.items()):
            page.set_viewport_size({"width": width, "height": height})
            if not fits_soon(page):
                found.append(f"It does not fit into {width}.")
            if width == min(WIDTHS):
                draw(page, who, path)
        if found:
            wrong[path] = found
    assert wrong == {}
