"""The journey of an owner in Polish: from a spreadsheet to a sent campaign, without an English word of ours."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.dates import format_date
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from smspanel import clock
from tests.browser.steps import FITS, MINUTES, Enter, Owner, open_account, reaches, row, went
from tests.running import ROOT, Installation

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sound")]

NUMBERS = ["48500140010", "48500140011", "48500140012"]
PEOPLE = [("Żaneta", "Ćwik"), ("Łukasz", "Ślązak"), ("Jan", "Gąska")]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def owner(panel: Installation) -> Owner:
    """Somebody in Poland, with more than a thousand points."""
    return open_account(panel, "Kwiaciarnia", points=12_345)


@cache
def untranslated() -> frozenset[str]:
    """Return the English texts of ours that read otherwise in Polish."""
    entries = polib.pofile(str(ROOT / "locale" / "pl" / "LC_MESSAGES" / "django.po"))
    polish = {text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())}
    return frozenset(entry.msgid for entry in entries if len(entry.msgid) > 3) - polish


def is_polish(page: Page) -> None:
    """See that the page says it is Polish, is so in every line, and fits."""
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    lines = {line.strip(" :") for line in page.locator("body").inner_text().splitlines()}
    icons = set(page.locator(".material-symbols-outlined").all_inner_texts())  # words of a font
    assert (lines - icons) & untranslated() == set()
    page.wait_for_function(FITS)


def choose_polish(page: Page, panel: Installation) -> None:
    """Choose the language under one's own settings."""
    page.goto(f"{panel.url}/me/")
    page.locator("#id_language").select_option("pl")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Zapisano.")).to_be_visible()
    page.goto(f"{panel.url}/")
    expect(page.locator("#available")).to_have_text(f"12{NBSP}345")
    is_polish(page)


def import_people(page: Page, file: Path) -> None:
    """Import three people into a new group, from a spreadsheet with Polish titles."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Telefon", "Imię", "Nazwisko"])
    for number, names in zip(NUMBERS, PEOPLE, strict=True):
        sheet.append([number, *names])
    book.save(file)
    page.get_by_role("link", name="Importuj kontakty").first.click()
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name="Obejrzyj plik").click()
    page.fill("#id_new_group", "Stali klienci")
    is_polish(page)
    page.get_by_role("button", name="Importuj", exact=True).click()
    expect(page.locator("#import[data-status=DONE]")).to_be_visible(timeout=MINUTES)
    expect(page.locator("#created")).to_have_text("3")
    is_polish(page)


def write_to_them(page: Page, panel: Installation) -> None:
    """Write to the group by first name, in Polish letters that become plain ones."""
    page.goto(f"{panel.url}/campaigns/new/")
    page.fill("#id_name", "Świeże tulipany")
    page.fill("#id_text", "Dzień dobry #first_name#")
    page.locator("#id_groups").select_option(label="Stali klienci", force=True)
    expect(page.locator("#counter")).to_contain_text("1 część")
    is_polish(page)
    page.get_by_role("button", name="Zobacz plan").click()
    expect(page.locator("#plan[data-status=READY]")).to_be_visible(timeout=MINUTES)
    expect(page.locator("#waterfall")).to_contain_text("Dostaną wiadomość")
    is_polish(page)


def test_an_owner_in_poland_goes_from_a_spreadsheet_to_a_sent_campaign(
    enter: Enter, panel: Installation, owner: Owner, tmp_path: Path
) -> None:
    page = enter(owner.email)
    choose_polish(page, panel)
    import_people(page, tmp_path / "klienci.xlsx")
    write_to_them(page, panel)
    page.get_by_role("button", name=re.compile("^Potwierdź i zablokuj punkty: 9")).click()
    reaches(page, "FINISHED")
    is_polish(page)
    assert went(panel, *NUMBERS) == [1, 1, 1]
    page.goto(f"{panel.url}/points/{owner.id}/")
    day = clock.now().date()
    days = [format_date(one, "d MMMM y", locale="pl") for one in (day, day + timedelta(days=1))]
    expect(page.locator("tbody tr").first).to_contain_text(re.compile("|".join(days)))
    expect(row(page, "Świeże tulipany", f"12{NBSP}336")().first).to_be_visible()
    is_polish(page)


def test_the_question_mark_opens_the_polish_guide(enter: Enter, panel: Installation, owner: Owner) -> None:
    page = enter(owner.email)
    page.goto(f"{panel.url}/campaigns/new/")
    page.locator("#help").click()
    expect(page).to_have_url(f"{panel.url}/help/owners/#campaigns")
    heading = page.locator("h2#campaigns")
    expect(heading).to_be_visible()
    if page.locator("html").get_attribute("lang") == "pl":
        expect(heading).to_have_text("Kampanie")
