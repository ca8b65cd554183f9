"""The main job in a real browser, over every process: import, write, plan, confirm, send, deliver, account.

The simulator's own journal is the judge of what was sent.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import MINUTES, sign_in
from tests.panel.sheets import sheet_of
from tests.running import Installation

SAMPLE = Path(__file__).resolve().parent.parent / "contacts" / "files" / "customers_5000.xlsx"
PRICE = 3

pytestmark = pytest.mark.browser


def number(page: Page, selector: str) -> int:
    """Return the figure that the page shows."""
    return int((page.locator(selector).text_content() or "").replace(",", ""))


def import_file(page: Page, panel: Installation, file: Path, target: str, group: str = "") -> None:
    """Upload a file, confirm its columns, and wait for the end."""
    page.goto(f"{panel.url}/import/")
    page.set_input_files("#id_file", file)
    page.select_option("#id_target", target)
    page.get_by_role("button", name="Look at the file").click()
    if group:
        page.fill("#id_new_group", group)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#import[data-status=DONE]")).to_be_visible()


def send_to_group(page: Page, panel: Installation, group: str, text: str) -> None:
    """Write a campaign to a group and go on to its plan."""
    page.goto(f"{panel.url}/campaigns/new/")
    page.fill("#id_name", f"To {group}")
    page.fill("#id_text", text)
    page.locator("#id_groups").select_option(label=group, force=True)
    expect(page.locator("#counter")).to_contain_text("1 part")
    page.get_by_role("button", name="See the plan").click()
    expect(page.locator("#plan[data-status=READY]")).to_be_visible()


def confirm_and_wait(page: Page) -> None:
    """Confirm the plan and watch until everything is sent."""
    page.get_by_role("button", name="Confirm and hold").click()
    expect(page.locator("#progress[data-percent='100'][data-state^=FINISHED]")).to_be_visible(timeout=3 * MINUTES)


def balance(page: Page, panel: Installation) -> dict[str, int]:
    """Return the slave's points, once nothing of the demo's own campaign is held any more."""
    page.goto(f"{panel.url}/points/")
    account = (page.locator("a", has_text="CSV").get_attribute("href") or "").split("/")[2]
    until = time.monotonic() + MINUTES / 1000
    while (found := json.loads(panel.manage("points", account, "--json").stdout))["held"]:
        assert time.monotonic() < until, f"Points are still held: {found}"
        page.wait_for_timeout(500)
    return dict(found)


def ten_numbers() -> list[str]:
    """Return ten good numbers of the sample, as the panel writes them."""
    plain = (str(row[0]) for row in sheet_of(SAMPLE.read_bytes())[1:])
    return [f"48{cell}" for cell in plain if cell.isdigit() and len(cell) == 9][:10]


def check_import(page: Page) -> None:
    """Check the figures of the import, and that each rejected row comes back with a reason."""
    created_and_updated = page.locator("strong").all_text_contents()[:2]
    assert sum(int(figure.replace(",", "")) for figure in created_and_updated) == 4_960
    assert number(page, "#rejected") == 40
    page.get_by_role("link", name="Rejected rows, XLSX").click()
    page.get_by_role("button", name="XLSX").click()
    ready = page.locator("#download[data-status=READY] a.primary")
    expect(ready).to_be_visible()
    with page.expect_download() as download:
        ready.click()
    rows = sheet_of(Path(download.value.path()).read_bytes())[1:]
    assert len(rows) == 40
    assert all(row[0] and row[1] for row in rows)


def check_plan(page: Page) -> None:
    """Check that the plan leaves out the ten, and what the others cost."""
    expect(page.locator("#waterfall")).to_contain_text("On the blacklist")
    assert number(page, "#plan-recipients") == 4_950
    assert number(page, "#plan-points") == 4_950 * PRICE


def went(panel: Installation, already: dict[str, int]) -> dict[str, int]:
    """Return how often each number got a message since then, by the simulator's journal."""
    now: dict[str, int] = panel.simulator("counts")["numbers"]
    return {one: times - already.get(one, 0) for one, times in now.items() if times > already.get(one, 0)}


def test_an_owner_imports_plans_sends_and_every_point_is_accounted_for(
    page: Page, panel: Installation, tmp_path: Path, pictures: Path
) -> None:
    width = (page.viewport_size or {"width": 0})["width"]
    sign_in(page, panel, "slave@demo.example")
    before, already = balance(page, panel), panel.simulator("counts")["numbers"]
    import_file(page, panel, SAMPLE, "CONTACTS", f"Imported at {width}")
    page.screenshot(path=pictures / f"import-{width}.png")
    check_import(page)
    (tmp_path / "blacklist.txt").write_text("\n".join(ten_numbers()))
    import_file(page, panel, tmp_path / "blacklist.txt", "BLACKLIST")
    send_to_group(page, panel, f"Imported at {width}", "Hello from the shop")
    page.screenshot(path=pictures / f"plan-{width}.png", full_page=True)
    check_plan(page)
    confirm_and_wait(page)
    page.screenshot(path=pictures / f"campaign-{width}.png", full_page=True)
    sent, after = went(panel, already), balance(page, panel)
    assert set(sent.values()) == {1}
    assert not set(ten_numbers()) & {one.lstrip("+") for one in sent}
    assert before["balance"] - after["balance"] == len(sent) * PRICE
    check = panel.manage("check_invariants")
    assert check.returncode == 0, check.stdout
