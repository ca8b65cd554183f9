"""Birthday greetings: on the day, at the hour of the account, once a year, through an ordinary campaign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from accounts.models import Account, AuditEntry
from campaigns import greetings
from campaigns.models import Campaign, Greeted, Greeting
from contacts import numbers
from contacts.models import BlacklistEntry, Contact, Group
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, make_group, number
from tests.personas import Persona


@contextmanager
def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> Iterator[None]:
    """Be at a moment, in UTC."""
    with clock.travel(seconds=(datetime(year, month, day, hour, minute, tzinfo=UTC) - clock.now()).total_seconds()):
        yield


def born(account: Account, index: int, born_on: date, name: str = "Ann") -> Contact:
    """Put somebody into the group."""
    make_group(account, [number(index)], first_name=name)
    Contact.objects.filter(account=account, msisdn=number(index)).update(birth_date=born_on)
    return Contact.objects.get(account=account, msisdn=number(index))


@pytest.fixture
def greeting(sending: Sending) -> Greeting:
    """A greeting at ten to a group of three, of whom one was born on 29 February and one on 3 May."""
    for index, day in enumerate((date(1996, 2, 29), date(1990, 5, 3), date(1990, 7, 7))):
        born(sending.account, index, day)
    with at(2027, 1, 1):
        wanted = Greeting(group=Group.objects.get(), at=time(10), text="Happy birthday, #first_name#!")
        return greetings.save(greeting=wanted, actor=sending.persona.user)


def run(greeting: Greeting) -> list[str]:
    """Do what is due, and return the numbers that have got a greeting so far, by the simulator's journal."""
    doorbell.run_all_due()
    greeting.refresh_from_db()
    return sorted(Greeted.objects.values_list("contact__msisdn", flat=True))


def test_it_goes_out_on_the_day_and_at_the_hour(sending: Sending, greeting: Greeting) -> None:
    with at(2027, 5, 3, 7, 59):
        assert run(greeting) == []
    with at(2027, 5, 3, 8, 1):
        assert run(greeting) == [number(1)]
        assert sending.air() == {number(1): 1}
        campaign = Campaign.objects.get()
        assert campaign.messages.get().text == "Happy birthday, Ann!"
        assert (greeting.last_campaign, campaign.name) == (campaign, "Birthdays of 2027-05-03: Customers")
        greetings.send(greeting.pk)
    with at(2027, 5, 4):
        run(greeting)
    assert sending.air() == {number(1): 1}


def test_it_comes_again_the_year_after_and_not_earlier(sending: Sending, greeting: Greeting) -> None:
    with at(2027, 5, 3):
        run(greeting)
        Greeting.objects.update(next_at=clock.now())
        run(greeting)
        assert Campaign.objects.count() == 1
    with at(2028, 5, 3):
        run(greeting)
    assert sending.air() == {number(1): 2}


@pytest.mark.parametrize("year, day, gets", [(2027, 28, True), (2028, 28, False), (2028, 29, True), (2027, 27, False)])
def test_29_february_is_the_28th_in_other_years(greeting: Greeting, year: int, day: int, gets: bool) -> None:
    with at(year, 2, day):
        assert run(greeting) == ([number(0)] if gets else [])


def test_a_missed_day_stays_missed(sending: Sending, greeting: Greeting) -> None:
    with at(2027, 5, 4, 3):
        assert run(greeting) == []
        assert greeting.next_at == datetime(2027, 5, 4, 8, tzinfo=UTC)
    with at(2027, 7, 7, 19):
        assert run(greeting) == [number(2)]


def test_without_points_the_problem_is_shown_and_nobody_is_marked(sending: Sending, greeting: Greeting) -> None:
    Greeting.objects.update(text="x" * 1500)
    for index in range(300, 340):
        born(sending.account, index, date(1990, 5, 3))
    with at(2027, 5, 3, 9):
        assert run(greeting) == []
        assert "points" in greeting.problem
        sending.persona.client.force_login(sending.persona.user, backend="django.contrib.auth.backends.ModelBackend")
        page = sending.persona.client.get(f"/groups/{greeting.group_id}/greeting/note/").content.decode()
        assert greeting.problem in page
    assert not Campaign.objects.exists()
    Greeting.objects.update(text="Hello")
    with at(2027, 5, 3, 9, 20):
        assert len(run(greeting)) == 41
        assert greeting.problem == ""


