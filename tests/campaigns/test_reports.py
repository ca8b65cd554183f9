"""Delivery reports: pushed or pulled, early, late, twice or in the wrong order, they end in the same truth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Transfer
from campaigns import delivery
from campaigns.models import Batch, Campaign, InboxItem, Message
from smspanel import clock, doorbell
from smspanel.providers.base import DeliveryState, Report
from tests.campaigns.sending import PRICE, Sending, number, open_route, states
from tests.invariants import assert_all_hold

OUTCOMES = [number(1, "01"), number(2, "02"), number(3, "03")]
WORDS = {"DELIVERED": "DELIVRD", "UNDELIVERED": "UNDELIV", "EXPIRED": "EXPIRED", "REJECTED": "REJECTD"}


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to one person, sent and not reported."""
    campaign = sending.send([sending.group([number(9)])])
    assert states(campaign) == {"SENT": 1}
    return campaign


def report(campaign: Campaign, state: str, minutes: float | None = 1) -> int:
    """Apply a report that the provider dates so many minutes after the start."""
    message = campaign.messages.get()
    assert message.batch is not None
    assert campaign.started_at is not None
    at = None if minutes is None else campaign.started_at + timedelta(minutes=minutes)
    one = Report(message.provider_id, DeliveryState(state), raw_state=state, at=at)
    return delivery.apply_reports(message.batch.connection, [one])


def push(sending: Sending, provider_id: str, state: str = "DELIVERED") -> InboxItem:
    """Take a pushed report."""
    query = {"id": provider_id, "st": WORDS[state], "dt": "2099-01-01 12:00:00"}
    return delivery.receive(connection=sending.connection, query=query, body="")


def state_of(campaign: Campaign) -> str:
    """Return the state of its one message."""
    return campaign.messages.get().state


@pytest.mark.parametrize("way", ["pushed", "pulled"])
def test_pushed_and_pulled_reports_say_the_same(sending: Sending, way: str) -> None:
    campaign = sending.send([sending.group(OUTCOMES)])
    if way == "pushed":
        for message, state in zip(campaign.messages.order_by("msisdn"), WORDS, strict=False):
            push(sending, message.provider_id, state)
        Batch.objects.update(next_pull_at=None)
    with clock.travel(seconds=10):
        doorbell.run_all_due()
    found = dict(campaign.messages.values_list("msisdn", "state"))
    assert found == dict(zip(OUTCOMES, ["DELIVERED", "UNDELIVERED", "EXPIRED"], strict=True))
    assert not InboxItem.objects.exclude(state=InboxItem.State.APPLIED).exists()
    assert_all_hold()


@pytest.mark.parametrize("state", list(WORDS))
def test_a_final_report_is_not_undone_by_an_interim_one(campaign: Campaign, state: str) -> None:
    report(campaign, state, minutes=1)
    for interim in ("QUEUED", "SENT", "UNKNOWN"):
        assert report(campaign, interim, minutes=2) == 1
    assert state_of(campaign) == state


@pytest.mark.parametrize(
    "first, second, ends",
    [
        (("UNDELIVERED", 1), ("DELIVERED", 2), "DELIVERED"),
        (("DELIVERED", 2), ("UNDELIVERED", 1), "DELIVERED"),
        (("DELIVERED", 1), ("UNDELIVERED", 1), "DELIVERED"),
        (("DELIVERED", 1), ("UNDELIVERED", None), "DELIVERED"),
    ],
)
def test_of_two_final_reports_the_later_by_the_provider_s_clock_counts(
    campaign: Campaign, first: tuple[str, float], second: tuple[str, float | None], ends: str
) -> None:
    report(campaign, *first)
    report(campaign, *second)
    assert state_of(campaign) == ends


def test_reports_that_arrive_together_in_the_wrong_order_end_in_the_newest(campaign: Campaign) -> None:
    message = campaign.messages.get()
    assert message.batch is not None
    ages = (("DELIVERED", 3), ("SENT", 1), ("UNDELIVERED", 2))
    reports = [
        Report(message.provider_id, DeliveryState(state), raw_state="", at=clock.now() + timedelta(minutes=minutes))
        for state, minutes in ages
    ]
    assert delivery.apply_reports(message.batch.connection, reports) == 3
    assert state_of(campaign) == "DELIVERED"


