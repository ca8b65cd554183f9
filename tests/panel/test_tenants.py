"""Nobody sees what is not theirs: a foreign page is answered exactly like one that does not exist."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from smspanel import doorbell
from tests.panel.everything import belongings
from tests.panel.sheets import exported
from tests.personas import People, Persona

MISSING = 987_654_321


def missing(address: str) -> str:
    """Return the same address with an id that nobody has."""
    return re.sub(r"/\d+(?=[/.])", f"/{MISSING}", address, count=1)


def test_the_owner_sees_everything_of_their_own(slave: Persona) -> None:
    for address in belongings(slave).addresses:
        assert slave.client.get(address).status_code == 200, address


def test_a_master_may_look_at_what_its_slave_has(people: People) -> None:
    for address in belongings(people.slave).addresses:
        looked = people.master.client.get(address).status_code
        assert looked == (404 if address.endswith(("/edit/", "/again/")) else 200), address


@pytest.mark.parametrize("who", ["stranger", "sibling", "slave_of_owner"])
def test_a_stranger_gets_the_same_answer_as_for_what_does_not_exist(people: People, who: str) -> None:
    owner, looker = {
        "stranger": (people.slave, people.stranger),
        "sibling": (people.stranger, people.slave),
        "slave_of_owner": (people.master, people.slave),
    }[who]
    for address in belongings(owner).addresses:
        foreign, nowhere = looker.client.get(address), looker.client.get(missing(address))
        assert (foreign.status_code, nowhere.status_code) == (404, 404), address
        assert foreign.content.replace(address.encode(), b"") == nowhere.content.replace(
            missing(address).encode(), b""
        ), address


def test_nobody_gets_in_without_signing_in(slave: Persona, anonymous: Client) -> None:
    for address in belongings(slave).addresses:
        response = anonymous.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/login/"), address


def test_lists_show_only_what_is_in_scope(people: People) -> None:
    belongings(people.slave)
    lists = ("contacts/contact", "contacts/group", "contacts/blacklistentry", "campaigns/campaign", "campaigns/reply")
    for name in lists:
        shown = people.stranger.client.get(f"/{name}/")
        assert shown.status_code == 200
        assert b"Ours" not in shown.content, name
        assert b"48500100200" not in shown.content, name


def test_choices_of_a_form_are_scoped(people: People) -> None:
    belongings(people.slave)
    assert b"Ours" in people.slave.client.get("/campaigns/new/").content
    assert b"Ours" not in people.stranger.client.get("/campaigns/new/").content


def test_autocomplete_is_scoped(people: People) -> None:
    belongings(people.slave)
    query = "/autocomplete/?app_label=contacts&model_name=membership&field_name=group&term=our"
    assert len(people.slave.client.get(query).json()["results"]) == 1
    assert people.stranger.client.get(query).json()["results"] == []


def test_a_foreign_group_cannot_be_slipped_into_a_campaign(people: People) -> None:
    belongings(people.slave)
    group = people.slave.account.groups.get()
    form = {"name": "x", "variant": "ECO", "text": "Hi", "policy": "REFUSE", "groups": [group.pk]}
    answer = people.stranger.client.post("/campaigns/new/", form)
    assert answer.status_code == 200
    assert not people.stranger.account.campaigns.exists()


def test_a_new_row_belongs_to_its_author_whatever_the_form_says(people: People) -> None:
    form = {"account": people.slave.account.pk, "msisdn": "500100277", "memberships-TOTAL_FORMS": 0}
    form |= {"memberships-INITIAL_FORMS": 0}
    assert people.stranger.client.post("/contacts/contact/add/", form).status_code == 302
    assert people.stranger.account.contacts.filter(msisdn="48500100277").exists()
    assert not people.slave.account.contacts.exists()


def test_bulk_actions_reach_only_what_is_in_scope(people: People) -> None:
    belongings(people.slave)
    contact = people.slave.account.contacts.get()
    form = {"action": "delete_selected", "_selected_action": [contact.pk], "post": "yes"}
    people.stranger.client.post("/contacts/contact/", form)
    assert people.slave.account.contacts.count() == 1


def test_exports_hold_only_what_is_in_scope(people: People) -> None:
    belongings(people.slave)
    for name in ("contact", "blacklistentry"):
        mine = exported(people.slave, f"/contacts/{name}/export/")
        theirs = exported(people.stranger, f"/contacts/{name}/export/")
        assert (b"485001002" in mine, b"485001002" in theirs) == (True, False)


def test_no_export_is_of_an_account_that_one_does_not_see(people: People) -> None:
    belongings(people.slave)
    address = f"/contacts/contact/export/?account__id__exact={people.slave.account.pk}"
    assert people.stranger.client.post(address, {"format": "csv"}).status_code == 404
    assert b"48500100200" in exported(people.master, address)
    assert "Choose one account" in people.staff.client.get("/contacts/contact/export/").content.decode()


def test_nobody_acts_on_a_campaign_of_another(people: People) -> None:
    belongings(people.slave)
    campaign = people.slave.account.campaigns.get()
    for looker in (people.stranger, people.master):
        for action in ("confirm", "cancel", "pause"):
            assert looker.client.post(f"/campaigns/{campaign.pk}/do/{action}/").status_code == 404
    doorbell.run_all_due()
    campaign.refresh_from_db()
    assert campaign.state == "PLANNING"


@pytest.mark.parametrize(
    "section",
    [
        "accounts/connection",
        "accounts/transfer",
        "accounts/auditentry",
        "accounts/grantrequest",
        "campaigns/batch",
        "campaigns/price",
        "campaigns/route",
        "campaigns/inboxitem",
    ],
)
def test_the_operators_sections_are_for_staff(people: People, section: str) -> None:
    assert people.staff.client.get(f"/{section}/").status_code == 200
    for persona in (people.master, people.slave, people.stranger):
        assert persona.client.get(f"/{section}/").status_code == 403


def test_an_editor_decides_nothing_about_people_keys_and_points(master: Persona) -> None:
    master.user.role = "EDITOR"
    master.user.save()
    for address in ("/accounts/user/add/", "/accounts/appkey/add/", "/accounts/account/add/"):
        assert master.client.get(address).status_code == 403, address
    assert master.client.get("/points/move/").status_code == 404


def test_a_viewer_looks_and_changes_nothing(slave: Persona) -> None:
    belongings(slave)
    slave.user.role = "VIEWER"
    slave.user.save()
    contact = slave.account.contacts.get()
    assert slave.client.get(f"/contacts/contact/{contact.pk}/change/").status_code == 200
    assert slave.client.post(f"/contacts/contact/{contact.pk}/change/", {"msisdn": "500100201"}).status_code == 403
    assert slave.client.get("/campaigns/new/").status_code == 404
