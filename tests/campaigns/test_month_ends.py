"""Messages of months that ended long ago are taken away; points are proved and figures shown without them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Transfer
from campaigns import counting, delivery, month_ends, orders, partitions
from campaigns.models import Campaign, Message, MessageCount, ProviderId, Reply, Variant
from smspanel import clock, doorbell
from tests.campaigns.months import campaign_of, months_away, somebody_reading
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold, broken
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True)

REJECTED = number(3, "05")


@pytest.fixture(autouse=True)
def _tables(db: None) -> None:
    """Make the tables that a test before may have taken away."""
    partitions.prepare()


@pytest.fixture
def sent(sending: Sending) -> Campaign:
    """A campaign of this month that has ended and is counted, and a single message."""
    campaign = sending.send([sending.group([number(1), number(2), REJECTED])])
    order = orders.Order(name="API", text="Your code is 1234", variant=Variant.ECO)
    orders.single(account=sending.account, to=number(1), order=order, key=None)
    doorbell.run_all_due()
    with clock.travel(days=4):
        doorbell.run_all_due()
        delivery.close_unreported()
        counting.run()
    campaign.refresh_from_db()
    return campaign


def forget(days: int = 100, *, kept: int = 50) -> None:
    """Forget, so many days ahead, what ended longer ago than it is kept."""
    with clock.travel(days=days):
        while month_ends.forget_messages(clock.now() - timedelta(days=kept)):
            pass
        counting.run()


def figures(campaign: Campaign) -> Any:
    """Return what is shown of a campaign and of the single messages of its account."""
    day = counting.day_of(campaign)
    return counting.by_campaign([campaign]), counting.by_day(campaign.account, day, day)


def test_messages_go_and_figures_and_points_stay(sent: Campaign) -> None:
    before, ledger = figures(sent), Transfer.objects.count()
    forget()
    sent.refresh_from_db()
    assert (Message.objects.count(), ProviderId.objects.count(), sent.keeps_messages) == (0, 0, False)
    assert figures(sent) == before != ({}, {})
    assert Transfer.objects.count() == ledger
    assert_all_hold()


def test_the_table_of_the_month_is_gone(sent: Campaign) -> None:
    forget()
    assert partitions.name_of(sent.month) not in partitions.tables()


def test_points_of_what_is_gone_are_proved_by_what_was_counted(sent: Campaign) -> None:
    forget()
    row = sent.counted.rows.filter(state__in=["DELIVERED", "NO_REPORT"]).first()
    assert row is not None
    row.points += 1
    row.save()
    assert "I5" in broken()


def test_a_campaign_that_ended_lately_keeps_its_whole_month(sent: Campaign) -> None:
    Campaign.objects.filter(single=True).update(finished_at=clock.now() + timedelta(days=60))
    forget()
    assert Message.objects.count() == 4


def test_a_message_that_may_be_reported_keeps_its_month(sent: Campaign) -> None:
    Message.objects.filter(msisdn=number(2)).update(state="SENT")
    forget()
    assert Message.objects.count() == 4


def test_a_draft_keeps_nothing_and_is_sent_later(sending: Sending, sent: Campaign) -> None:
    draft = sending.draft([sending.group([number(5)])])
    forget()
    assert Message.objects.count() == 0
    assert draft.pk in set(Campaign.objects.filter(forgotten=0).values_list("pk", flat=True))


def test_replies_stay_without_their_messages(sending: Sending, sent: Campaign) -> None:
    message = sent.messages.all()[0]
    reply = Reply.objects.create(
        connection=sending.connection, campaign=sent, message=message, msisdn=message.msisdn, received_at=clock.now()
    )
    forget()
    reply.refresh_from_db()
    assert (reply.campaign, reply.message_id) == (sent, None)


def test_months_go_one_after_the_other(sending: Sending) -> None:
    campaigns = [campaign_of(sending.persona, months_away(-count)) for count in (30, 31)]
    partitions.make([months_away(-30)])
    forget(0)
    assert {one.forgotten for one in Campaign.objects.filter(pk__in=[one.pk for one in campaigns])} == {4}
    assert not Message.objects.exists()


def test_a_month_is_kept_while_somebody_reads_it(sent: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "TRIES", 1)
    with somebody_reading():
        forget()
        kept = Message.objects.count()
    assert kept == (4 if partitions.is_partitioned() else 0)
    forget()
    assert not Message.objects.exists()


@pytest.mark.parametrize("who", ["slave", "staff"])
def test_the_page_of_the_campaign_shows_its_figures_and_says_what_is_gone(
    people: People, sent: Campaign, who: str
) -> None:
    forget()
    client = getattr(people, who).client
    for name in ("campaign", "campaign-recipients"):
        page = client.get(reverse(name, args=[sent.pk]))
        assert "not kept any more" in page.content.decode()
    assert ">3 / 3<" in client.get(reverse("campaign", args=[sent.pk])).content.decode()


def test_points_of_single_messages_that_are_gone_are_proved_too(sent: Campaign) -> None:
    forget()
    MessageCount.objects.filter(counted__campaign=None).update(points=1)
    assert any("was charged" in sentence for sentence in broken()["I5"])
