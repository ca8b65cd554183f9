"""Rules: a sender name that staff approve, a forbidden word, and campaigns that a second person lets go or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    STAFF,
    Enter,
    Owner,
    again,
    change_account,
    figure,
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

NAME = "FLOWFIVE"
THREE = ["48500501001", "48500501011", "48500501021"]


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who has to ask."""
    return open_account(panel, "Flow five")


def approve(page: Page, panel: Installation, owner: Owner, pictures: Path) -> None:
    """Approve as staff the name that the owner asked for, for one variant, with the agreement written down."""
    page.goto(f"{panel.url}/campaigns/sender/?status__exact=PENDING")
    again(page, row(page, NAME, owner.name)).get_by_role("link", name=NAME).click()
    page.get_by_label("FULL: your own sender name").check(force=True)
    fill(page, {"agreement": "DELIVERED", "agreement_note": "Letter 7"})
    look(page, pictures, "sender")
    save(page)
    again(page, row(page, NAME, owner.name)).get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Approve", exact=True).click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_name_is_asked_for_approved_for_a_variant_and_used(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    tell_simulator(panel, "senders", {"front": "serwersms", "name": NAME, "status": "authorized"})
    page = enter(owner.email)
    page.goto(f"{panel.url}/campaigns/sender/add/")
    fill(page, {"name": NAME})
    save(page)
    page.goto(f"{panel.url}/campaigns/new/")
    expect(page.locator("#id_sender option", has_text=NAME)).to_have_count(0)
    approve(enter(STAFF), panel, owner, pictures)
    write(page, panel, "48500502001", variant="PRO", sender=NAME)
    see_plan(page)
    expect(page.get_by_role("alert")).to_contain_text(f"The sender name {NAME} is not approved for PRO, but for FULL.")
    send(page, panel, "48500502001", variant="FULL", sender=NAME)
    reaches(page, "FINISHED")
    assert [message["sender"] for message in on_air(panel, "48500502001")] == [NAME]


def test_a_forbidden_word_is_refused_before_anything_is_held(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    staff, page = enter(STAFF), enter(owner.email)
    staff.goto(f"{panel.url}/campaigns/forbiddenword/add/")
    fill(staff, {"word": f"Łotr{owner.id}", "note": "Flow five"})
    save(staff)
    write(page, panel, "48500503001", text=f"You LOTR{owner.id}!")
    see_plan(page)
    expect(page.get_by_role("alert")).to_contain_text(f"łotr{owner.id}", ignore_case=True)
    expect(page.get_by_role("button", name="Confirm and hold")).to_have_count(0)
    look(page, pictures, "plan-refused")
    page.goto(f"{panel.url}/")
    assert figure(page, "Held for campaigns") == "0"
    assert went(panel, "48500503001") == [0]


def wait_for_approval(page: Page, staff: Page, panel: Installation, name: str) -> None:
    """Confirm a campaign that is too dear, and open it as staff."""
    send(page, panel, *THREE, name=name)
    reaches(page, "TO_PAY")
    staff.goto(f"{panel.url}/campaigns/waiting/")
    again(staff, row(staff, name)).get_by_role("link", name=name).click()


def test_what_is_dear_waits_until_staff_let_it_go_or_refuse_it(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    staff, page = enter(STAFF), enter(owner.email)
    change_account(staff, panel, owner, {"approval_above": "5"})
    wait_for_approval(page, staff, panel, "To be approved")
    expect(staff.locator("#waterfall tfoot")).to_contain_text("3")
    look(staff, pictures, "decide")
    assert went(panel, *THREE) == [0, 0, 0]
    staff.get_by_role("button", name="Approve", exact=True).click()
    reaches(page, "FINISHED")
    assert went(panel, *THREE) == [1, 1, 1]
    page.goto(f"{panel.url}/")
    available = figure(page, "Points available")
    wait_for_approval(page, staff, panel, "To be refused")
    staff.get_by_label("Why? The owner reads this.").fill("Ask us first")
    staff.get_by_role("button", name="Refuse and release the points").click()
    reaches(page, "CANCELED")
    expect(page.get_by_role("alert")).to_contain_text("Refused by the operator: Ask us first")
    look(page, pictures, "refused")
    page.goto(f"{panel.url}/")
    assert (figure(page, "Points available"), figure(page, "Held for campaigns")) == (available, "0")
    assert went(panel, *THREE) == [1, 1, 1]
