"""People who may not see phone numbers see none, on any page; nor can they fetch or find out any."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import tenants
from accounts.models import AppKey, AuditEntry, User
from campaigns import composing, planning
from campaigns.models import Campaign, Message, Reply
from contacts.models import BlacklistEntry, Contact, Import
from smspanel import clock, doorbell
from tests.campaigns.sending import make_group, open_route
from tests.panel.everything import belongings
from tests.panel.test_every_page import PAGES, sections
from tests.personas import People, Persona, signed_in

PLANTED = "48601234567"
SPELLINGS = (
    "601234567",
    "601 234 567",
    "601-234-567",
    "601.234.567",
    "(601) 234 567",
    "+48 601-234-567",
    "0048601234567",
)
FOUND = re.compile(r"601[ .\-/)]{0,2}234[ .\-/]?567")
MASKED = "48 601 *** *67"


def person_without_numbers(persona: Persona, role: User.Role = User.Role.EDITOR) -> Persona:
    """Add somebody who may not see numbers to the account."""
    user = tenants.add_person(
        email="blind@example.com", password="x", role=role, account=persona.own, sees_numbers=False
    )
    return signed_in(user, persona.own)


def plant(persona: Persona) -> list[str]:
    """Put the number wherever an account can have one, and return the addresses of what the account has."""
    open_route("http://127.0.0.1:1")
    addresses = belongings(persona).addresses
    account = persona.account
    group = make_group(account, [PLANTED], "Planted")
    Contact.objects.filter(msisdn=PLANTED).update(note_1="Also " + SPELLINGS[1], last_name="Nowak " + SPELLINGS[2])
    BlacklistEntry.objects.create(account=account, msisdn=PLANTED, reason=SPELLINGS[3])
    Reply.objects.filter(account=account).update(msisdn=PLANTED, text=f"Call {SPELLINGS[4]} or {SPELLINGS[5]}")
    Import.objects.filter(account=account).update(problem=f"Row 3: {SPELLINGS[0]} is no number")
    campaign = composing.save(
        campaign=Campaign(),
        account=account,
        actor=persona.user,
        numbers=SPELLINGS[6],
        groups=[group],
        excluded_groups=[],
        name=f"To {SPELLINGS[0]}",
        text="Your number is #number#",
        variant="ECO",
    )
    planning.make(campaign.plan.pk)
    Message.objects.create(
        campaign=Campaign.objects.create(account=account, single=True, variant="ECO", state=Campaign.State.FINISHED),
        msisdn=PLANTED,
        text=SPELLINGS[1],
        parts=1,
        points=1,
        state=Message.State.FAILED,
        reason=f"{PLANTED} is switched off",
    )
    contact = Contact.objects.get(account=account, msisdn=PLANTED)
    named = ["campaign", "campaign-plan", "campaign-edit", "campaign-recipients"]
    addresses += [reverse(name, args=[campaign.pk]) for name in named]
    addresses += [
        reverse(f"admin:contacts_contact_{view}", args=[contact.pk]) for view in ("change", "history", "delete")
    ]
    return [*addresses, reverse("contact-messages", args=[contact.pk])]


def everywhere(addresses: list[str]) -> list[str]:
    """Return every page there is: lists, forms, and what the account has."""
    lists = [address + "?q=Nowak" for address in sections() if "contact/" in address]
    return [*sections(), *(reverse(name) for name in PAGES), *addresses, *lists]


def seen(client: Client, addresses: list[str]) -> dict[str, str]:
    """Return the pages on which the number can be read, and where."""
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code < 500, address
        told = answer.getvalue().decode("utf-8", "ignore")
        if match := FOUND.search(told):
            found[address] = told[max(0, match.start() - 60) : match.end() + 20]
    return found


@pytest.mark.parametrize("role", [User.Role.EDITOR, User.Role.OWNER, User.Role.VIEWER])
def test_no_page_shows_a_number_that_is_planted_everywhere(people: People, role: User.Role) -> None:
    pages = everywhere(plant(people.slave))
    blind = person_without_numbers(people.slave, role)
    assert seen(blind.client, pages) == {}
    assert MASKED in blind.client.get("/contacts/contact/").content.decode()


def test_without_the_mask_the_same_pages_show_it(people: People) -> None:
    pages = everywhere(plant(people.slave))
    found = seen(people.slave.client, pages)
    for part in ("contact/", "blacklistentry/", "reply/", "/plan/", "/recipients/", "/edit/", "message/"):
        assert any(part in address for address in found), part
    assert len(found) > 12


def test_masters_and_staff_without_the_right_see_none_either(people: People) -> None:
    pages = everywhere(plant(people.slave))
    staff = tenants.add_person(email="s@example.com", password="x", role=User.Role.SUPPORT, sees_numbers=False)
    assert seen(signed_in(staff, None).client, pages) == {}
    User.objects.filter(pk=people.master.user.pk).update(sees_numbers=False)
    assert seen(people.master.client, pages) == {}


@pytest.mark.parametrize("term", ["48", "4860123", "60123456", "234567", "4860123456", "486012345678", "Nowak 567"])
def test_a_part_of_a_number_finds_nothing_so_that_it_cannot_be_guessed(people: People, term: str) -> None:
    plant(people.slave)
    blind = person_without_numbers(people.slave)
    for section in ("contacts/contact", "contacts/blacklistentry", "campaigns/reply", "campaigns/message"):
        assert MASKED not in blind.client.get(f"/{section}/", {"q": term}).content.decode(), section


@pytest.mark.parametrize("term", ["48601234567", "601 234 567", "+48 601-234-567"])
def test_a_whole_number_finds_its_row_and_shows_no_more_than_was_typed(people: People, term: str) -> None:
    plant(people.slave)
    make_group(people.slave.account, ["48601234568"])
    shown = person_without_numbers(people.slave).client.get("/contacts/contact/", {"q": term}).content.decode()
    assert "Nowak" in shown
    assert "601234568" not in shown


def test_files_pages_of_one_number_and_keys_are_closed_with_a_sentence(people: People) -> None:
    plant(people.slave)
    blind = person_without_numbers(people.slave, User.Role.OWNER)
    key = AppKey.objects.filter(account=people.slave.account).latest("pk")
    contact, campaign = Contact.objects.latest("pk"), Campaign.objects.latest("pk")
    spreadsheet = Import.objects.get(account=people.slave.account)
    for address in (
        reverse("person"),
        reverse("person-of-contact", args=[contact.pk]),
        reverse("contacts-import-rejected", args=[spreadsheet.pk, "csv"]),
        reverse("campaign-recipients", args=[campaign.pk]) + "?download=csv",
        reverse("api"),
        reverse("postbacks"),
        reverse("admin:accounts_appkey_changelist"),
        reverse("admin:accounts_appkey_add"),
        reverse("admin:accounts_appkey_change", args=[key.pk]),
        reverse("admin:accounts_user_change", args=[blind.user.pk]),
        reverse("admin:accounts_user_add"),
        reverse("bulk") + "?q=4860",
    ):
        answer = blind.client.get(address)
        assert answer.status_code == 403, address
        assert "You may not see numbers" in answer.content.decode(), address


def test_nobody_gives_themselves_the_right_back_or_to_somebody_new(people: People) -> None:
    blind = person_without_numbers(people.slave, User.Role.OWNER)
    own = reverse("admin:accounts_user_change", args=[blind.user.pk])
    data = {"email": blind.user.email, "role": "OWNER", "enabled": "on", "language": "en", "sees_numbers": "on"}
    assert blind.client.post(own, data).status_code == 403
    new = data | {"email": "other@example.com", "password": "correct horse battery"}
    assert blind.client.post(reverse("admin:accounts_user_add"), new).status_code == 403
    assert not User.objects.get(pk=blind.user.pk).sees_numbers
    assert not User.objects.filter(email="other@example.com").exists()


def test_owners_set_it_and_that_is_audited_and_strangers_do_not(people: People) -> None:
    other = tenants.add_person(email="o@example.com", password="x", role=User.Role.EDITOR, account=people.slave.account)
    address = reverse("admin:accounts_user_change", args=[other.pk])
    data = {"email": other.email, "name": "", "role": "EDITOR", "enabled": "on", "language": "en"}
    assert people.stranger.client.post(address, data).status_code == 404
    assert User.objects.get(pk=other.pk).sees_numbers
    people.slave.client.post(address, data)
    assert not User.objects.get(pk=other.pk).sees_numbers
    assert AuditEntry.objects.filter(action="person.change").latest("pk").details["values"] == {"sees_numbers": False}


def test_they_can_still_write_a_campaign_to_a_group(people: People) -> None:
    open_route("http://127.0.0.1:1")
    group = make_group(people.slave.account, [PLANTED])
    blind = person_without_numbers(people.slave)
    text = "Call us: 601 999 888"
    data = {"name": "Ours", "variant": "ECO", "policy": "TRANSLITERATE", "text": text, "groups": [group.pk]}
    answer = blind.client.post("/campaigns/new/", data)
    assert answer.status_code == 302
    edited = Campaign.objects.latest("pk")
    assert edited.text == text
    shown = blind.client.get(reverse("campaign-edit", args=[edited.pk]))
    assert text in shown.content.decode()


def test_replies_are_not_forwarded_by_who_may_not_see_whose_they_are(people: People) -> None:
    blind = person_without_numbers(people.slave)
    data = {"name": "A", "variant": "ECO_RESP", "policy": "TRANSLITERATE", "text": "Hi", "numbers": "500100200"}
    blind.client.post("/campaigns/new/", data | {"forward_emails": "me@example.com", "draft": "1"})
    assert all(not campaign.forward_emails for campaign in Campaign.objects.all())


def test_an_address_of_a_page_keeps_its_ids_and_the_page_its_moments(people: People) -> None:
    plant(people.slave)
    blind = person_without_numbers(people.slave)
    shown = blind.client.get("/me/security/").content.decode()
    assert "127.0.0.1" in shown
    assert str(clock.now().year) in shown
    assert blind.client.get("/points/").status_code == 200
    statement = reverse("points-statement", args=[people.slave.account.pk, "csv"])
    assert blind.client.get(statement).status_code == 200


def test_staff_without_the_right_do_not_see_the_panel_as_somebody_who_has_it(people: People) -> None:
    support = tenants.add_person(email="s@example.com", password="x", role=User.Role.SUPPORT, sees_numbers=False)
    client, blind = signed_in(support, None).client, person_without_numbers(people.slave)
    plant(people.slave)
    for person, status in ((people.slave.user, 404), (blind.user, 302)):
        assert client.post(reverse("see-as", args=[person.pk]), {"reason": "Request 4711"}).status_code == status
    assert seen(client, [reverse("admin:contacts_contact_changelist")]) == {}


def test_the_sidebar_leaves_the_closed_pages_out(people: People) -> None:
    blind = person_without_numbers(people.slave, User.Role.OWNER)
    shown, usual = (one.client.get("/").content.decode() for one in (blind, people.slave))
    for name in ("person", "api", "postbacks"):
        assert f'href="{reverse(name)}"' in usual
        assert f'href="{reverse(name)}"' not in shown


def test_an_uploaded_file_is_shown_masked_before_it_is_imported(people: People) -> None:
    blind = person_without_numbers(people.slave)
    rows = "".join(f"{spelling};Nowak\n" for spelling in SPELLINGS)
    upload = SimpleUploadedFile("people.csv", f"Phone;Name\n{rows}12;Bad\n".encode())
    page = blind.client.post(reverse("contacts-import"), {"file": upload, "target": "CONTACTS"}, follow=True)
    doorbell.run_all_due()
    address = page.redirect_chain[-1][0]
    assert seen(blind.client, [address]) == {}
    assert seen(people.slave.client, [address]) != {}
