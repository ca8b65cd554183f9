"""Choosing hours, speed and repetitions in a real browser."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import picture, sign_in
from tests.running import Installation

pytestmark = pytest.mark.browser


def write(page: Page) -> None:
    """Write a campaign with hours of its own, spread until they end."""
    page.fill("#id_name", "Evenly")
    page.fill("#id_text", "Come today")
    page.fill("#id_numbers", "500100200")
    expect(page.locator("#id_window_start")).to_be_hidden()
    page.locator("#when summary").focus()
    page.keyboard.press("Enter")
    page.fill("#id_window_start", "09:00")
    page.fill("#id_window_end", "17:00")
    page.locator("#id_spread_minutes").select_option("0")
    page.locator("#id_tolerance_minutes").select_option("15")


def test_an_owner_spreads_a_campaign_and_repeats_it(page: Page, panel: Installation, pictures: Path) -> None:
    sign_in(page, panel, "slave@demo.example")
    page.goto(f"{panel.url}/campaigns/new/")
    expect(page.locator("#compose")).to_contain_text("Times are those of Europe/Warsaw")
    write(page)
    picture(page, pictures, "when")
    page.get_by_role("button", name="See the plan").click()
    expect(page.locator("#plan[data-status=READY]")).to_be_visible()
    page.get_by_role("link", name="Repeat this campaign").click()
    expect(page.locator("#upcoming li")).to_have_count(5)
    page.locator("#id_rhythm").select_option("MONTHLY")
    page.fill("#id_day", "31")
    page.fill("#id_most", "3")
    expect(page.locator("#upcoming li")).to_have_count(3)
    page.fill("#id_ends_on", f"{date.today() - timedelta(days=400)}")
    expect(page.locator("#upcoming")).to_contain_text("before the start")
    page.fill("#id_ends_on", "")
    expect(page.locator("#upcoming li")).to_have_count(3)
    picture(page, pictures, "repetition")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#runs")).to_contain_text("Nothing was sent yet")
