"""A day of a master: open a subaccount, give it points, see who runs low, and take the statement home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import FITS, PASSWORD, Enter, Owner, again, fill, open_account, reaches, row, send
from tests.panel.sheets import sheet_of
from tests.running import Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]


@pytest.fixture(scope="module")
def master(panel: Installation) -> Owner:
    """Somebody who has customers with accounts of their own."""
    return open_account(panel, "Journey master", points=5_000)


def open_subaccount(page: Page, panel: Installation, name: str) -> None:
    """Open a subaccount with an owner."""
    page.goto(f"{panel.url}/accounts/account/")
    page.locator("a[href='/accounts/account/add/']").first.click()
    email = f"{name.lower().replace(' ', '-')}@demo.example"
    fill(page, {"name": name, "email": email, "password": PASSWORD, "opening_points": "100"})
    page.locator("button[name=_save]").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.goto(f"{panel.url}/")
    expect(row(page, name)()).to_contain_text("100")


def give(page: Page, name: str, points: str) -> None:
    """Give it points from the first page, and see both balances before and after while they are typed."""
    row(page, name)().get_by_role("link", name="Move points").click()
    page.locator("#id_points").fill(points)
    expect(page.locator("#ends").get_by_role("row", name=re.compile(r"4,900 4,500$"))).to_be_visible()
    expect(page.locator("#ends").get_by_role("row", name=re.compile(r"100 500$"))).to_be_visible()
    page.locator("#transfer button[type=submit]").click()
    expect(page).to_have_url(re.compile("/points/$"))


def taken_home(page: Page) -> list[tuple[object, ...]]:
    """Download the statement as a spreadsheet."""
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    return sheet_of(Path(download.value.path()).read_bytes())


def test_a_master_opens_a_subaccount_gives_it_points_and_reads_the_statement(
    enter: Enter, panel: Installation, master: Owner
) -> None:
    page, name = enter(master.email), f"{master.name} shop"
    open_subaccount(page, panel, name)
    give(page, name, "400")
    page.goto(f"{panel.url}/")
    expect(row(page, name)()).to_contain_text("500")
    expect(page.locator("#available")).to_have_text("4,500")
    page.goto(f"{panel.url}/points/")
    expect(row(page, "−400", "4,500")()).to_be_visible()
    assert any("400" in str(cell) for line in taken_home(page) for cell in line)
    page.get_by_role("link", name="Print", exact=True).click()
    expect(page.get_by_role("heading", name="Statement of points")).to_be_visible()
    page.wait_for_function(FITS)


def sends_at_every_hour(panel: Installation, name: str) -> None:
    """Let the subaccount send at whatever hour the tests run."""
    free = "update(window_start=None, window_end=None)"
    code = f"from accounts.models import Account; Account.objects.filter(name={name!r}).{free}"
    assert panel.manage("shell", "--no-imports", "-c", code).returncode == 0


def test_a_master_sees_who_runs_low(enter: Enter, panel: Installation, master: Owner) -> None:
    page, name = enter(master.email), f"{master.name} kiosk"
    open_subaccount(page, panel, name)
    sends_at_every_hour(panel, name)
    slave = enter(f"{name.lower().replace(' ', '-')}@demo.example")
    send(slave, panel, *(f"485001200{number}" for number in range(10, 40)))
    reaches(slave, "FINISHED")
    page.goto(f"{panel.url}/")
    expect(again(page, row(page, name, "1 day"))).to_contain_text("10")
    expect(row(page, name)().locator(".sp-minus")).to_have_text("1 day")
    expect(page.locator("tr", has_text=f"{master.name} ").first).to_contain_text(name)
