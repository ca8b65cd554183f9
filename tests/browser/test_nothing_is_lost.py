"""What was typed is still there when the session had ended, and after "back"; in this tab alone, until it is saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PASSWORD, Owner, open_account, picture, see_plan, sign_in, write
from tests.running import Installation

pytestmark = pytest.mark.browser
KEPT = "Object.keys(sessionStorage).filter(key => key.startsWith('kept ') && sessionStorage[key].includes('state'))"
NOTHING = f"() => {KEPT}.length === 0"
TEXT = f"text => {KEPT}.some(key => sessionStorage[key].includes(text))"


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who writes."""
    return open_account(panel, "Forgets nothing")


def end_session(page: Page) -> None:
    """Let the session end, as it does by itself after a while."""
    page.context.clear_cookies(name=re.compile("session"))


def sign_in_again(page: Page, owner: Owner) -> None:
    """Fill in the sign-in page where it came by itself."""
    page.locator("#id_username").fill(owner.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#login-form button[type=submit]").click()


def test_what_was_sent_off_after_the_session_ended_is_there_after_signing_in(
    page: Page, panel: Installation, owner: Owner, tmp_path: Path, pictures: Path
) -> None:
    (tmp_path / "people.csv").write_text("500100202\n")
    sign_in(page, panel, owner.email)
    write(page, panel, "500100200", "500100201", name="Kept", text="Do not lose me", policy="UNICODE", priority="2")
    page.set_input_files("#id_file", tmp_path / "people.csv")
    end_session(page)
    page.get_by_role("button", name="Save the draft").click()
    sign_in_again(page, owner)
    expect(page.locator("#id_text")).to_have_value("Do not lose me")
    expect(page.locator("#id_numbers")).to_have_value("500100200\n500100201")
    expect(page.locator("#id_policy")).to_have_value("UNICODE")
    expect(page.locator("#id_priority")).to_have_value("2")
    expect(page.locator("#kept")).to_contain_text("Choose again: people.csv")
    picture(page, pictures, "nothing-is-lost")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    page.wait_for_function(NOTHING)


def test_who_goes_on_writing_is_told_that_the_session_ended(page: Page, panel: Installation, owner: Owner) -> None:
    sign_in(page, panel, owner.email)
    write(page, panel, "500100200", text="Half")
    end_session(page)
    page.locator("#id_text").fill("Half a sentence")
    expect(page.locator("#kept")).to_contain_text("Your session has ended.")
    page.get_by_role("link", name="Sign in again").click()
    sign_in_again(page, owner)
    expect(page.locator("#id_text")).to_have_value("Half a sentence")
    expect(page.locator("#counter")).to_contain_text("Half a sentence")


def test_back_from_the_plan_shows_the_draft(page: Page, panel: Installation, owner: Owner) -> None:
    sign_in(page, panel, owner.email)
    write(page, panel, "500100200", name="And back", text="Planned")
    see_plan(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+/edit/$"))
    expect(page.locator("#id_text")).to_have_value("Planned")
    expect(page.locator("#kept")).to_be_hidden()


def test_what_was_left_is_offered_and_forgotten_on_demand(page: Page, panel: Installation, owner: Owner) -> None:
    sign_in(page, panel, owner.email)
    write(page, panel, "500100200", text="Left in a hurry")
    page.wait_for_function(TEXT, arg="Left in a hurry")
    page.goto(f"{panel.url}/campaigns/new/")
    expect(page.locator("#id_text")).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_text")).to_have_value("Left in a hurry")
    page.goto(f"{panel.url}/campaigns/new/")
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#kept")).to_be_hidden()
    page.wait_for_function(NOTHING)


def test_signing_out_forgets_everything(page: Page, panel: Installation, owner: Owner) -> None:
    sign_in(page, panel, owner.email)
    write(page, panel, "500100200", text="Nobody else's business")
    page.wait_for_function(TEXT, arg="Nobody else's business")
    end_session(page)
    page.goto(f"{panel.url}/login/")
    page.wait_for_function(NOTHING)
