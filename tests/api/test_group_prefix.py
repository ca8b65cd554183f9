"""/group: prefixes that are free, and taking one for a while (JS-50 to JS-52, JS-55)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.models import PrefixReservation
from smspanel import clock
from tests.api.calling import Software, bulk
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import Sending
from tests.personas import People, Persona


@pytest.fixture
def people(people: People) -> People:
    """Everybody may reserve."""
    allow(people.master.account, people.slave.account, people.stranger.account)
    return people


def local(persona: Persona, **ahead: float) -> str:
    """Return a time from now as the account reads it, without an offset."""
    at = clock.now().astimezone(persona.account.zone) + timedelta(**ahead)
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def test_js_50_without_a_reservation_nothing_is_sent_and_with_it_72_hours_long(
    software: Software, sending: Sending
) -> None:
    prefix = make_prefix("TUDORS")
    order = bulk(bulkVariant="ECO_RESP", **{"from": "TUDORS"})
    assert software.error("POST", "bulk/send", order)[0] == 107
    body = {"id": prefix.pk, "name": "TUDORS", "dateTo": local(sending.persona, hours=71, minutes=59)}
    software.post("group/reservationPrefix", body)
    assert software.error("POST", "bulk/send", order)[0] != 107
    with clock.travel(hours=72):
        assert software.error("POST", "bulk/send", order)[0] == 107


def test_js_51_free_prefixes_are_listed_without_a_reservation(software: Software, people: People) -> None:
    free, own = make_prefix("CIEKAWY"), make_prefix("JS.AUTO", owner=people.master.account)
    make_prefix("FOREIGN", owner=people.stranger.account)
    reserve(make_prefix("HELD"), people.stranger.account)
    assert software.get("group/getGroupPrefix") == [
        {"id": free.pk, "name": "CIEKAWY", "reservation": None, "dateTo": None},
        {"id": own.pk, "name": "JS.AUTO", "reservation": None, "dateTo": None},
    ]


def test_js_52_a_prefix_is_reserved_until_a_local_time(software: Software, slave: Persona, people: People) -> None:
    prefix, until = make_prefix("TUDORS"), local(slave, hours=24)
    told = software.post(
        "group/reservationPrefix", {"id": prefix.pk, "name": "TUDORS", "reservation": False, "dateTo": until}
    )
    held = PrefixReservation.objects.get()
    assert told == {
        "id": prefix.pk,
        "name": "TUDORS",
        "userId": slave.account.pk,
        "userEmail": "slave@example.com",
        "createDate": int(held.created_at.timestamp() * 1000),
        "prefixType": "GROUP_COMMAND",
        "prefixAccessType": "GLOBAL",
        "dateFrom": held.date_from.astimezone(slave.account.zone).isoformat(timespec="seconds"),
        "dateTo": held.date_to.astimezone(slave.account.zone).isoformat(timespec="seconds"),
    }
    assert told["dateTo"][:19] == until
    assert software.get("group/getGroupPrefix") == []


def test_js_52_an_offset_is_understood_too(software: Software, people: People) -> None:
    until = (clock.now() + timedelta(hours=1)).replace(microsecond=0)
    told = software.post("group/reservationPrefix", {"id": make_prefix("TUDORS").pk, "dateTo": until.isoformat()})
    assert datetime.fromisoformat(told["dateTo"]) == until


def test_js_52_a_prefix_may_be_named_instead_of_numbered(software: Software, slave: Persona, people: People) -> None:
    make_prefix("TUDORS")
    told = software.post("group/reservationPrefix", {"name": " tudors", "dateTo": local(slave, hours=1)})
    assert told["name"] == "TUDORS"


def test_js_52_a_taken_prefix_is_refused_without_a_word_about_who_has_it(
    software: Software, slave: Persona, people: People
) -> None:
    prefix = make_prefix("TUDORS")
    reserve(prefix, people.stranger.account)
    told = software.call("POST", "group/reservationPrefix", {"id": prefix.pk, "dateTo": local(slave, hours=1)})
    assert (told["errorId"], told["responseCode"]) == (109, "ILLEGAL_CREATE_PREFIX")
    assert "stranger" not in told["message"]


@pytest.mark.parametrize("ahead", [{"hours": -1}, {"hours": 73}, {"days": 5000}])
def test_js_52_a_time_that_is_over_or_too_far_away_is_refused(
    software: Software, slave: Persona, people: People, ahead: dict[str, float]
) -> None:
    body = {"id": make_prefix("TUDORS").pk, "dateTo": local(slave, **ahead)}
    assert software.error("POST", "group/reservationPrefix", body) == (109, "ILLEGAL_CREATE_PREFIX")


@pytest.mark.parametrize("written, code", [("", 109), (None, 109), ("soon", 322), ("0001-01-01T00:00:00", 322)])
def test_js_52_a_date_that_is_none_is_refused(software: Software, people: People, written: Any, code: int) -> None:
    body = {"id": make_prefix("TUDORS").pk, "dateTo": written}
    assert software.error("POST", "group/reservationPrefix", body)[0] == code
    assert not PrefixReservation.objects.exists()


def test_js_52_a_foreign_prefix_is_told_like_a_missing_one(software: Software, slave: Persona, people: People) -> None:
    foreign = make_prefix("FOREIGN", owner=people.stranger.account)
    until = {"dateTo": local(slave, hours=1)}
    missing = software.call("POST", "group/reservationPrefix", {"id": 10**9} | until)
    assert missing["errorId"] == 103
    for named in ({"id": foreign.pk}, {"name": "FOREIGN"}, {}, {"id": make_prefix("OWN").pk, "name": "OTHER"}):
        assert software.call("POST", "group/reservationPrefix", named | until) == missing


def test_js_55_each_kind_of_replies_needs_its_right(software: Software, sending: Sending) -> None:
    account = sending.account
    account.may_use_prefixes = False
    account.save()
    body = {"id": make_prefix("TUDORS").pk, "dateTo": local(sending.persona, hours=1)}
    refused = (107, "NO_AUTHORIZATION_BULK")
    assert software.error("POST", "group/reservationPrefix", body) == refused
    assert software.error("POST", "bulk/send", bulk(bulkVariant="ECO_RESP", **{"from": "TUDORS"})) == refused
    nine = bulk(bulkVariant="ECO_RESP", **{"from": "500100200"})
    assert software.error("POST", "bulk/send", nine) == (108, "NO_AUTHORIZATION_BULK")
