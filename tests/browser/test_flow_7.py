"""Replies: under a reserved prefix into inbox, group and a phone; stops, near misses, and the link to leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from smspanel import clock
from tests.browser.steps import (
    STAFF,
    Enter,
    Owner,
    again,
    be_patient,
    change_account,
    fill,
    look,
    on_air,
    open_account,
    reaches,
    row,
    save,
    see_plan,
    send,
    tell_simulator,
    went,
    write,
)
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

PREFIX, ITS_ID = "TUDORS", 329
ANSWERS = "48500701010"  # the simulated JustSend answers from numbers that end so
FORWARDED, STOPS, NEARLY, LEAVES = "48500702001", "48500703001", "48500703011", "48500703021"


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody to whom people write back."""
    return open_account(panel, "Flow seven")


@pytest.fixture(scope="module", autouse=True)
def written_back(enter: Enter, panel: Installation, owner: Owner) -> None:
    """Let two people write back to a provider that is only asked for replies now and then."""
    page = enter(owner.email)
    send(page, panel, STOPS, NEARLY)
    reaches(page, "FINISHED")
    for number, text in ((STOPS, "Stop."), (NEARLY, "sotp prosze")):
        answered = on_air(panel, number)[-1]["provider_id"]
        tell_simulator(panel, "replies", {"front": "serwersms", "number": number, "text": text, "answers": answered})


@pytest.fixture
def pushing(enter: Enter, panel: Installation) -> Iterator[None]:
    """Arrange with the simulated JustSend what staff arrange with the real one: the prefix, and where it pushes to."""
    staff = enter(STAFF)
    staff.goto(f"{panel.url}/accounts/connection/")
    staff.get_by_role("link", name="JustSend (simulator)").click()
    address = staff.locator(".sp-address").inner_text()
    tell_simulator(panel, "settings", {"justsend": {"postback_url": address, "night_window": False}})
    until = f"{clock.now() + timedelta(hours=24):%Y-%m-%dT%H:%M:%S}"
    there = f"http://127.0.0.1:{panel.simulator_port + 2}/api/rest/v2/group/reservationPrefix"
    body = {"id": ITS_ID, "name": PREFIX, "reservation": True, "dateTo": until}
    assert requests.post(there, json=body, headers={"App-Key": "sim-app-key"}, timeout=60).json()["errorId"] == 0
    yield
    tell_simulator(panel, "settings", {"justsend": {"postback_url": ""}})


def reserve(page: Page, staff: Page, panel: Installation, owner: Owner, pictures: Path) -> None:
    """Make a prefix and give the right to it as staff, and take it."""
    staff.goto(f"{panel.url}/campaigns/prefix/add/")
    fill(staff, {"name": PREFIX})
    save(staff)
    change_account(staff, panel, owner, {"may_use_prefixes": "on"})
    page.goto(f"{panel.url}/campaigns/prefix/")
    page.get_by_role("link", name=PREFIX, exact=True).click()
    page.get_by_role("link", name="Reserve", exact=True).click()
    look(page, pictures, "reserve")
    page.get_by_role("button", name="Reserve").click()
    expect(page.get_by_text(f"{PREFIX} is yours.")).to_be_visible()
    page.goto(f"{panel.url}/prefixes/calendar/")
    look(page, pictures, "calendar")


@pytest.mark.usefixtures("pushing")
def test_who_answers_under_a_prefix_is_in_the_inbox_in_a_group_and_passed_on(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    reserve(page, enter(STAFF), panel, owner, pictures)
    write(page, panel, ANSWERS, variant="PRO_RESP", text="Will you come? TUDORS yes", forward_numbers=FORWARDED)
    page.locator("#id_reservation").select_option(index=1)
    see_plan(page)
    page.get_by_role("button", name="Confirm and hold").click()
    reaches(page, "FINISHED")
    page.goto(f"{panel.url}/campaigns/reply/")
    found = again(page, row(page, ANSWERS, PREFIX))
    look(page, pictures, "replies")
    found.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/reply/\d+/"))
    again(page, lambda: page.get_by_text(f"Forwarded to a number: {FORWARDED} – Done"))
    page.goto(f"{panel.url}/contacts/group/")
    again(page, lambda: row(page, f"{PREFIX}_")().locator("td.field-show_size", has_text=re.compile(r"^\s*1\s*$")))
    page.goto(f"{panel.url}/replies/chart/")
    look(page, pictures, "reply-chart")
    page.goto(f"{panel.url}/campaigns/message/")
    again(page, row(page, FORWARDED, "Delivered"))
    assert went(panel, ANSWERS, FORWARDED) == [1, 1]


def blocked(page: Page, panel: Installation, number: str) -> None:
    """Wait until a number is on the blacklist."""
    page.goto(f"{panel.url}/contacts/blacklistentry/?q={number}")
    again(page, row(page, number))


def test_a_stop_blocks_at_once_and_what_is_nearly_one_when_a_person_says_so(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    blocked(page, panel, STOPS)
    page.goto(f"{panel.url}/")
    again(page, lambda: page.get_by_role("link", name="1 reply may ask to stop")).click()
    row(page, NEARLY, "sotp prosze")().get_by_role("link").first.click()
    page.get_by_role("link", name="Put on the blacklist").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    blocked(page, panel, NEARLY)
    write(page, panel, STOPS, NEARLY, LEAVES)
    see_plan(page)
    expect(row(page, "On the blacklist")()).to_contain_text("−2")
    expect(page.locator("#plan-recipients")).to_have_text("1")


def test_the_link_in_a_message_leads_out(enter: Enter, panel: Installation, owner: Owner, pictures: Path) -> None:
    page = enter(owner.email)
    send(page, panel, LEAVES, text="News. No more: #optout#")
    reaches(page, "FINISHED")
    link = on_air(panel, LEAVES)[-1]["text"].removeprefix("News. No more: ")
    assert link.startswith(f"{panel.url}/o/")
    browser = page.context.browser
    assert browser is not None
    stranger = browser.new_page()
    be_patient(stranger.context)
    stranger.goto(link)
    look(stranger, pictures, "opt-out")
    stranger.get_by_role("button", name="Yes, no more messages").click()
    expect(stranger.get_by_role("status")).to_contain_text("will not write to your number any more")
    stranger.context.close()
    blocked(page, panel, LEAVES)
    assert went(panel, LEAVES) == [1]
