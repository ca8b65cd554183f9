"""The panel with the keyboard alone: from signing in to a sent campaign, the menu, and a form of a list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import MINUTES, PASSWORD, open_account, reaches, went
from tests.running import Installation

pytestmark = pytest.mark.browser

NUMBER = "48500110011"
MOST = 120
"""Presses after which a control is not reached any more."""
HAS_FOCUS = "one => one === document.activeElement"
LOOK = """one => {
  const style = getComputedStyle(one);
  return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
}"""


def reach(page: Page, control: Locator, key: str = "Tab") -> Locator:
    """Press a key until the control has the focus, and see that this is seen."""
    plain = control.evaluate(LOOK)
    for _ in range(MOST):
        page.keyboard.press(key)
        if control.evaluate(HAS_FOCUS):
            assert control.evaluate(LOOK) != plain, "Nobody sees where the focus is."
            return control
    raise AssertionError(f"{control} is not reached.")


def press(page: Page, control: Locator, key: str = "Enter") -> None:
    """Reach a control and press it."""
    reach(page, control)
    page.keyboard.press(key)


def skip(page: Page) -> None:
    """Skip the menu, as the first Tab of a page offers."""
    press(page, page.get_by_role("link", name="Skip to the content"))


def enter_by_keys(page: Page, panel: Installation, email: str) -> None:
    """Sign in."""
    page.goto(f"{panel.url}/login/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(email)
    reach(page, page.locator("#id_password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{panel.url}/")


def write_by_keys(page: Page) -> None:
    """Write a campaign to a number, with a choice in a list and a part that is folded."""
    skip(page)
    press(page, page.get_by_role("link", name="New campaign"))
    expect(page.locator("#id_text")).to_be_visible()
    skip(page)
    for name, said in (("name", "By keys"), ("text", "Hello"), ("numbers", NUMBER)):
        reach(page, page.locator(f"#id_{name}"))
        page.keyboard.type(said)
    press(page, page.locator("summary", has_text="Try a few messages"), "Space")
    expect(page.locator("#id_canary_size")).to_be_visible()
    press(page, page.get_by_role("button", name="See the plan"))


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_an_owner_signs_in_writes_confirms_and_watches(page: Page, panel: Installation) -> None:
    owner = open_account(panel, "Keys")
    enter_by_keys(page, panel, owner.email)
    write_by_keys(page)
    expect(page.locator("#plan[data-status=READY]")).to_be_visible(timeout=MINUTES)
    skip(page)
    press(page, page.get_by_role("button", name="Confirm and hold"), "Space")
    reaches(page, "FINISHED")
    assert went(panel, NUMBER) == [1]


def open_menu(page: Page) -> None:
    """Open the menu where it is folded away; the focus goes into it."""
    page.keyboard.press("Tab")
    menu = page.locator("#menu-open")
    if menu.is_visible():
        press(page, menu)
        expect(page.locator("#menu-close")).to_be_focused()


def test_the_menu_leads_to_the_contacts_and_a_contact_opens(page: Page, panel: Installation) -> None:
    owner = open_account(panel, f"Menu {(page.viewport_size or {'width': 0})['width']}")
    adds = f"from contacts.models import Contact; Contact.objects.create(account_id={owner.id}, msisdn='48500110012')"
    assert panel.manage("shell", "--no-imports", "-c", adds).returncode == 0
    enter_by_keys(page, panel, owner.email)
    open_menu(page)
    press(page, page.locator("#nav-sidebar a[href='/contacts/contact/']"))
    expect(page).to_have_url(f"{panel.url}/contacts/contact/")
    skip(page)
    press(page, page.locator("#result_list").get_by_role("link", name="48500110012"))
    first_name = page.locator("#id_first_name")
    expect(first_name).to_be_visible()
    reach(page, first_name)
    page.keyboard.type("Anna")
    press(page, page.locator("button[name=_save]"))
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_the_menu_the_own_links_and_the_filters_open_and_close(page: Page, panel: Installation) -> None:
    owner = open_account(panel, f"Open {(page.viewport_size or {'width': 0})['width']}")
    enter_by_keys(page, panel, owner.email)
    page.goto(f"{panel.url}/campaigns/campaign/")
    press(page, page.locator("a[role=button]", has_text="Filters"))
    expect(page.locator("#changelist-filter:focus-within")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter")).to_be_hidden()
    page.goto(f"{panel.url}/")
    open_menu(page)
    press(page, page.locator("#me"), "Space")
    reach(page, page.get_by_role("link", name="My security"))
    page.keyboard.press("Escape")
    expect(page.locator("#my-links")).to_be_hidden()
    expect(page.locator("#me")).to_be_focused()
    if page.locator("#menu-close").is_visible():
        page.keyboard.press("Escape")
        expect(page.locator("#nav-sidebar")).to_be_hidden()
        expect(page.locator("#menu-open")).to_be_focused()
