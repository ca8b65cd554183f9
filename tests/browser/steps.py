"""What people do at the running panel in several tests: sign in, write, confirm, watch, and look at what they see."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.running import Installation

MINUTES = 240_000
"""Milliseconds that anything may take: a slow machine is no defect, and what never comes fails all the same."""
STAFF = "staff@demo.example"
WIDTHS = {1280: 900, 390: 844}
PASSWORD = "correct horse battery"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
Enter = Callable[[str], Page]


@dataclass(frozen=True)
class Owner:
    """Somebody with an account of their own, so that what a test does to it harms no other test."""

    id: int
    name: str
    email: str
    key: str


def open_account(panel: Installation, name: str, points: int = 1_000) -> Owner:
    """Open a master account with so many points, which may send at every hour of the day."""
    email = f"{name.lower().replace(' ', '-')}@demo.example"
    said = {"name": name, "email": email, "password": PASSWORD, "opening_points": points}
    said |= {"kind": "MASTER", "master": None, "window_start": None, "window_end": None}
    code = f"from accounts import tenants; account, key = tenants.open_account(**{said}); print(account.pk, key)"
    done = panel.manage("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    pk, key = done.stdout.split()
    return Owner(int(pk), name, email, key)


def be_patient(context: BrowserContext) -> None:
    """Let everything in these windows, and whatever is expected of them, take its time."""
    expect.set_options(timeout=MINUTES)
    context.set_default_timeout(MINUTES)


def sign_in(page: Page, panel: Installation, email: str) -> None:
    """Sign in by the form."""
    page.goto(f"{panel.url}/")
    page.get_by_label("E-mail").or_(page.locator("#id_username")).first.fill(email)
    page.locator("#id_password").fill(panel.passwords.get(email, PASSWORD))
    page.locator("#login-form button[type=submit]").click()
    expect(page).to_have_url(f"{panel.url}/")


def picture(page: Page, pictures: Path, name: str) -> None:
    """Keep what the page looks like."""
    width = (page.viewport_size or {"width": 0})["width"]
    page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
    page.wait_for_function(FITS)  # a page that was just made narrow takes a moment


def look(page: Page, pictures: Path, name: str) -> None:
    """Keep what the page looks like at both widths."""
    for width, height in reversed(WIDTHS.items()):
        page.set_viewport_size({"width": width, "height": height})
        picture(page, pictures, name)


def choose(field: Locator, wanted: str) -> None:
    """Choose in a list by the value, or by what is shown."""
    values = field.locator("option").evaluate_all("options => options.map(option => option.value)")
    field.select_option(wanted) if wanted in values else field.select_option(label=wanted)


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Fill in boxes and choose in lists, by the names of the fields."""
    for name, value in values.items():
        field = page.locator(f"#id_{name}")
        kind = field.evaluate("field => field.type")
        if kind.startswith("select"):
            choose(field, value)
        elif kind == "checkbox":
            field.set_checked(value == "on", force=True)
        else:
            field.fill(value)


def save(page: Page) -> None:
    """Save a form of a table."""
    page.locator("button[name=_save]").click()
    expect(page.get_by_text(re.compile("was (added|changed) successfully"))).to_be_visible()


def change_account(page: Page, panel: Installation, owner: Owner, values: Mapping[str, str]) -> None:
    """Set as staff what only they may, under *Sending* of the account."""
    page.goto(f"{panel.url}/accounts/account/{owner.id}/change/")
    page.locator("[x-on\\:click*=sending]").click()
    fill(page, values)
    save(page)


def write(page: Page, panel: Installation, *numbers: str, **said: str) -> None:
    """Write a campaign to these numbers, unfolding everything that the composer folds."""
    page.goto(f"{panel.url}/campaigns/new/")
    page.evaluate("document.querySelectorAll('#compose details').forEach(part => part.open = part.id != 'tags')")
    fill(page, {"name": "Flow", "text": "Hello", "numbers": "\n".join(numbers)} | said)


def see_plan(page: Page) -> None:
    """Go on to the plan and wait until it is made."""
    page.get_by_role("button", name="See the plan").click()
    expect(page.locator("#plan[data-status=READY], #plan[data-status=REFUSED]")).to_be_visible()


def confirm(page: Page) -> None:
    """Confirm the plan."""
    page.get_by_role("button", name="Confirm and hold").click()
    expect(page.locator("#progress")).to_be_visible()


def send(page: Page, panel: Installation, *numbers: str, **said: str) -> None:
    """Write, plan and confirm a campaign."""
    write(page, panel, *numbers, **said)
    see_plan(page)
    confirm(page)


def reaches(page: Page, *states: str) -> None:
    """Watch a campaign until it is in one of the states."""
    wanted = ", ".join(f"#progress[data-state={state}]" for state in states)
    expect(page.locator(wanted)).to_be_visible()


def figure(page: Page, label: str) -> str:
    """Return a figure of the page by what is written above it."""
    card = page.locator(".sp-figure", has=page.locator("span", has_text=re.compile(f"^{re.escape(label)}$")))
    return (card.locator("strong").text_content() or "").strip()


def reload_until(page: Page, is_right: Callable[[], bool]) -> None:
    """Load the page again and again until what it shows is right."""
    until = time.monotonic() + MINUTES / 1000
    while not is_right():
        shown = page.locator("#main, body").first
        assert time.monotonic() < until, f"It never came: {page.url}\n{shown.inner_text()}"
        page.wait_for_timeout(250)
        page.reload()


def again(page: Page, wanted: Callable[[], Locator]) -> Locator:
    """Load the page again and again until it shows what is wanted."""
    reload_until(page, lambda: wanted().count() > 0)
    return wanted().first


def cells(of: Locator) -> list[str]:
    """Return what is written in the cells of a row, every white space as a blank."""
    return [" ".join(text.split()) for text in of.locator("td, th").all_inner_texts()]


def row(page: Page, *words: str) -> Callable[[], Locator]:
    """Return how to find the row of a table in which all of these words are."""

    def find() -> Locator:
        found = page.locator("tbody tr")
        for word in words:
            found = found.filter(has_text=word)
        return found

    return find


def went(panel: Installation, *numbers: str) -> list[int]:
    """Return how often each number got a message, by the simulator's journal."""
    counts = panel.simulator("counts")["numbers"]
    return [counts.get(f"+{number}", counts.get(number, 0)) for number in numbers]


def on_air(panel: Installation, number: str) -> list[dict[str, Any]]:
    """Return the messages that a number got, the oldest first."""
    found: list[dict[str, Any]] = panel.simulator(f"air?number={number}")["messages"]
    return found


def calls_about(panel: Installation, front: str, number: str) -> list[dict[str, Any]]:
    """Return the bodies of the submissions to a provider that name the number."""
    calls = panel.simulator(f"journal?front={front}&path=send&limit=100000")["requests"]
    return [json.loads(call["body"]) for call in calls if number in call["body"]]


def tell_simulator(panel: Installation, path: str, body: object) -> Any:
    """Post to the simulator's control plane."""
    address = f"http://127.0.0.1:{panel.simulator_port}/_sim/{path}"
    answer = requests.post(address, json=body, timeout=60)
    assert answer.ok, answer.text
    return answer.json()
