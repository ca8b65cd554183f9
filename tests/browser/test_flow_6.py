"""While a campaign runs: paused, resumed and cancelled, tried on a few first, stopped at once, unclear and settled.

One connection is slowed down to a message in a second, so that there is time to act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    STAFF,
    Enter,
    Owner,
    again,
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

PRICE = 3
COUNT = 240
"""Messages of a campaign that is interfered with: so many seconds there are to do so before it ends by itself."""
SLOW = {"max_parallel": "1", "calls_per_second": "1", "batch_size": "1"}
USUAL = {"max_parallel": "2", "calls_per_second": "2", "batch_size": "", "grace_seconds": "10"}


def numbers(block: int, count: int) -> list[str]:
    """Return numbers of mobiles to which everything is delivered."""
    return [f"485006{block}{index:03}1" for index in range(count)]


def pace(page: Page, panel: Installation, wanted: dict[str, str]) -> None:
    """Set as staff how fast the first connection for ECO is, or how long it rests before it is asked."""
    page.goto(f"{panel.url}/accounts/connection/")
    page.get_by_role("link", name="SerwerSMS (simulator)").click()
    fill(page, wanted)
    save(page)


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody whose campaigns are interfered with."""
    return open_account(panel, "Flow six", points=10_000)


@pytest.fixture(scope="module", autouse=True)
def slow(enter: Enter, panel: Installation) -> Iterator[None]:
    """Let one message leave in a second."""
    staff = enter(STAFF)
    pace(staff, panel, SLOW)
    yield
    pace(staff, panel, USUAL)


def sent(panel: Installation, some: list[str]) -> int:
    """Return how many of the numbers got their message, none of them two."""
    counts = went(panel, *some)
    assert set(counts) <= {0, 1}
    return sum(counts)


def goes_on(page: Page, already: int = 0) -> None:
    """Watch until more than that has left."""
    more = re.compile(rf"^(?!{already} /)[1-9]\d* / {COUNT}$")
    expect(page.locator(".sp-figure", has_text="Sent of all").locator("strong")).to_have_text(more)


def test_a_campaign_is_paused_resumed_and_cancelled(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    some, other = numbers(1, COUNT), numbers(2, 1)
    page = enter(owner.email)
    send(page, panel, *some)
    goes_on(page)
    page.get_by_role("button", name="Pause").click()
    reaches(page, "HOLD")
    watched = page.url
    send(page, panel, *other)
    reaches(page, "FINISHED")
    while_paused = sent(panel, some)
    page.goto(watched)
    assert figure(page, "Sent of all") == f"{while_paused} / {COUNT}"
    look(page, pictures, "paused")
    page.get_by_role("button", name="Resume").click()
    goes_on(page, while_paused)
    page.get_by_role("button", name="Cancel the rest").click()
    reaches(page, "CANCELED")
    left = sent(panel, some)
    assert while_paused < left < COUNT
    assert figure(page, "Spent / released") == f"{left * PRICE} / {(COUNT - left) * PRICE}"


def test_a_few_go_first_and_a_person_lets_the_others_follow(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    some, page = numbers(3, 5), enter(owner.email)
    write(page, panel, *some, canary_size="2", canary_percent="100", canary_minutes="60")
    look(page, pictures, "compose-first-a-few")
    see_plan(page)
    confirm(page)
    reaches(page, "HOLD")
    expect(page.locator("#first[data-status=RUNNING]")).to_contain_text("2 of 2 delivered, 100 % wanted")
    assert sent(panel, some) == 2
    look(page, pictures, "first-a-few")
    page.get_by_role("button", name="Resume").click()
    reaches(page, "FINISHED")
    assert sent(panel, some) == 5


def stop(page: Page, panel: Installation, owner: Owner, pictures: Path) -> None:
    """Press the emergency stop, first with the wrong word."""
    page.goto(f"{panel.url}/stop/")
    fill(page, {"reason": "Wrong text", "typed": "Somebody else"})
    page.get_by_role("button", name="Stop everything").click()
    expect(page.get_by_text(f"Type “{owner.name}” to stop everything.")).to_be_visible()
    look(page, pictures, "stop")
    fill(page, {"typed": owner.name})
    page.get_by_role("button", name="Stop everything").click()
    expect(page.locator("#stop[data-done=yes]")).to_be_visible()
    look(page, pictures, "stopped")


def test_the_emergency_stop_ends_everything_until_it_is_switched_off(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    some, page = numbers(4, COUNT), enter(owner.email)
    send(page, panel, *some)
    goes_on(page)
    stop(page, panel, owner, pictures)
    left = sent(panel, some)
    assert 0 < left < COUNT
    assert [page.locator(f"#{name}").inner_text() for name in ("left", "taken-back", "under-way", "released")] == [
        *(str(left), str(COUNT - left), "0"),
        f"{left * PRICE} / {(COUNT - left) * PRICE}",
    ]
    write(page, panel, *numbers(5, 1))
    see_plan(page)
    expect(page.get_by_role("alert")).to_contain_text("All sending of this account is stopped.")
    expect(page.get_by_role("button", name="Confirm and hold")).to_have_count(0)
    page.goto(f"{panel.url}/stop/")
    page.get_by_role("button", name="Let it send again").click()
    expect(page.get_by_text("The account may send again.")).to_be_visible()
    send(page, panel, *numbers(5, 1))
    reaches(page, "FINISHED")
    assert sent(panel, [*some, *numbers(5, 1)]) == left + 1


def settle(page: Page, panel: Installation, name: str, pictures: Path) -> None:
    """Give back as staff what nobody will ever know about."""
    page.goto(f"{panel.url}/unclear/")
    found = again(page, row(page, name, "Assumed sent"))
    look(page, pictures, "unclear")
    found.get_by_role("link").click()
    fill(page, {"verdict": "REFUNDED", "reason": "They say that nothing came"})
    look(page, pictures, "unclear-one")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#verdict")).to_have_text("Refunded")
    expect(page.get_by_text("They say that nothing came")).to_be_visible()


def test_what_is_unclear_settles_itself_where_the_provider_can_be_asked_and_else_by_a_person(
    enter: Enter, panel: Installation, owner: Owner, pictures: Path
) -> None:
    asked, never = numbers(6, 1), numbers(7, 1)
    page, staff = enter(owner.email), enter(STAFF)
    pace(staff, panel, {"grace_seconds": "3600"})  # else it may be settled before anybody has looked
    for front, fault in (("serwersms", "take_then_drop"), ("jomobile", "drop_before")):
        tell_simulator(panel, "faults", {"front": front, "path": "*send*", "action": fault})
    send(page, panel, *never, name="Cannot be asked", validity="60")
    send(page, panel, *asked, name="Can be asked")
    staff.goto(f"{panel.url}/unclear/")
    for name in ("Cannot be asked", "Can be asked"):
        again(staff, row(staff, name))
    pace(staff, panel, {"grace_seconds": "1"})
    reaches(page, "FINISHED")
    settle(staff, panel, "Cannot be asked", pictures)
    expect(staff.locator("#refunded")).to_have_text("1")
    staff.goto(f"{panel.url}/unclear/")
    expect(staff.locator("tr", has_text="be asked")).to_have_count(0)
    assert (sent(panel, asked), sent(panel, never)) == (1, 0)
