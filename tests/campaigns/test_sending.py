"""The main job over real HTTP: confirm, send, report; the simulator's journal is the judge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import points
from campaigns import confirming, lifecycle
from campaigns.models import Batch, Campaign, Message
from contacts.models import BlacklistEntry
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number, states

TEN = [number(index) for index in range(10)]


def test_a_campaign_reaches_everybody_once_and_costs_what_was_planned(sending: Sending) -> None:
    campaign = sending.send([sending.group(TEN)])
    assert campaign.state == Campaign.State.FINISHED
    assert sending.air() == dict.fromkeys(TEN, 1)
    assert points.balance(sending.account) == points.Balance(posted=1_000 - 10 * PRICE, held=0)


def test_reports_are_pulled_and_shown(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1, "01"), number(2, "02"), number(3, "03")])])
    with clock.travel(seconds=10):
        doorbell.run_all_due()
    assert states(campaign) == {"DELIVERED": 1, "UNDELIVERED": 1, "EXPIRED": 1}


def test_a_number_the_provider_refuses_is_not_charged(sending: Sending) -> None:
    campaign = sending.send([sending.group([number(1), number(2, "04")])])
    assert campaign.state == Campaign.State.FINISHED_INCOMPLETE
    assert states(campaign)["FAILED"] == 1
    assert sending.persona.available == 1_000 - PRICE


def test_each_text_carries_the_recipients_own_values(sending: Sending) -> None:
    group = sending.group(TEN[:2])
    group.members.filter(msisdn=TEN[0]).update(first_name="Ola")
    sending.send([group], text="Hi #first_name#!")
    assert {sms["number"].lstrip("+"): sms["text"] for sms in sending.simulator.air()} == {
        TEN[0]: "Hi Ola!",
        TEN[1]: "Hi !",
    }


def test_batches_are_as_large_as_the_connection_allows(sending: Sending) -> None:
    sending.connection.batch_size = 4
    sending.connection.save()
    campaign = sending.send([sending.group(TEN)])
    assert sorted(Batch.objects.filter(campaign=campaign).values_list("size", flat=True)) == [2, 4, 4]


def test_a_number_blacklisted_after_the_confirmation_is_not_written_to(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    lifecycle.start(campaign.pk)
    BlacklistEntry.objects.create(account=sending.account, msisdn=TEN[3])
    doorbell.run_all_due()
    assert TEN[3] not in sending.air()
    assert sending.persona.available == 1_000 - 9 * PRICE


def test_a_member_added_after_the_plan_is_not_written_to(sending: Sending) -> None:
    group = sending.group(TEN[:3])
    campaign = sending.draft([group])
    sending.group(TEN)
    confirming.confirm(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert sending.air() == dict.fromkeys(TEN[:3], 1)


def test_nobody_beyond_the_plan_is_written_to_when_the_blacklist_shrinks(sending: Sending) -> None:
    entry = BlacklistEntry.objects.create(account=sending.account, msisdn=TEN[0])
    campaign = sending.confirm([sending.group(TEN[:3])])
    entry.delete()
    doorbell.run_all_due()
    assert sum(sending.air().values()) == 2
    assert states(campaign)["EXCLUDED"] == 1


def test_a_campaign_starts_at_its_time_and_not_before(sending: Sending) -> None:
    start = clock.now() + timedelta(hours=1)
    campaign = sending.send([sending.group(TEN)], start_at=start)
    assert (campaign.state, sending.air()) == (Campaign.State.TO_SEND, {})
    with clock.travel(hours=1, seconds=1):
        doorbell.run_all_due()
    assert sum(sending.air().values()) == 10


def test_a_campaign_that_could_not_start_for_hours_is_missed_and_paid_back(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(TEN)])
    with clock.travel(hours=3):
        doorbell.run_all_due()
    campaign.refresh_from_db()
    assert (campaign.state, sending.air(), sending.persona.available) == (Campaign.State.MISSED, {}, 1_000)


def test_a_rejected_message_is_refunded_once(sending: Sending) -> None:
    campaign = sending.send([sending.group(TEN[:1])])
    message = Message.objects.get(campaign=campaign)
    points.refund(account=sending.account, points=PRICE, key=f"refund:{message.pk}", subject=campaign.subject)
    points.refund(account=sending.account, points=PRICE, key=f"refund:{message.pk}", subject=campaign.subject)
    assert sending.persona.available == 1_000


@pytest.mark.parametrize(("characters", "parts"), [("a" * 161, 2), ("€" * 153, 3)])
def test_every_part_is_charged(sending: Sending, characters: str, parts: int) -> None:
    sending.send([sending.group(TEN[:1])], text=characters)
    assert sending.persona.available == 1_000 - parts * PRICE
