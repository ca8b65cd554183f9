"""The plan before it is paid, what happened beside it, and the reports that add it up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    MINUTES,
    Enter,
    Owner,
    again,
    confirm,
    figure,
    look,
    open_account,
    reaches,
    see_plan,
    write,
)
from tests.panel.sheets import sheet_of
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

ORANGE, PLUS, MISSING = "48500901001", "48601901001", "48500902002"
TEXT = "a" * 161


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who looks before paying."""
    return open_account(panel, "Flow two")


def test_the_plan_is_shown_before_and_beside_what_happened_and_added_up_in_reports(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    write(page, panel, ORANGE, PLUS, MISSING, text=TEXT)
    see_plan(page)
    expect(page.locator("#operators")).to_contain_text("Orange")
    expect(page.locator("#operators")).to_contain_text("Plus")
    expect(page.locator("#lengths")).to_contain_text("2")
    expect(page.get_by_text("With 1 character less in the text it would take 9 points less.")).to_be_visible()
    assert (figure(page, "Parts"), figure(page, "Available afterwards")) == ("6", "982")
    look(page, pictures, "plan")
    confirm(page)
    reaches(page, "FINISHED", "FINISHED_INCOMPLETE")
    expect(page.get_by_role("row", name="Points 18 18")).to_be_visible()
    look(page, pictures, "plan-and-fact")
    added_up(page, panel, pictures)


def added_up(page: Page, panel: Installation, pictures: Path) -> None:
    """Read the same figures in the reports, by operator, and take them home."""
    page.goto(f"{panel.url}/reports/?by=operator")
    again(page, lambda: page.locator("#lines tfoot tr", has_text="18"))
    expect(page.locator("#lines tbody tr", has_text="Orange")).to_contain_text("2")
    expect(page.locator("#lines tbody tr", has_text="Plus")).to_contain_text("1")
    look(page, pictures, "reports")
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    rows = sheet_of(Path(download.value.path()).read_bytes())
    assert [str(cell) for cell in rows[-1][:3]] == ["All", "3", "3"]
    page.locator("form[action='/reports/file/campaigns/'] button").click()
    ready = page.locator("#download[data-status=READY] a.primary")
    expect(ready).to_be_visible(timeout=MINUTES)
