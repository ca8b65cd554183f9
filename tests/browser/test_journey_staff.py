"""A morning of staff: in with a second step, what is in trouble and what waits, points by two, and as an owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import (
    PASSWORD,
    STAFF,
    Enter,
    Owner,
    again,
    change_account,
    fill,
    open_account,
    reaches,
    row,
    save,
    send,
    went,
)
from tests.running import Installation
from tests.second_step import App

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

NAME, NUMBER, ABOVE_THE_LIMIT = "MORNING", "48500130010", "100001"
MAKES = f"""
import json
from accounts import second_factor, tenants
from accounts.models import User
from smspanel import clock
from tests.second_step import with_second_step
person = tenants.add_person(email="morning@demo.example", password="{PASSWORD}", role=User.Role.ADMIN)
app, codes = with_second_step(person)
print(json.dumps(app.totp.secret))
"""


@dataclass(frozen=True)
class Morning:
    """A member of staff whose second step is on, in a window of their own."""

    page: Page
    app: App


@pytest.fixture(scope="module")
def morning(panel: Installation, browser: Browser) -> Iterator[Morning]:
    """Sign in with the password and then the code."""
    made = panel.manage("shell", "--no-imports", "-c", MAKES)
    assert made.returncode == 0, made.stderr
    app = App(json.loads(made.stdout))
    window = browser.new_context(viewport={"width": 1280, "height": 900})
    page = window.new_page()
    page.goto(f"{panel.url}/")
    fill(page, {"username": "morning@demo.example", "password": PASSWORD})
    page.locator("#login-form button[type=submit]").click()
    page.locator("#id_code").fill(app.code())
    page.locator("#code-form button[type=submit]").click()
    expect(page).to_have_url(f"{panel.url}/")
    yield Morning(page, app)
    window.close()


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who waits for staff."""
    return open_account(panel, "Journey staff")


def test_staff_see_how_connections_are_and_what_is_unclear(morning: Morning, panel: Installation) -> None:
    page = morning.page
    page.goto(f"{panel.url}/")
    expect(page.locator("a.sp-figure", has_text="Oldest work that is due").locator("strong")).not_to_have_text("…")
    page.get_by_role("link", name="SerwerSMS (simulator)").first.click()
    page.get_by_role("link", name="Test connection").click()
    again(page, lambda: page.get_by_text("Balance"))
    page.goto(f"{panel.url}/")
    page.get_by_role("link", name="Submissions with an unclear answer").click()
    expect(page.get_by_role("heading", name="Unclear submissions")).to_be_visible()


def ask(page: Page, panel: Installation) -> None:
    """Ask as an owner for a name, and confirm a campaign that is too dear."""
    page.goto(f"{panel.url}/campaigns/sender/add/")
    fill(page, {"name": NAME})
    save(page)
    send(page, panel, NUMBER, name="Waits for staff")
    reaches(page, "TO_PAY")


def test_staff_approve_a_name_and_a_campaign_from_the_first_page(
    enter: Enter, morning: Morning, panel: Installation, owner: Owner
) -> None:
    staff, page = morning.page, enter(owner.email)
    change_account(staff, panel, owner, {"approval_above": "1"})
    ask(page, panel)
    staff.goto(f"{panel.url}/")
    staff.get_by_role("link", name="Sender names to approve").click()
    row(staff, NAME, owner.name)().get_by_role("link", name=NAME).click()
    staff.get_by_role("link", name="Approve", exact=True).click()
    staff.get_by_role("button", name="Yes").click()
    expect(staff.get_by_text("Saved.")).to_be_visible()
    staff.goto(f"{panel.url}/")
    staff.get_by_role("link", name="Campaigns to approve").first.click()
    row(staff, "Waits for staff")().get_by_role("link", name="Waits for staff").click()
    staff.get_by_role("button", name="Approve", exact=True).click()
    reaches(page, "FINISHED")
    assert went(panel, NUMBER) == [1]


def test_many_points_are_granted_by_two(enter: Enter, morning: Morning, panel: Installation, owner: Owner) -> None:
    page, second = morning.page, enter(STAFF)
    page.goto(f"{panel.url}/points/{owner.id}/")
    before = int(page.locator("#available").inner_text().replace(",", ""))
    page.get_by_role("link", name="Top up").click()
    fill(page, {"points": ABOVE_THE_LIMIT, "memo": "Invoice 7"})
    page.locator("#main form button[type=submit]").last.click()
    expect(page.get_by_text("A colleague has to approve this.")).to_be_visible()
    second.goto(f"{panel.url}/accounts/grantrequest/")
    row(second, owner.name)().get_by_role("link").first.click()
    second.get_by_role("link", name="Approve", exact=True).click()
    second.get_by_role("button", name="Yes").click()
    second.goto(f"{panel.url}/points/{owner.id}/")
    expect(second.locator("#available")).to_have_text(f"{before + int(ABOVE_THE_LIMIT):,}")
    expect(row(second, "Invoice 7")()).to_be_visible()


def test_staff_see_the_panel_as_an_owner_under_a_banner_and_leave(
    morning: Morning, panel: Installation, owner: Owner
) -> None:
    page = morning.page
    page.goto(f"{panel.url}/accounts/user/?q={owner.email}")
    row(page, owner.email)().get_by_role("link").first.click()
    page.get_by_role("link", name="See the panel as this person").click()
    fill(page, {"reason": "They called"})
    page.locator("#main form button[type=submit]").last.click()
    expect(page.locator("#seen-as")).to_contain_text(f"You are seeing this as {owner.name}")
    page.goto(f"{panel.url}/campaigns/campaign/")
    expect(page.locator("#seen-as")).to_be_visible()
    expect(row(page, "Waits for staff")()).to_be_visible()
    page.locator("#seen-as").get_by_role("button", name="Stop").click()
    expect(page.locator("#seen-as")).to_have_count(0)
    page.goto(f"{panel.url}/accounts/auditentry/")
    expect(row(page, "They called")().first).to_be_visible()
