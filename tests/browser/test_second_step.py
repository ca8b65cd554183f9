"""The second step in a real browser: set up by the picture's secret, then asked for at the next sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import FITS, PASSWORD, open_account, picture, sign_in
from tests.running import Installation
from tests.second_step import App

pytestmark = pytest.mark.browser


def test_an_owner_sets_it_up_and_signs_in_with_a_recovery_code(page: Page, panel: Installation, pictures: Path) -> None:
    width = (page.viewport_size or {"width": 0})["width"]
    owner = open_account(panel, f"Careful {width}")
    sign_in(page, panel, owner.email)
    page.goto(f"{panel.url}/me/security/")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code with your secret")).to_be_visible()
    picture(page, pictures, "second-step")
    page.locator("#id_code").fill(App(page.locator("#secret").inner_text()).code())
    page.get_by_role("button", name="Turn it on").click()
    code = page.locator("#codes code").first.inner_text()
    picture(page, pictures, "recovery-codes")
    page.context.clear_cookies()
    page.goto(f"{panel.url}/login/?next=/points/")
    page.locator("#id_username").fill(owner.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#login-form button[type=submit]").click()
    page.locator("#id_code").fill(code)
    page.wait_for_function(FITS)
    page.locator("#code-form button[type=submit]").click()
    expect(page).to_have_url(f"{panel.url}/points/")
