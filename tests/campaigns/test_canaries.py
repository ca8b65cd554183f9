"""First a few: some messages go first, over all networks; the others follow only if enough of those arrive."""

from __future__ import annotations

from collections import Counter

import pytest

from accounts.models import AuditEntry
from campaigns import canaries, dispatch, health, jobs, lifecycle, outcomes
from campaigns.canaries import share_out
from campaigns.models import Campaign, Canary, CanaryMessage, Message
from contacts import blacklist
from contacts.models import BlacklistEntry
from contacts.operators import guess_operator
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold

FEW = {"canary_size": 4, "canary_percent": 75, "canary_minutes": 10}
GOOD = [number(index, "01") for index in range(10, 22)]
BAD = [number(index, "02") for index in range(10, 22)]


def begin(sending: Sending, numbers: list[str], **fields: int) -> Campaign:
    """Send as far as it goes by itself, and let the reports of what was sent come in."""
    campaign = sending.send([sending.group(numbers)], **(FEW | fields))
    later(campaign, seconds=10)
    return campaign


def later(campaign: Campaign, **time: float) -> None:
    """Do what is due after that time."""
    with clock.travel(**time):
        doorbell.run_all_due()
        doorbell.run_all_due()
    campaign.refresh_from_db()


def status(campaign: Campaign) -> str:
    """Return what became of the first few."""
    return str(Canary.objects.get(campaign=campaign).status)


def test_the_first_few_go_and_the_others_wait(sending: Sending) -> None:
    campaign = begin(sending, GOOD)
    assert (campaign.state, campaign.hold_reason) == (Campaign.State.HOLD, Campaign.HoldReason.CANARY)
    assert (states(campaign), len(sending.air())) == ({"DELIVERED": 4, "QUEUED": 8}, 4)
    assert_all_hold()


def test_it_goes_on_by_itself_when_enough_arrived_and_the_time_is_over(sending: Sending) -> None:
    campaign = begin(sending, GOOD)
    later(campaign, minutes=9)
    assert (campaign.state, len(sending.air())) == (Campaign.State.HOLD, 4)
    later(campaign, minutes=10, seconds=20)
    assert (campaign.state, status(campaign)) == (Campaign.State.FINISHED, Canary.Status.PASSED)
    assert sending.air() == dict.fromkeys(GOOD, 1)
    assert_all_hold()


def test_it_stays_on_hold_and_says_why_when_too_few_arrived(sending: Sending) -> None:
    campaign = begin(sending, [*BAD[:2], *GOOD[2:]])
    later(campaign, minutes=11)
    assert (campaign.state, status(campaign)) == (Campaign.State.HOLD, Canary.Status.FAILED)
    assert "Of the first 4 messages 2 were delivered within 10 minutes; 75 % were wanted." in campaign.problem
    entry = AuditEntry.objects.get(action="campaign.canary_failed", account=sending.account)
    assert entry.details == {"tried": 4, "delivered": 2}
    later(campaign, hours=30)
    assert (campaign.state, len(sending.air())) == (Campaign.State.HOLD, 4)


def test_exactly_the_wanted_share_is_enough(sending: Sending) -> None:
    campaign = begin(sending, [*BAD[:1], *GOOD[1:]])
    later(campaign, minutes=11)
    assert status(campaign) == Canary.Status.PASSED


@pytest.mark.parametrize("minutes", [1, 11])
def test_a_person_lets_it_go_on_before_or_after_the_judgement(sending: Sending, minutes: int) -> None:
    campaign = begin(sending, BAD)
    later(campaign, minutes=minutes)
    lifecycle.resume(campaign=campaign, actor=sending.persona.user)
    later(campaign, minutes=minutes)
    assert (status(campaign), campaign.state) == (Canary.Status.OVERRULED, Campaign.State.FINISHED)
    assert sending.air() == dict.fromkeys(BAD, 1)


def test_a_person_cancels_the_others(sending: Sending) -> None:
    campaign = begin(sending, BAD)
    later(campaign, minutes=11)
    lifecycle.cancel(campaign=campaign, actor=None)
    later(campaign, minutes=12)
    assert (campaign.state, states(campaign)) == (Campaign.State.CANCELED, {"UNDELIVERED": 4, "CANCELED": 8})
    assert sending.persona.available == 1_000 - 4 * 3
    assert_all_hold()


def test_a_pause_of_a_person_does_not_let_the_others_go(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(GOOD)], **FEW)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    lifecycle.pause(campaign=campaign, actor=None)
    lifecycle.resume(campaign=campaign, actor=None)
    doorbell.run_all_due()
    assert (len(sending.air()), status(campaign)) == (4, Canary.Status.RUNNING)


