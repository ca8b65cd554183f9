"""Two workers with one batch: only the holder of the token writes; a late answer settles and never sends."""

from __future__ import annotations

import pytest

from accounts import connections
from campaigns import dispatch, jobs, outcomes, settlement
from campaigns.models import Batch, BatchEvidence, Campaign, Message
from smspanel import clock, doorbell
from smspanel.providers import errors
from smspanel.providers.values import Acceptance, Outgoing, Submission
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

FOUR = [number(index) for index in range(10, 14)]
SUBMIT = "/messages/send_sms.json"


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to FOUR with its messages made, and a connection that rests before it is asked."""
    sending.connection.grace_seconds = 600
    sending.connection.save()
    confirmed = sending.confirm([sending.group(FOUR)])
    jobs.start(confirmed.pk)
    jobs.expand(confirmed.pk)
    return confirmed


@pytest.fixture
def slow(campaign: Campaign) -> Batch:
    """The batch of a worker that claimed it and was then suspected to be dead."""
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    with clock.travel(seconds=61):
        settlement.suspect(batch.pk)
    assert states(campaign) == {"UNKNOWN": 4}
    return batch


def call(sending: Sending, batch: Batch) -> Acceptance:
    """Do what the slow worker does after all: submit its batch."""
    messages = Message.objects.filter(batch=batch).select_related("campaign")
    outgoing = tuple(Outgoing(message.ref, message.msisdn, "Hello") for message in messages)
    return connections.client_for(sending.connection).submit(Submission(batch.public_id.hex, outgoing))


def assert_sent_once(sending: Sending, campaign: Campaign) -> None:
    """Check that FOUR got one message each, paid once."""
    assert sending.air() == dict.fromkeys(FOUR, 1)
    assert states(campaign) == {"SENT": 4}
    assert sending.persona.available == 1_000 - 4 * PRICE
    assert_all_hold()


def test_a_late_yes_settles_an_unclear_batch(sending: Sending, campaign: Campaign, slow: Batch) -> None:
    outcomes.record_acceptance(slow, call(sending, slow))
    doorbell.run_all_due()
    assert BatchEvidence.objects.get(batch=slow).outcome == "ACCEPTED"
    assert_sent_once(sending, campaign)


def test_a_late_yes_stops_a_second_submission(sending: Sending, campaign: Campaign, slow: Batch) -> None:
    acceptance = call(sending, slow)
    outcomes.back_to_ready(Batch.objects.get(pk=slow.pk), wait=None)
    outcomes.record_acceptance(slow, acceptance)
    doorbell.run_all_due()
    assert len(sending.simulator.journal(path=SUBMIT)) == 1
    assert_sent_once(sending, campaign)


@pytest.mark.parametrize("error", [errors.Unreachable, errors.RequestRefused, errors.FundsRefused])
def test_a_late_no_is_kept_and_starts_nothing(
    sending: Sending, campaign: Campaign, slow: Batch, error: type[errors.ProviderError]
) -> None:
    outcomes.record_failure(slow, error("late", raw="the answer"))
    doorbell.run_all_due()
    evidence = BatchEvidence.objects.get(batch=slow)
    assert (evidence.outcome, evidence.raw) == (error.__name__, "the answer")
    assert (states(campaign), sending.air()) == ({"UNKNOWN": 4}, {})


def test_a_batch_that_somebody_else_is_submitting_is_left_to_them(
    sending: Sending, campaign: Campaign, slow: Batch
) -> None:
    outcomes.back_to_ready(Batch.objects.get(pk=slow.pk), wait=None)
    second = dispatch.claim(campaign.pk)
    assert second is not None
    outcomes.record_acceptance(slow, Acceptance((), "late"))
    outcomes.record_failure(slow, errors.RequestRefused())
    assert states(campaign) == {"SUBMITTING": 4}
    dispatch.submit(second)
    assert_sent_once(sending, campaign)


def test_an_answer_is_written_once_however_often_it_comes(sending: Sending, campaign: Campaign, slow: Batch) -> None:
    acceptance = call(sending, slow)
    for _ in range(3):
        outcomes.record_acceptance(slow, acceptance)
    assert BatchEvidence.objects.count() == 3
    assert_sent_once(sending, campaign)


def test_every_attempt_has_a_token_of_its_own(campaign: Campaign, slow: Batch) -> None:
    outcomes.back_to_ready(Batch.objects.get(pk=slow.pk), wait=None)
    second = dispatch.claim(campaign.pk)
    assert second is not None
    assert (second.pk, second.attempt) == (slow.pk, slow.attempt + 1)
    assert second.token != slow.token


def test_the_reference_of_a_message_is_the_same_at_every_attempt(sending: Sending, campaign: Campaign) -> None:
    sending.simulator.fault("drop_before", SUBMIT)
    sending.connection.grace_seconds = 0
    sending.connection.save()
    doorbell.run_all_due()
    first, second = (entry["body"] for entry in sending.simulator.journal(path=SUBMIT))
    assert first == second
