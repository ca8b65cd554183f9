"""The list of contacts and the page of one: filters, counts that are told honestly, and what a number received."""

from __future__ import annotations

from datetime import date

import pytest

from campaigns.models import Campaign, Message, Reply
from contacts.models import Contact, Import
from smspanel import clock, paging
from tests.campaigns.sending import contact_of, make_group, number, open_route
from tests.personas import People, Persona

LIST = "/contacts/contact/"


def shown(persona: Persona, query: str) -> str:
    """Return the list."""
    answer = persona.client.get(f"{LIST}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_filter_is_offered_and_limits_the_list(slave: Persona) -> None:
    group = make_group(slave.account, [number(1)], first_name="Ann")
    make_group(slave.account, [number(2)], "Others", first_name="Jan")
    spreadsheet = Import.objects.create(account=slave.account, file_name="people.csv")
    fields = {"last_import": spreadsheet, "sex": "F", "birth_date": date(1990, clock.now().month, 1)}
    Contact.objects.filter(msisdn=number(1)).update(**fields)
    for query in (
        f"?groups__id__exact={group.pk}",
        "?sex__exact=F",
        f"?birthday={clock.now().month}",
        f"?import={spreadsheet.pk}",
        f"?q={number(1)[3:9]}",
    ):
        page = shown(slave, query)
        assert (number(1) in page, number(2) in page) == (True, False), query
    assert all(word in page for word in ("this month", "people.csv", "Customers", "in the last 30 days", "never"))


def test_a_count_that_ended_early_is_told_as_one(slave: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 60)
    make_group(slave.account, [number(index) for index in range(60)])
    assert "60\n" in shown(slave, "")
    make_group(slave.account, [number(61)])
    assert "More than 60; these are the first of them." in shown(slave, "")
    assert "60 results" not in shown(slave, "")
    assert number(61) in shown(slave, "")


def test_the_account_is_a_filter_for_those_who_see_several(people: People) -> None:
    make_group(people.slave.account, [number(1)])
    make_group(people.master.account, [number(2)])
    page = shown(people.master, f"?account__id__exact={people.slave.account.pk}")
    assert (number(1) in page, number(2) in page) == (True, False)
    assert number(1) not in shown(people.stranger, f"?account__id__exact={people.slave.account.pk}")
    assert "account__id__exact" not in shown(people.slave, "")


def campaign_to(contact: Contact, text: str) -> Campaign:
    """Make a campaign with a message to the contact."""
    campaign = Campaign.objects.create(account=contact.account, name=text.title(), text=text)
    Message.objects.create(campaign=campaign, msisdn=contact.msisdn, parts=1, points=1, state="DELIVERED")
    return campaign


def test_the_page_of_a_contact_shows_what_the_number_received_and_answered(people: People) -> None:
    make_group(people.slave.account, [number(1)])
    make_group(people.stranger.account, [number(1)])
    contact = contact_of(people.slave.account, number(1))
    campaign = campaign_to(contact, "spring sale")
    campaign_to(contact_of(people.stranger.account, number(1)), "their secret")
    connection = open_route("http://127.0.0.1:9")
    answered = {"received_at": clock.now(), "connection": connection, "digest": "1", "text": "Yes please"}
    Reply.objects.create(account=contact.account, msisdn=number(1), campaign=campaign, **answered)
    address = f"/contacts/{contact.pk}/messages/"
    assert f'hx-get="{address}"' in people.slave.client.get(f"{LIST}{contact.pk}/change/").content.decode()
    page = people.slave.client.get(address).content.decode()
    assert all(word in page for word in ("spring sale", "Delivered", "Yes please", f'href="/campaigns/{campaign.pk}/"'))
    assert "their secret" not in page
    assert people.stranger.client.get(address).status_code == 404


def test_it_shows_the_last_fifty(slave: Persona) -> None:
    make_group(slave.account, [number(1)])
    contact = contact_of(slave.account, number(1))
    for index in range(60):
        campaign_to(contact, f"text {index}")
    page = slave.client.get(f"/contacts/{contact.pk}/messages/").content.decode()
    assert (page.count("<tr>"), "text 59<" in page, "text 9<" in page) == (51, True, False)
