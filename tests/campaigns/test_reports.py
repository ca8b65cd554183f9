"""Counting what became of campaigns: exactly, and with as many queries for one as for many."""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from campaigns import reports
from campaigns.justsend_words import MessageStatus, message_status, operator_word
from campaigns.models import Campaign, Message, Plan
from campaigns.reports import Period
from tests.personas import People

WARSAW = ZoneInfo("Europe/Warsaw")
State = Message.State


def campaign_of(account: Account, *messages: tuple[str, str, str], size: int | None = None) -> Campaign:
    """Make a campaign with messages: number, state and network."""
    campaign = Campaign.objects.create(account=account, name="Test", text="Hello", state=Campaign.State.FINISHED)
    Plan.objects.create(campaign=campaign, recipients=len(messages) if size is None else size, price=3)
    Message.objects.bulk_create(
        Message(campaign=campaign, msisdn=msisdn, state=state, network=network, parts=1, points=3)
        for msisdn, state, network in messages
    )
    return campaign


def test_every_number_counts_for_the_operator_of_its_range_or_of_its_report(people: People) -> None:
    # Ranges that only five digits tell apart, a report, an unclear report, a fixed and a foreign number.
    numbers = ["48573570001", "48573500001", "48573510001", "48600100200", "48601100200", "48221234567", "491701234567"]
    messages = [(number, State.DELIVERED, "") for number in numbers]
    messages += [("48602100200", State.SENT, "Plus"), ("48602100201", State.SENT, "UNKNOWN")]
    messages += [("48602100202", State.SENT, "Somebody new"), ("491701234568", State.QUEUED, "Orange")]
    report = reports.of(campaign_of(people.slave.account, *messages))
    expected: dict[str, Counter[MessageStatus]] = {}
    for number, state, network in messages:
        expected.setdefault(operator_word(number, network), Counter())[message_status(state)] += 1
    assert report.tally.by_operator == expected
    assert len(expected) == 5


def test_an_operator_that_occurs_at_all_is_in_every_map(people: People) -> None:
    messages = [("48500100200", State.DELIVERED, ""), ("48600100200", State.FAILED, "")]
    report = reports.of(campaign_of(people.slave.account, *messages))
    assert report.sent_by_operator() == {"POLAND_ERA": 0, "POLAND_ORANGE": 1}
    assert report.tally.split(MessageStatus.NOT_SENT) == {"POLAND_ERA": 1, "POLAND_ORANGE": 0}


@given(state=st.sampled_from(State.values))
def test_every_message_is_sent_or_not(state: str) -> None:
    counted = Counter({message_status(state): 1})
    report = reports.Report(Campaign(single=True), reports.Tally({operator_word("48500100200"): counted}), 0, 0, False)
    assert (report.sent, report.not_sent) in {(1, 0), (0, 1)}


def test_before_its_messages_are_made_nobody_was_sent_to(people: People) -> None:
    report = reports.of(campaign_of(people.slave.account, ("48500100200", State.QUEUED, ""), size=5))
    assert (report.size, report.sent, report.not_sent, report.price) == (5, 0, 5, 3)


def test_many_campaigns_take_as_many_queries_as_one(people: People) -> None:
    account = people.slave.account
    for _time in range(4):
        campaign_of(account, ("48500100200", State.DELIVERED, ""), ("48600100200", State.FAILED, ""))
    taken = set()
    for campaigns in (list(reports.bulks()[:1]), list(reports.bulks())):
        with CaptureQueriesContext(connection) as queries:
            found = reports.of_all(campaigns)
        assert [one.sent for one in found] == [1] * len(campaigns)
        assert [one.campaign for one in found] == campaigns
        taken.add(len(queries))
    assert len(taken) == 1


def test_a_long_list_is_counted_in_chunks(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "CHUNK", 2)
    made = [campaign_of(people.slave.account, ("48500100200", State.DELIVERED, "")) for _time in range(5)]
    assert [(one.campaign, one.sent) for one in reports.of_all(made)] == [(campaign, 1) for campaign in made]


def test_a_million_messages_are_counted_by_their_ranges_and_not_one_by_one(people: People) -> None:
    numbers = [f"48500{index:06d}" for index in range(3_000)]
    campaign = campaign_of(people.slave.account, *((number, State.DELIVERED, "") for number in numbers))
    with CaptureQueriesContext(connection) as queries:
        assert reports.of(campaign).sent == 3_000
    counting = next(query["sql"] for query in queries if "campaigns_message" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(counting)
        assert len(cursor.fetchall()) < 40


@pytest.mark.parametrize(
    "day, hours", [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 8, 1), 24), (date(2026, 12, 31), 24)]
)
def test_a_day_is_as_long_as_it_is_in_its_zone(day: date, hours: int) -> None:
    period = Period.of_days(day, day, WARSAW)
    length = period.until.astimezone(ZoneInfo("UTC")) - period.since.astimezone(ZoneInfo("UTC"))
    assert length.total_seconds() == hours * 3600
