"""Prefixes: seen by everybody who may reserve them, held by one account for at most 72 hours, given back early."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Account, AuditEntry
from campaigns import prefixes
from campaigns.models import Prefix, PrefixReservation
from campaigns.prefixes import PrefixRefused, Reason
from smspanel import clock
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.personas import People, Persona


@pytest.fixture
def people(people: People) -> People:
    """Everybody has the right."""
    allow(people.master.account, people.slave.account, people.stranger.account)
    return people


def names(account: Account, at: datetime | None = None) -> list[str]:
    """Return the names of what is free for the account."""
    return [prefix.name for prefix in prefixes.free(account=account, at=at)]


def refused(prefix: Prefix, account: Account, *, hours: float = 24, start: datetime | None = None) -> Reason:
    """Try to reserve and return why it was not possible."""
    with pytest.raises(PrefixRefused) as caught:
        reserve(prefix, account, hours=hours, start=start)
    assert str(caught.value)
    return caught.value.reason


def test_js_50_a_prefix_is_held_by_one_account_until_its_time_is_over(people: People) -> None:
    prefix, account = make_prefix("TUDORS"), people.slave.account
    reservation = reserve(prefix, account, hours=72)
    assert prefixes.reserved_now(account=account, name="tudors ") == reservation
    assert prefixes.reserved_now(account=people.stranger.account, name="TUDORS") is None
    with clock.travel(hours=72):
        assert prefixes.reserved_now(account=account, name="TUDORS") is None
        reserve(prefix, people.stranger.account)


def test_js_51_free_are_those_for_everybody_and_one_s_own_that_nobody_holds(people: People) -> None:
    make_prefix("FREE")
    make_prefix("OFF", is_active=False)
    reserve(make_prefix("HELD"), people.stranger.account)
    make_prefix("MASTERS", owner=people.master.account)
    make_prefix("SLAVES", owner=people.slave.account)
    assert names(people.master.account) == ["FREE", "MASTERS"]
    assert names(people.slave.account) == ["FREE", "MASTERS", "SLAVES"]
    assert names(people.stranger.account) == ["FREE"]
    assert names(people.stranger.account, clock.now() + timedelta(hours=24)) == ["FREE", "HELD"]


def test_js_52_reserving_says_who_holds_it_from_when_until_when(people: People) -> None:
    prefix, until = make_prefix("TUDORS"), clock.now() + timedelta(hours=72)
    made = prefixes.reserve(
        prefix=prefix, account=people.slave.account, until=until, start=None, actor=people.slave.user
    )
    assert (made.prefix, made.account, made.date_to, made.created_by) == (
        prefix,
        people.slave.account,
        until,
        people.slave.user,
    )
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.account, entry.actor) == ("prefix.reserve", people.slave.account, people.slave.user)


def test_js_52_a_taken_prefix_is_refused_without_a_word_about_who_has_it(people: People) -> None:
    prefix = make_prefix("TUDORS")
    reserve(prefix, people.slave.account)
    with pytest.raises(PrefixRefused, match="TUDORS is reserved from") as caught:
        reserve(prefix, people.stranger.account)
    assert caught.value.reason == Reason.TAKEN
    assert people.slave.account.name not in str(caught.value)
    assert refused(prefix, people.slave.account, hours=1) == Reason.TAKEN


@pytest.mark.parametrize(("start", "hours"), [(None, -1), (None, 0), (None, 72.001), (-1, 2), (5, 4), (5, 77.001)])
def test_js_52_a_time_that_is_over_turned_round_or_too_long_is_refused(
    people: People, start: int | None, hours: float
) -> None:
    moment = None if start is None else clock.now() + timedelta(hours=start)
    assert refused(make_prefix("TUDORS"), people.slave.account, hours=hours, start=moment) == Reason.BAD_DATES
    assert not PrefixReservation.objects.exists()


def test_a_time_may_begin_where_another_ends_and_not_a_moment_earlier(people: People) -> None:
    prefix, account = make_prefix("TUDORS"), people.slave.account
    first = reserve(prefix, account, hours=2)
    early = first.date_to - timedelta(microseconds=1)
    assert refused(prefix, people.stranger.account, hours=4, start=early) == Reason.TAKEN
    later = prefixes.reserve(
        prefix=prefix,
        account=people.stranger.account,
        start=first.date_to,
        until=first.date_to + timedelta(hours=72),
        actor=None,
    )
    assert later.date_from == first.date_to


def test_js_55_without_the_right_nothing_is_reserved(people: People) -> None:
    Account.objects.filter(pk=people.slave.account.pk).update(may_use_prefixes=False)
    assert refused(make_prefix("TUDORS"), Account.objects.get(pk=people.slave.account.pk)) == Reason.NO_RIGHT


def test_what_is_switched_off_or_belongs_to_another_is_answered_like_what_is_not_there(people: People) -> None:
    off, foreign = make_prefix("OFF", is_active=False), make_prefix("OURS", owner=people.slave.account)
    missing = Prefix(pk=foreign.pk + 1_000, name="NONE")
    for prefix in (off, foreign, missing):
        assert refused(prefix, people.stranger.account) == Reason.UNKNOWN
    assert refused(foreign, people.master.account) == Reason.UNKNOWN


def test_a_released_prefix_is_free_at_once_and_releasing_twice_is_releasing_once(people: People) -> None:
    prefix, account = make_prefix("TUDORS"), people.slave.account
    reservation = reserve(prefix, account)
    for _time in range(2):
        prefixes.release(reservation=reservation, actor=people.slave.user)
    assert prefixes.reserved_now(account=account, name="TUDORS") is None
    assert AuditEntry.objects.filter(action="prefix.release").count() == 1
    reserve(prefix, people.stranger.account)


def test_a_reservation_released_before_it_begins_leaves_its_time_to_others(people: People) -> None:
    prefix, start = make_prefix("TUDORS"), clock.now() + timedelta(hours=5)
    reservation = reserve(prefix, people.slave.account, hours=10, start=start)
    for _time in range(2):
        reservation = prefixes.release(reservation=reservation, actor=None)
    assert (reservation.date_from, reservation.date_to, reservation.is_over) == (start, start, True)
    reserve(prefix, people.stranger.account)


def test_the_database_itself_refuses_what_overlaps_or_lasts_too_long(slave: Persona) -> None:
    prefix, other, now = make_prefix("TUDORS"), make_prefix("OTHER"), clock.now()

    def put(word: Prefix, begins: float, ends: float) -> PrefixReservation:
        times = {"date_from": now + timedelta(hours=begins), "date_to": now + timedelta(hours=ends)}
        with transaction.atomic():
            return PrefixReservation.objects.create(prefix=word, account=slave.account, **times)

    first = put(prefix, 0, 72)
    put(other, 0, 72)
    put(prefix, 72, 74)
    for begins, ends in ((10, 20), (-5, 1), (71, 73), (-1, 73), (100, 172.001), (200, 199)):
        with pytest.raises(IntegrityError):
            put(prefix, begins, ends)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrefixReservation.objects.filter(pk=first.pk).update(
            date_from=now + timedelta(hours=3), date_to=now + timedelta(hours=73)
        )


@pytest.mark.parametrize("name", ["A", "TOO.LONG.NAME", "ZAŻÓŁĆ", "TWO WORDS", "NO\n", "4/5"])
def test_a_name_that_nobody_could_write_is_refused(name: str, db: None) -> None:
    with pytest.raises(ValidationError) as caught:
        Prefix(name=name).full_clean()
    assert "name" in caught.value.message_dict


def test_one_word_in_two_spellings_is_one_prefix(db: None) -> None:
    make_prefix("JS.AUTO")
    with pytest.raises(ValidationError, match="already exists"):
        Prefix(name="js.auto").full_clean()
    with pytest.raises(IntegrityError):
        Prefix.objects.create(name="js.auto")


def test_a_dedicated_prefix_and_no_other_has_an_account(slave: Persona) -> None:
    for access, account in (("GLOBAL", slave.account), ("DEDICATED", None)):
        with pytest.raises(ValidationError, match="Name the account"):
            Prefix(name="OURS", access=access, account=account).full_clean()
