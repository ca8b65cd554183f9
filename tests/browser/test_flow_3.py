"""Kinds: flash, WAP push, business card and call; what nobody carries; priority and its surcharge; a cost centre."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    STAFF,
    Enter,
    Owner,
    calls_about,
    confirm,
    figure,
    fill,
    look,
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

FULL_PRICE, SURCHARGE = 6, 2


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody who sends everything that there is."""
    return open_account(panel, "Flow three")


def test_a_flash_and_a_wap_push_with_its_link_go_out(enter: Enter, panel: Installation, owner: Owner) -> None:
    page = enter(owner.email)
    send(page, panel, "48500301001", kind="FLASH", text="Evacuate")
    reaches(page, "FINISHED")
    assert [call["flash"] for call in calls_about(panel, "serwersms", "48500301001")] == [True]
    write(page, panel, "48500301011", kind="WAP_PUSH", text="Our menu", link="")
    page.get_by_role("button", name="See the plan").click()
    expect(page.get_by_text("Write the address that the message opens.")).to_be_visible()
    send(page, panel, "48500301011", kind="WAP_PUSH", text="Our menu", link="https://example.com/menu")
    reaches(page, "FINISHED")
    (call,) = calls_about(panel, "serwersms", "48500301011")
    assert (call["wap_push"], call["text"]) == ("https://example.com/menu", "Our menu")


def test_the_business_card_of_a_contact_goes_out(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    page.goto(f"{panel.url}/contacts/contact/add/")
    fill(page, {"msisdn": "500302991", "first_name": "Łucja", "last_name": "Nowak"})
    save(page)
    send(page, panel, "48500302001", kind="VCARD", text="", card="500 302 991")
    reaches(page, "FINISHED")
    look(page, pictures, "card-sent")
    (call,) = calls_about(panel, "serwersms", "48500302001")
    assert call["vcard"] is True
    assert "TEL;CELL:+48500302991" in call["text"].splitlines()


def test_a_landline_is_called_in_a_language(enter: Enter, panel: Installation, owner: Owner, pictures: Path) -> None:
    tell_simulator(panel, "settings", {"justsend": {"night_window": False}})
    page = enter(owner.email)
    write(page, panel, "48221234561", variant="VOICE", language="WELSH", max_count="2", pause="3", text="Bore da")
    expect(page.locator("#id_kind")).to_be_hidden()
    look(page, pictures, "compose-call")
    see_plan(page)
    confirm(page)
    reaches(page, "FINISHED")
    (call,) = calls_about(panel, "justsend", "48221234561")
    assert (call["bulkVariant"], call["language"], call["message"]) == ("VOICE", "WELSH", "Bore da")
    assert call["voiceRepeating"] == {"maxCount": "2", "pause": "3"}


def test_what_nobody_carries_is_refused_by_name_before_anything_is_held(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    write(page, panel, "48500303001", variant="PRO", sender="INFORMACJA", kind="VCARD", card="500302991")
    see_plan(page)
    for provider in ("JustSend", "JO Mobile"):
        expect(page.get_by_role("alert")).to_contain_text(f"{provider} cannot carry business cards.")
    expect(page.get_by_role("button", name="Confirm and hold")).to_have_count(0)
    look(page, pictures, "plan-nobody-carries")
    page.goto(f"{panel.url}/")
    assert figure(page, "Held for campaigns") == "0"
    assert went(panel, "48500303001") == [0]


def test_priority_costs_more_and_goes_fast(enter: Enter, panel: Installation, owner: Owner) -> None:
    staff, page = enter(STAFF), enter(owner.email)
    staff.goto(f"{panel.url}/campaigns/price/add/")
    price = {"variant": "FULL", "account": owner.name, "points": str(FULL_PRICE), "surcharge": str(SURCHARGE)}
    fill(staff, price)
    save(staff)
    write(page, panel, "48500304001", variant="FULL", sender="INFORMACJA", priority="2")
    see_plan(page)
    expect(page.locator("#plan-points")).to_have_text(str(FULL_PRICE + SURCHARGE))
    page.get_by_role("button", name="Confirm and hold").click()
    reaches(page, "FINISHED")
    assert [call["speed"] for call in calls_about(panel, "serwersms", "48500304001")] == [True]


def test_a_cost_centre_is_chosen_and_its_month_is_right(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    page = enter(owner.email)
    page.goto(f"{panel.url}/campaigns/costcentre/add/")
    fill(page, {"name": "Shop window", "monthly_budget": "10"})
    save(page)
    send(page, panel, "48500305001", "48500305002", cost_centre="Shop window")
    reaches(page, "FINISHED")
    page.goto(f"{panel.url}/campaigns/costcentre/")
    page.get_by_role("link", name="Costs by month").click()
    month = row(page, "Shop window")()
    expect(month).to_be_visible()
    cells = month.locator("td, th").all_inner_texts()
    assert {"6", "10"} <= set(cells)
    look(page, pictures, "cost-centre-months")
    write(page, panel, "48500305011", "48500305021", cost_centre="Shop window")
    see_plan(page)
    page.get_by_role("button", name="Confirm and hold").click()
    told = "The cost centre Shop window has 4 points left this month; this sending takes 6."
    expect(page.get_by_text(told)).to_be_visible()
    assert went(panel, "48500305011", "48500305021") == [0, 0]
