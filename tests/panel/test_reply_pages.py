"""Prefixes, reservations and replies in the panel: staff keep the words, clients hold them, each sees their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from accounts.models import Account, AuditEntry, Connection
from campaigns import prefixes
from campaigns.models import Prefix, PrefixReservation, Reply
from smspanel import clock
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.personas import People, Persona

PREFIXES, RESERVATIONS, REPLIES = "/campaigns/prefix/", "/campaigns/prefixreservation/", "/campaigns/reply/"
NEW = {"name": "js.auto", "type": "GROUP_COMMAND", "access": "GLOBAL", "access_number": "4777", "is_active": "on"}


def shown(persona: Persona, address: str) -> str:
    """Return the page behind an address."""
    answer = persona.client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def ask_for(persona: Persona, prefix: Prefix, *, hours: float = 24) -> str:
    """Reserve the prefix in the panel, and return the page that follows."""
    zone = persona.account.zone
    until = f"{localtime(clock.now() + timedelta(hours=hours), zone):%Y-%m-%dT%H:%M}"
    answer = persona.client.post(f"{PREFIXES}{prefix.pk}/reserve/", {"until": until}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def make_reply(account: Account | None, text: str, **fields: Any) -> Reply:
    """Store a reply."""
    connection, _created = Connection.objects.get_or_create(name="Nowhere", kind="serwersms")
    values = {"msisdn": "48500100200", "received_at": clock.now(), "digest": text} | fields
    return Reply.objects.create(connection=connection, account=account, text=text, **values)


def test_staff_add_a_prefix_in_capitals_and_it_is_audited(staff: Persona) -> None:
    assert staff.client.post(f"{PREFIXES}add/", NEW).status_code == 302
    assert Prefix.objects.get().name == "JS.AUTO"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details["values"]["name"]) == ("prefix.create", "JS.AUTO")
    assert "already exists" in staff.client.post(f"{PREFIXES}add/", NEW).content.decode()
    assert "Name the account" in staff.client.post(f"{PREFIXES}add/", NEW | {"access": "DEDICATED"}).content.decode()


def test_the_word_of_a_prefix_is_not_changed_later(staff: Persona) -> None:
    prefix = make_prefix("TUDORS")
    form = NEW | {"name": "OTHER", "is_active": ""}
    assert staff.client.post(f"{PREFIXES}{prefix.pk}/change/", form).status_code == 302
    prefix.refresh_from_db()
    assert (prefix.name, prefix.is_active) == ("TUDORS", False)


def test_clients_change_no_prefix(people: People) -> None:
    prefix = make_prefix("TUDORS", owner=people.slave.account)
    for address in (f"{PREFIXES}add/", f"{PREFIXES}{prefix.pk}/change/"):
        assert people.slave.client.post(address, NEW).status_code == 403


def test_js_51_everybody_sees_what_is_for_everybody_and_their_own_and_until_when_it_is_taken(people: People) -> None:
    allow(people.slave.account)
    for name in ("FREE", "HELD"):
        make_prefix(name)
    make_prefix("MASTERS", owner=people.master.account)
    make_prefix("SLAVES", owner=people.slave.account)
    make_prefix("SWITCHED", is_active=False)
    reserve(Prefix.objects.get(name="HELD"), people.slave.account)
    for persona, own in ((people.slave, True), (people.master, True), (people.stranger, False)):
        page = shown(persona, PREFIXES)
        assert ("MASTERS" in page, "SLAVES" in page, "SWITCHED" in page) == (own, own, False)
        assert "FREE" in page
        assert "taken until" in page
    assert people.slave.account.name not in shown(people.stranger, PREFIXES)


def test_what_belongs_to_another_is_not_there(people: People) -> None:
    prefix = make_prefix("OURS", owner=people.slave.account)
    allow(people.stranger.account)
    for view in ("change", "history", "reserve"):
        assert people.stranger.client.get(f"{PREFIXES}{prefix.pk}/{view}/").status_code == 404
    assert people.stranger.client.post(f"{PREFIXES}{prefix.pk}/reserve/", {}).status_code == 404


def test_js_52_a_client_reserves_a_prefix_until_a_time_of_theirs(slave: Persona) -> None:
    allow(slave.account)
    prefix = make_prefix("TUDORS")
    page = shown(slave, f"{PREFIXES}{prefix.pk}/reserve/")
    assert 'type="datetime-local"' in page
    assert "TUDORS is yours." in ask_for(slave, prefix)
    reservation = PrefixReservation.objects.get()
    assert (reservation.account, reservation.created_by) == (slave.account, slave.user)
    assert timedelta(hours=23.9) < reservation.date_to - clock.now() <= timedelta(hours=24)


def test_js_52_the_end_that_the_form_proposes_is_accepted(slave: Persona) -> None:
    allow(slave.account)
    prefix = make_prefix("TUDORS")
    address = f"{PREFIXES}{prefix.pk}/reserve/"
    proposed = slave.client.get(address).context["form"]["until"].value()
    assert slave.client.post(address, {"until": proposed}).status_code == 302


@pytest.mark.parametrize(
    ("hours", "why"), [(73, "at most 72 hours"), (-1, "This time is over"), (24, "TUDORS is reserved from")]
)
def test_js_52_what_is_refused_is_said_in_the_form(people: People, hours: float, why: str) -> None:
    allow(people.slave.account, people.stranger.account)
    prefix = make_prefix("TUDORS")
    reserve(prefix, people.stranger.account)
    page = ask_for(people.slave, prefix, hours=hours)
    assert why in page
    assert people.stranger.account.name not in page
    assert not people.slave.account.prefix_reservations.exists()


@pytest.mark.parametrize("until", ["", "soon", "2026-99-99T10:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_an_end_that_makes_no_sense_is_refused(slave: Persona, until: str) -> None:
    allow(slave.account)
    prefix = make_prefix("TUDORS")
    assert slave.client.post(f"{PREFIXES}{prefix.pk}/reserve/", {"until": until}).status_code == 200
    assert not PrefixReservation.objects.exists()


def test_js_55_without_the_right_or_without_an_account_there_is_nothing_to_reserve(people: People) -> None:
    prefix = make_prefix("TUDORS")
    for persona in (people.slave, people.staff):
        assert "/reserve/" not in shown(persona, f"{PREFIXES}{prefix.pk}/change/")
        assert persona.client.post(f"{PREFIXES}{prefix.pk}/reserve/", {}).status_code == 403
    allow(people.slave.account)
    assert "/reserve/" in shown(people.slave, f"{PREFIXES}{prefix.pk}/change/")


def test_releasing_asks_first_and_then_gives_the_prefix_back(slave: Persona) -> None:
    allow(slave.account)
    reservation = reserve(make_prefix("TUDORS"), slave.account)
    address = f"{RESERVATIONS}{reservation.pk}/release/"
    assert "Give the prefix back now?" in shown(slave, address)
    assert prefixes.reserved_now(account=slave.account, name="TUDORS") is not None
    assert slave.client.post(address).status_code == 302
    assert prefixes.reserved_now(account=slave.account, name="TUDORS") is None
    assert slave.client.post(address).status_code == 403


def test_nobody_else_but_staff_releases_a_reservation(people: People) -> None:
    allow(people.slave.account)
    reservation = reserve(make_prefix("TUDORS"), people.slave.account)
    address = f"{RESERVATIONS}{reservation.pk}/release/"
    answers = [getattr(people, who).client.post(address).status_code for who in ("stranger", "master", "staff")]
    assert answers == [404, 403, 302]


def test_js_56_replies_are_found_by_number_word_prefix_and_day(slave: Persona) -> None:
    prefix = make_prefix("TUDORS")
    noon = localtime(clock.now(), slave.account.zone).replace(hour=12)
    make_reply(slave.account, "First", prefix=prefix, received_at=noon)
    make_reply(slave.account, "Second", msisdn="48600100200", received_at=noon - timedelta(days=3))
    day = f"{noon:%Y-%m-%d}"
    for query, found in (
        ("", (True, True)),
        ("?q=48500", (True, False)),
        ("?q=seco", (False, True)),
        (f"?prefix__id__exact={prefix.pk}", (True, False)),
        (f"?received_at_from={day}&received_at_to={day}", (True, False)),
        (f"?received_at_to={noon - timedelta(days=3):%Y-%m-%d}", (False, True)),
        ("?received_at_from=never", (True, True)),
    ):
        page = shown(slave, REPLIES + query)
        assert ("First" in page, "Second" in page) == found, query


def test_js_56_the_newest_reply_is_the_first(slave: Persona) -> None:
    make_reply(slave.account, "Newer")
    make_reply(slave.account, "Older", received_at=clock.now() - timedelta(hours=1))
    page = shown(slave, REPLIES)
    assert page.index("Newer") < page.index("Older")


def test_replies_are_exported_with_the_words_and_without_formulas(people: People) -> None:
    make_reply(people.slave.account, "=1+1", prefix=make_prefix("TUDORS"))
    form = {"format": "0", "resource": ""}
    mine = people.slave.client.post(f"{REPLIES}export/", form).content.decode()
    theirs = people.stranger.client.post(f"{REPLIES}export/", form).content.decode()
    assert "48500100200,'=1+1,TUDORS," in mine
    assert "48500100200" not in theirs


def test_a_reply_that_concerns_nobody_is_for_staff(people: People) -> None:
    reply = make_reply(None, "Nobody's")
    assert "Nobody&#x27;s" in shown(people.staff, REPLIES)
    for persona in (people.master, people.slave):
        assert "Nobody" not in shown(persona, REPLIES)
        assert persona.client.get(f"{REPLIES}{reply.pk}/change/").status_code == 404


def test_the_filter_names_only_prefixes_that_may_be_seen(people: People) -> None:
    for persona in (people.slave, people.stranger):
        make_prefix(f"P-{persona.account.name}".upper(), owner=persona.account)
        make_reply(persona.account, persona.account.name)
    page = shown(people.slave, REPLIES)
    assert ("P-SLAVE" in page, "P-STRANGER" in page) == (True, False)


def test_the_sidebar_leads_to_replies_and_prefixes(slave: Persona) -> None:
    page = shown(slave, "/")
    assert f'href="{REPLIES}"' in page
    assert f'href="{PREFIXES}"' in page