def test_a_report_twice_changes_and_refunds_once(sending: Sending, campaign: Campaign) -> None:
    for _ in range(3):
        report(campaign, "REJECTED")
    assert Transfer.objects.get(kind=Transfer.Kind.REFUND).amount == PRICE
    assert (state_of(campaign), sending.persona.available) == ("REJECTED", 1_000)
    assert_all_hold()


def test_a_delivery_after_a_refund_is_shown_and_not_clawed_back(sending: Sending, campaign: Campaign) -> None:
    report(campaign, "REJECTED", minutes=1)
    report(campaign, "DELIVERED", minutes=2)
    report(campaign, "REJECTED", minutes=3)
    assert (state_of(campaign), sending.persona.available) == ("REJECTED", 1_000)
    assert_all_hold()


@pytest.mark.parametrize("state", ["UNDELIVERED", "EXPIRED"])
def test_what_the_network_could_not_deliver_stays_paid(sending: Sending, campaign: Campaign, state: str) -> None:
    report(campaign, state)
    assert sending.persona.available == 1_000 - PRICE


def test_the_same_push_twice_is_stored_once(sending: Sending, campaign: Campaign) -> None:
    provider_id = campaign.messages.get().provider_id
    assert push(sending, provider_id) == push(sending, provider_id)
    doorbell.run_all_due()
    assert (InboxItem.objects.count(), state_of(campaign)) == (1, "DELIVERED")


def test_a_report_for_an_unknown_id_is_kept_and_found_later(sending: Sending, campaign: Campaign) -> None:
    message = campaign.messages.get()
    Message.objects.update(provider_id="not yet written")
    item = push(sending, message.provider_id)
    doorbell.run_all_due()
    item.refresh_from_db()
    assert (item.state, item.attempts) == (InboxItem.State.UNMATCHED, 1)
    Message.objects.update(provider_id=message.provider_id)
    with clock.travel(seconds=11):
        doorbell.run_all_due()
    item.refresh_from_db()
    assert (item.state, state_of(campaign)) == (InboxItem.State.APPLIED, "DELIVERED")


def test_a_report_that_fits_nobody_is_kept_for_people_to_see(sending: Sending) -> None:
    item = push(sending, "somebody else's")
    for hours in (0, 1, 73):
        with clock.travel(hours=hours):
            doorbell.run_all_due()
    item.refresh_from_db()
    assert (item.state, item.next_attempt_at) == (InboxItem.State.UNMATCHED, None)
    assert item.query["id"] == "somebody else's"


def test_a_provider_speaks_of_its_own_messages_only(sending: Sending, campaign: Campaign) -> None:
    other = open_route(sending.simulator.url("serwersms"), name="Another")
    provider_id = campaign.messages.get().provider_id
    one = Report(provider_id, DeliveryState.REJECTED, raw_state="", at=clock.now())
    assert delivery.apply_reports(other, [one]) == 0
    assert (state_of(campaign), sending.persona.available) == ("SENT", 1_000 - PRICE)


def test_without_a_report_for_days_it_says_so_and_a_late_one_is_still_taken(campaign: Campaign) -> None:
    with clock.travel(hours=72):
        assert delivery.close_unreported() == 0
    with clock.travel(hours=74):
        assert delivery.close_unreported() == 1
        assert state_of(campaign) == "NO_REPORT"
        report(campaign, "DELIVERED")
    assert state_of(campaign) == "DELIVERED"
    assert_all_hold()


def test_pulling_slows_down_and_ends_with_the_last_report(sending: Sending, campaign: Campaign) -> None:
    batch, waits = Batch.objects.get(), []
    sending.simulator.fault("status", "/messages/reports.json", status=500, times=None)
    ahead = 6.0
    for _ in range(5):
        with clock.travel(seconds=ahead):
            delivery.pull_reports(batch.pk)
            batch.refresh_from_db()
            assert batch.next_pull_at is not None
            waits.append(round((batch.next_pull_at - clock.now()).total_seconds()))
        ahead += waits[-1] + 1
    assert waits == [5, 10, 20, 40, 80]
    report(campaign, "DELIVERED")
    with clock.travel(seconds=ahead):
        delivery.pull_reports(batch.pk)
    batch.refresh_from_db()
    assert batch.next_pull_at is None