def test_who_is_blacklisted_is_left_out_and_the_others_are_not(sending: Sending, greeting: Greeting) -> None:
    BlacklistEntry.objects.create(account=sending.account, msisdn=number(1))
    with at(2027, 5, 3):
        assert (run(greeting), greeting.problem) == ([], "")
    born(sending.account, 9, date(1991, 5, 3))
    with at(2027, 5, 3, 13):
        Greeting.objects.update(next_at=clock.now())
        run(greeting)
    assert sending.air() == {number(9): 1}


def test_outside_the_sending_hours_it_waits_for_them_on_the_same_day(sending: Sending, greeting: Greeting) -> None:
    Account.objects.update(window_start=time(8), window_end=time(22))
    Greeting.objects.update(at=time(6))
    with at(2027, 5, 3, 4, 30):
        Greeting.objects.update(next_at=clock.now())
        assert run(greeting) == [number(1)]
        assert Campaign.objects.get().start_at == datetime(2027, 5, 3, 6, tzinfo=UTC)
        assert not sending.air()
    Greeting.objects.update(at=time(23), next_at=datetime(2027, 7, 7, 21, tzinfo=UTC))
    with at(2027, 7, 7, 21, 30):
        assert run(greeting) == [number(1)]
        assert "outside the sending hours" in greeting.problem


@pytest.mark.parametrize("change", [{"is_blocked": True}, {"valid_until": date(2027, 1, 2)}])
def test_a_closed_group_is_not_greeted(greeting: Greeting, change: dict[str, Any]) -> None:
    Group.objects.update(**change)
    with at(2027, 5, 3):
        assert run(greeting) == []
        assert greeting.problem == "The group is blocked or not valid today."


@pytest.mark.parametrize(
    "day, hour, sent_at",
    [
        # In the night of 28 March there is no half past two: the clock goes from 2 to 3 (1:00 UTC).
        (date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        # In the night of 31 October there are two: the first is meant, and the second sends nothing more.
        (date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_in_the_nights_when_clocks_change_it_goes_out_once(
    sending: Sending, greeting: Greeting, day: date, hour: time, sent_at: datetime
) -> None:
    Account.objects.update(window_start=None, window_end=None)
    born(sending.account, 7, day.replace(year=1980))
    Greeting.objects.update(at=hour, next_at=datetime(day.year, day.month, day.day, 0, tzinfo=UTC))
    counts = {}
    for minute in range(0, 180, 15):
        with at(day.year, day.month, day.day, minute // 60, minute % 60):
            counts[clock.now().replace(second=0, microsecond=0)] = len(run(greeting))
    assert counts == {moment: int(moment >= sent_at) for moment in counts}
    assert sending.air() == {number(7): 1}


def form(**fields: Any) -> dict[str, Any]:
    """Return what the page would send."""
    return {"is_active": "on", "at": "09:30", "sender": "", "text": "All the best, #first_name#!"} | fields


def test_the_page_saves_it_and_the_groups_page_shows_it(slave: Persona) -> None:
    group = make_group(slave.account, [number(1)])
    note = f"/groups/{group.pk}/greeting/note/"
    assert "Switched off." in slave.client.get(note).content.decode()
    assert slave.client.post(f"/groups/{group.pk}/greeting/", form()).status_code == 302
    greeting = Greeting.objects.get()
    assert (greeting.at, greeting.is_active, greeting.next_at is not None) == (time(9, 30), True, True)
    assert "Sent at 09:30" in slave.client.get(note).content.decode()
    page = slave.client.get(f"/contacts/group/{group.pk}/change/").content.decode()
    assert f'hx-get="{note}"' in page
    assert f"/contacts/group/{group.pk}/greeting/" in page
    assert AuditEntry.objects.get(action="greeting.save").actor == slave.user


def test_the_page_refuses_what_makes_no_sense_and_other_people(slave: Persona, stranger: Persona) -> None:
    group = make_group(slave.account, [number(1)])
    page = f"/groups/{group.pk}/greeting/"
    assert "#nickname# is not known" in slave.client.post(page, form(text="Hi #nickname#")).content.decode()
    slave.client.post(page, form(at="25:00"))
    assert stranger.client.post(page, form()).status_code == 404
    assert stranger.client.get(f"{page}note/").status_code == 404
    assert not Greeting.objects.exists()


def test_a_short_number_from_abroad_is_ordered_as_it_is(sending: Sending, greeting: Greeting) -> None:
    Contact.objects.filter(msisdn=number(1)).update(msisdn="376312345")
    with at(2027, 5, 3):
        people = list(greetings.birthdays(greeting, date(2027, 5, 3)))
        raws = greetings._order(greeting, date(2027, 5, 3), people, clock.now()).numbers
    assert numbers.readable(raws) == ["376312345"]
