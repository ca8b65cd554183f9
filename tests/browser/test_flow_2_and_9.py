"""The plan before it is paid, what happened beside it, and the reports that add it up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    Enter,
    Owner,
    cells,
    confirm,
    figure,
    look,
    open_account,
    reaches,
    reload_until,
    see_plan,
    write,
)
from tests.panel.sheets import sheet_of
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

ORANGE, PLUS, MISSING = "48500901001", "48601901001", "48500902002"
TEXT = "a" * 161
ALL = ["All", "3", "3", "2", "1", "0", "0", "6", "18"]
"""Messages, those sent, delivered, not delivered, without report, not sent; parts and points."""


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
    # The points are known when it is sent; the reports of the last message come later, and are counted later still.
    reload_until(page, lambda: cells(page.locator("#lines tfoot")) == ALL)
    lines = [cells(line) for line in page.locator("#lines tbody tr").all()]
    assert sorted(lines) == [
        ["Orange", "2", "2", "1 50.0 %", "1", "0", "0", "4", "12"],
        ["Plus", "1", "1", "1 100.0 %", "0", "0", "0", "2", "6"],
    ]
    look(page, pictures, "reports")
    page.set_viewport_size({"width": 1280, "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    rows = sheet_of(Path(download.value.path()).read_bytes())
    assert [str(cell) for cell in rows[-1]] == ALL
    page.locator("form[action='/reports/file/campaigns/'] button").click()
    ready = page.locator("#download[data-status=READY] a.primary")
    expect(ready).to_be_visible()
