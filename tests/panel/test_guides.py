"""The guides in the panel: who reads which, in which language, and that every page leads to its part."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from smspanel import guides, sidebar
from smspanel.guides import GUIDES, HELP, HELP_FOR_STAFF
from tests.personas import People, Persona

PLACES = sorted({*HELP.values(), *HELP_FOR_STAFF.values()})


def read(persona: Persona, name: str) -> str:
    """Return a guide as the persona sees it."""
    response = persona.client.get(reverse("help-guide", args=[name]))
    assert response.status_code == 200
    return response.text


def sidebar_of(persona: Persona) -> list[str]:
    """Return the addresses of the persona's sidebar."""
    request = RequestFactory().get("/")
    request.user = persona.user
    return [item["link"] for group in sidebar.navigation(request) for item in group["items"]]


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_a_heading_of_its_guide(place: str) -> None:
    name, _hash, anchor = place.partition("#")
    assert anchor in {heading.anchor for heading in guides.load(name, "en").headings}


@pytest.mark.parametrize("who", ["slave", "master", "staff"])
def test_every_page_of_the_sidebar_leads_to_its_part_of_a_guide(people: People, who: str) -> None:
    persona = getattr(people, who)
    for address in sidebar_of(persona):
        found = re.search(r'id="help" href="/help/(\w+)/#([\w-]+)"', persona.client.get(address, follow=True).text)
        assert found, address
        assert f'id="{found[2]}"' in read(persona, found[1]), address


def test_a_page_that_no_entry_names_leads_to_the_beginning(people: People) -> None:
    assert guides.address_for(people.slave.user, "password_reset") == "/help/owners/"
    assert guides.address_for(people.staff.user, "password_reset") == "/help/staff/"


def test_nobody_but_staff_reads_what_is_for_staff(people: People, anonymous: Client) -> None:
    for name in GUIDES:
        wanted = 404 if name in guides.FOR_STAFF else 200
        address = reverse("help-guide", args=[name])
        assert people.master.client.get(address).status_code == people.slave.client.get(address).status_code == wanted
        assert people.staff.client.get(address).status_code == 200
        assert anonymous.get(address).status_code == 302


def test_owners_are_led_to_no_guide_that_they_may_not_read(slave: Persona) -> None:
    for name in guides.readable(slave.user):
        for address in re.findall(r'href="(/help/[^"#]+)', read(slave, name)):
            assert slave.client.get(address).status_code == 200, address


def test_links_and_pictures_of_every_guide_lead_to_something(staff: Persona) -> None:
    for name in GUIDES:
        page = read(staff, name)
        inside = page.partition("<article")[2].partition("</article>")[0]
        assert ".md" not in "".join(re.findall(r'href="([^"]*)"', inside))
        for address in re.findall(r'<img [^>]*src="([^"]+)"', inside):
            response = staff.client.get(address)
            assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fmanage.py", "../owners.md", "..", "nothing.jpg", "me-390.jpg", "unclear-1280.jpg", "%00"]
)
def test_no_file_but_a_picture_of_a_readable_guide_is_given(slave: Persona, name: str) -> None:
    assert slave.client.get(f"/help/images/{name}").status_code == 404


def test_a_person_who_sees_no_numbers_reads_the_guides_with_their_pictures(slave: Persona) -> None:
    slave.user.sees_numbers = False
    slave.user.save()
    picture = re.search(r'<img [^>]*src="([^"]+)"', read(slave, "owners"))
    assert picture
    assert slave.client.get(picture[1]).status_code == 200


def test_the_guide_for_owners_is_read_in_polish_and_the_others_in_english(slave: Persona) -> None:
    slave.user.language = "pl"
    slave.user.save()
    assert "Kontakty z arkusza" in read(slave, "owners")
    assert "Every answer is JSON" in read(slave, "api")


@pytest.mark.parametrize("translated", sorted(guides.FOLDER.glob("*.pl.md")), ids=lambda path: path.name)
def test_a_translated_guide_has_the_same_parts(translated: Path) -> None:
    name = translated.name.removesuffix(".pl.md")
    english, polish = guides.load(name, "en"), guides.load(name, "pl")
    assert [(one.level, one.anchor) for one in polish.parts] == [(one.level, one.anchor) for one in english.parts]
    assert polish.pictures == english.pictures
    assert {one.text for one in polish.headings} & {one.text for one in english.headings} == set()
    for tag in ("<li>", "<tr>", "<h2", "<h3"):
        assert polish.html.count(tag) == english.html.count(tag)


def test_no_two_parts_of_a_guide_have_the_same_anchor() -> None:
    for name in GUIDES:
        anchors = [heading.anchor for heading in guides.load(name, "en").headings]
        assert len(anchors) == len(set(anchors)), name
