"""Composing to a file of recipients in a real browser: picker by keyboard, counter, draft, plan, preview, dry run."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import picture, sign_in
from tests.running import Installation

ROWS = "number;name;day\n500100200;Ann;Monday\n500100201;Bob;Friday\n12;Nobody;Sunday\n"

pytestmark = pytest.mark.browser


def write(page: Page, file: Path) -> None:
    """Write a text with the picker, by keyboard alone, and choose the file."""
    page.fill("#id_name", "By name")
    page.locator("#id_policy").select_option("UNICODE")
    page.locator("#id_text").press_sequentially("żółw, ")
    page.locator("#tags summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("żółw, #last_name#")
    expect(page.locator("#id_text")).to_be_focused()
    page.set_input_files("#id_file", file)
    page.locator("#id_content").select_option("COLUMNS")


def replace(page: Page) -> None:
    """Let the counter spell the text plainly."""
    expect(page.locator("#strangers")).to_contain_text("ż")
    page.get_by_role("button", name="Replace them in the text").click()
    expect(page.locator("#id_text")).to_have_value("zolw, #last_name#")
    expect(page.locator("#strangers")).to_have_count(0)
    page.fill("#id_text", "Dear #1#, see you on #2#")
    page.locator("#id_policy").select_option("TRANSLITERATE")


def keep_template(page: Page) -> None:
    """Save the text as a template and take it from there."""
    name = f"Visit {(page.viewport_size or {'width': 0})['width']}"
    page.get_by_text("Save as template").click()
    page.locator("#templates input[name=name]").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#templates")).to_contain_text("The template is saved.")
    page.fill("#id_text", "")
    page.locator("#template").select_option(label=name)
    expect(page.locator("#id_text")).to_have_value("Dear #1#, see you on #2#")


def test_an_owner_writes_to_a_file_of_people_and_sees_what_each_reads(
    page: Page, panel: Installation, tmp_path: Path, pictures: Path
) -> None:
    (tmp_path / "people.csv").write_text(ROWS)
    sign_in(page, panel, "slave@demo.example")
    page.goto(f"{panel.url}/campaigns/new/")
    write(page, tmp_path / "people.csv")
    picture(page, pictures, "compose")
    replace(page)
    keep_template(page)
    page.get_by_role("button", name="See the plan").click()
    expect(page.locator("#plan[data-status=READY]")).to_be_visible()
    expect(page.locator("#file")).to_contain_text("1 rejected")
    page.locator("#previews input").fill("500100201")
    page.locator("#previews button").click()
    expect(page.locator(".sp-phone").last).to_contain_text("Dear Bob, see you on Friday")
    picture(page, pictures, "plan-of-file")
    page.get_by_role("link", name="Change", exact=True).click()
    expect(page.locator("#present-file")).to_contain_text("people.csv")
    picture(page, pictures, "compose-again")


def test_a_test_and_a_dry_run_tell_their_cost_first(page: Page, panel: Installation, pictures: Path) -> None:
    sign_in(page, panel, "slave@demo.example")
    page.goto(f"{panel.url}/campaigns/new/")
    page.fill("#id_name", "To two")
    page.fill("#id_text", "Hello")
    page.fill("#id_numbers", "500100200, 500100201")
    page.get_by_role("button", name="See the plan").click()
    expect(page.locator("#plan[data-status=READY]")).to_be_visible()
    page.get_by_label("Your own number").fill("500 000 100")
    page.get_by_role("button", name="See what it costs").click()
    expect(page.get_by_role("button", name="Send it for 3 points")).to_be_visible()
    picture(page, pictures, "test")
    page.get_by_role("link", name="No, go back").click()
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("#dry-run[data-status=READY]")).to_be_visible()
    expect(page.locator("#dry-points")).to_have_text("6")
    picture(page, pictures, "dry-run")
