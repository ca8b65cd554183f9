"""What single recipients of a campaign would read."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from contacts.models import BlacklistEntry, Contact
from tests.campaigns.sending import make_group, open_route
from tests.panel.composing import compose, page_of
from tests.personas import People, Persona

TEXT = "Dear #first_name#, it is Łódź"


@pytest.fixture(autouse=True)
def _route(db: None) -> None:
    open_route("http://127.0.0.1:1")


def preview(persona: Persona, who: str) -> str:
    plan = f"/campaigns/{Campaign.objects.get().pk}/plan/"
    page: str = persona.client.get(plan, {"who": who}).content.decode()
    return page.split('id="previews"')[1]


@pytest.fixture
def planned(slave: Persona) -> Persona:
    """A planned campaign to Ann and to Bartholomew, who is blacklisted."""
    group = make_group(slave.account, ["48500100200"], first_name="Ann")
    make_group(slave.account, ["48500100201"], first_name="Bartholomew")
    BlacklistEntry.objects.create(account=slave.account, msisdn="48500100201")
    page_of(slave, compose(slave, text=TEXT, groups=[group.pk], numbers="500100203"))
    return slave


def test_shortest_and_longest_are_shown_as_they_arrive(planned: Persona) -> None:
    page = planned.client.get(f"/campaigns/{Campaign.objects.get().pk}/plan/").content.decode()
    assert '<div class="sp-bubble">Dear , it is Lodz</div>' in page
    assert '<div class="sp-bubble">Dear Ann, it is Lodz</div>' in page


@pytest.mark.parametrize("who", ["500 100 200", "+48500100200", "ann", " An "])
def test_one_recipient_is_found_by_number_or_name(planned: Persona, who: str) -> None:
    assert '<div class="sp-bubble">Dear Ann, it is Lodz</div>' in preview(planned, who)


@pytest.mark.parametrize("who", ["500100299", "Bartholomew", "500100201", "%", "' OR 1=1", "x\0"])
def test_who_does_not_get_it_has_no_preview(planned: Persona, who: str) -> None:
    assert "Nobody who would get this campaign" in preview(planned, who)


def test_a_text_of_the_file_is_previewed(slave: Persona) -> None:
    page_of(slave, compose(slave, rows="500100200;Hello #first_name#", content="TEXTS", text=""))
    Contact.objects.create(account=slave.account, msisdn="48500100200", first_name="Ann")
    assert '<div class="sp-bubble">Hello Ann</div>' in preview(slave, "500100200")


def test_a_stranger_previews_nothing(people: People, planned: Persona) -> None:
    plan = f"/campaigns/{Campaign.objects.get().pk}/plan/"
    assert people.stranger.client.get(plan, {"who": "Ann"}).status_code == 404
    assert b"Dear Ann" in people.master.client.get(plan, {"who": "Ann"}).content