def test_a_campaign_of_no_more_than_the_first_few_is_sent_as_ever(sending: Sending) -> None:
    campaign = sending.send([sending.group(GOOD[:4])], **FEW)
    assert (campaign.state, Canary.objects.exists()) == (Campaign.State.FINISHED, False)


def test_the_time_runs_from_the_moment_when_the_last_of_them_is_known_to_be_taken(sending: Sending) -> None:
    sending.connection.grace_seconds = 1_200
    sending.connection.save()
    sending.simulator.fault("take_then_drop", "/messages/send_sms.json")
    campaign = begin(sending, GOOD)
    assert states(campaign) == {"UNKNOWN": 4, "QUEUED": 8}
    later(campaign, minutes=21)
    assert Canary.objects.get(campaign=campaign).settled_at is not None
    later(campaign, minutes=25)
    assert status(campaign) == Canary.Status.RUNNING
    later(campaign, minutes=32)
    assert (status(campaign), campaign.state) == (Canary.Status.PASSED, Campaign.State.FINISHED)


def test_what_provably_never_left_is_sent_again_while_the_others_wait(sending: Sending) -> None:
    sending.simulator.fault("drop_before", "/messages/send_sms.json")
    campaign = begin(sending, GOOD)
    later(campaign, seconds=20)
    assert (states(campaign), campaign.hold_reason) == ({"DELIVERED": 4, "QUEUED": 8}, Campaign.HoldReason.CANARY)


def test_who_was_blacklisted_meanwhile_is_not_counted(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(GOOD)], **FEW)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    blacklist.add(account=sending.account, raw_numbers=GOOD[:1], source=BlacklistEntry.Source.PERSON, actor=None)
    doorbell.run_all_due()
    later(campaign, seconds=10)
    later(campaign, minutes=11)
    assert status(campaign) == Canary.Status.PASSED
    entry = AuditEntry.objects.get(action="campaign.canary_passed")
    assert entry.details == {"tried": 3, "delivered": 3}


def test_all_networks_are_among_the_first_few(sending: Sending) -> None:
    by_prefix = {"50100": 8, "60200": 2, "60100": 1, "53000": 1}
    numbers = [f"48{prefix}{n:02d}00" for prefix, count in by_prefix.items() for n in range(count)]
    campaign = sending.confirm([sending.group(numbers)], **(FEW | {"canary_size": 6}))
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    picked = CanaryMessage.objects.values_list("message__msisdn", flat=True)
    found = Counter(map(guess_operator, picked))
    assert found == {"POLAND_ORANGE": 3, "POLAND_ERA": 1, "POLAND_PLUS": 1, "POLAND_PLAY": 1}


@pytest.mark.parametrize(
    "size, counts, shares",
    [
        (10, {"a": 50, "b": 30, "c": 20}, {"a": 5, "b": 3, "c": 2}),
        (10, {"a": 998, "b": 1, "c": 1}, {"a": 8, "b": 1, "c": 1}),
        (2, {"a": 5, "b": 9, "c": 7}, {"b": 1, "c": 1}),
        (5, {"a": 3, "b": 3}, {"a": 3, "b": 2}),
        (7, {"a": 1, "b": 7}, {"a": 1, "b": 6}),
    ],
)
def test_the_first_few_are_shared_out_in_proportion(size: int, counts: dict[str, int], shares: dict[str, int]) -> None:
    assert share_out(size, counts) == shares


def test_waiting_in_time_is_no_fault_and_a_failure_is_told(sending: Sending) -> None:
    campaign = begin(sending, BAD)
    with clock.travel(minutes=9):
        assert health.measure()["oldest_due_seconds"]["dispatch"] == 0
        assert health.measure()["campaigns_failed_first"] == 0
    later(campaign, minutes=11)
    assert health.measure()["campaigns_failed_first"] == 1


def test_a_worker_that_dies_after_the_claim_changes_nothing(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(GOOD)], **FEW)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    assert batch.messages.count() == 4
    later(campaign, seconds=70)
    later(campaign, seconds=90)
    assert (states(campaign), len(sending.air())) == ({"DELIVERED": 4, "QUEUED": 8}, 4)
    assert_all_hold()


def test_what_a_settled_batch_gives_back_is_only_of_the_first_few(sending: Sending) -> None:
    campaign = sending.confirm([sending.group(GOOD)], **FEW)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    assert dispatch.claim(campaign.pk) is None
    campaign.refresh_from_db()
    assert campaign.hold_reason == Campaign.HoldReason.CANARY
    outcomes.back_to_ready(batch, wait=None)
    canaries.watch(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.SENDING
    assert Message.objects.filter(batch=batch, state="QUEUED").count() == 4
