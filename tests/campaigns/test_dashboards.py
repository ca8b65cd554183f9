"""The first page of the three people: what each of them needs to see first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import points
from campaigns import dashboard_owner, jobs, lifecycle
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number
from tests.personas import People, Persona

SIX = [number(index) for index in range(6)]


def page(persona: Persona) -> Any:
    """Return the first page."""
    answer = persona.client.get("/")
    assert answer.status_code == 200
    return answer


def test_an_owner_is_told_how_long_the_points_last(sending: Sending) -> None:
    sending.send([sending.group(SIX)])
    answer = page(sending.persona)
    available = points.balance(sending.account).available
    assert answer.context["days_left"] == available * 14 // 18
    assert "at this pace" in answer.content.decode()


@pytest.mark.parametrize("available, spent, days", [(100, 0, None), (0, 10, 0), (140, 14, 140), (13, 14, 13)])
def test_days_left_are_whole_and_never_too_many(available: int, spent: int, days: int | None) -> None:
    assert dashboard_owner.days_left(available, spent) == days


def test_a_campaign_under_way_is_shown_live_and_the_next_one_with_its_time(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(SIX)], name="Now")
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    later = clock.now() + timedelta(days=1)
    sending.confirm([sending.group(SIX)], name="Tomorrow", start_at=later.replace(hour=11, minute=0))
    answer = page(sending.persona)
    (running,) = answer.context["running"]
    assert (running.campaign, running.done, running.total) == (campaign, 0, 6)
    assert [one.name for one in answer.context["scheduled"]] == ["Tomorrow"]
    assert 'hx-get="/running/"' in answer.content.decode()


def test_the_live_part_follows_and_ends(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(SIX)])
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    assert "0 / 6" in sending.persona.client.get("/running/").content.decode()
    doorbell.run_all_due()
    ended = sending.persona.client.get("/running/").content.decode()
    assert "Nothing is being sent right now." in ended
    assert "hx-get" not in ended


def test_nobody_sees_what_others_send(sending: Sending, people: People) -> None:
    campaign = sending.confirm([sending.group(SIX)], name="Ours alone")
    jobs.start(campaign.pk)
    assert "Ours alone" in people.master.client.get("/running/").content.decode()
    assert "Ours alone" not in people.stranger.client.get("/running/").content.decode()


def test_a_master_sees_first_who_runs_low(sending: Sending, people: People) -> None:
    sending.send([sending.group(SIX)])
    slave = sending.account
    available = points.balance(slave).available
    points.adjust(account=slave, points=-(available - 4), key="low", memo="Test", actor=people.staff.user)
    (first, *_others) = page(people.master).context["slaves"]
    assert (first.pk, first.runs_low, first.days_left) == (slave.pk, True, 3)


def test_staff_see_what_waits_and_who_sends_most(sending: Sending, people: People) -> None:
    sending.send([sending.group(SIX)])
    doorbell.run_all_due()
    answer = page(people.staff)
    assert [(one["name"], one["total"]) for one in answer.context["biggest"]] == [(sending.account.name, 6)]
    assert people.staff.client.get("/oldest/").content == b"0 s"
    assert people.master.client.get("/oldest/").status_code == 404
    assert answer.context["failing_postbacks"] == 0


def test_a_new_owner_is_told_what_to_do_until_something_was_sent(sending: Sending) -> None:
    steps = page(sending.persona).context["steps"]
    assert steps[-1].done is False
    sending.send([sending.group(SIX)])
    assert page(sending.persona).context["steps"] == []


def test_what_is_scheduled_and_cancelled_is_not_next(sending: Sending) -> None:
    later = (clock.now() + timedelta(days=1)).replace(hour=11, minute=0)
    campaign = sending.confirm([sending.group(SIX)], start_at=later)
    lifecycle.cancel(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert page(sending.persona).context["scheduled"] == []


@pytest.mark.parametrize("who", ["staff", "master", "slave"])
def test_it_asks_few_questions(sending: Sending, people: People, who: str) -> None:
    sending.send([sending.group(SIX)])
    with CaptureQueriesContext(connection) as queries:
        page(getattr(people, who))
    assert len(queries) <= 16, len(queries)
