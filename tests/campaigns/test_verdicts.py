"""A person decides about what is unclear: sent again, counted as sent or refunded, once and audited."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import AuditEntry, Transfer
from campaigns import delivery, dispatch, lifecycle, settlement, verdicts
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign, Message
from smspanel import clock, doorbell
from smspanel.providers.values import Acceptance, DeliveryState, Receipt, Report
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold

TEN = [number(index) for index in range(10, 20)]
SUBMIT = "/messages/send_sms.json"
COST = 10 * PRICE


@pytest.fixture
def unclear(sending: Sending) -> Batch:
    """A submission of TEN that the provider took, whose answer was lost."""
    return lose(sending, "take_then_drop")


def lose(sending: Sending, action: str) -> Batch:
    """Send to TEN with a fault, and leave what became of it unclear."""
    sending.connection.grace_seconds = 3_600
    sending.connection.save()
    sending.simulator.fault(action, SUBMIT)
    campaign = sending.send([sending.group(TEN)])
    return Batch.objects.get(campaign=campaign, state=Batch.State.UNKNOWN)


def decide(verb: Callable[..., Batch], batch: Batch, **given: object) -> Batch:
    """Take a decision with a reason, as nobody in particular."""
    return verb(batch=batch, **{"attempt": batch.attempt, "reason": "They told us", "actor": None} | given)


def report(batch: Batch, state: DeliveryState) -> None:
    """Apply a report about one of the submission's messages, known by the provider's id."""
    Message.objects.filter(batch=batch, msisdn=TEN[0]).update(provider_id="late1")
    delivery.apply_reports(batch.connection, [Report(provider_id="late1", state=state, raw_state="x", at=clock.now())])


def test_what_is_counted_as_sent_is_charged_and_ends_the_campaign(sending: Sending, unclear: Batch) -> None:
    decide(verdicts.count_as_sent, unclear)
    doorbell.run_all_due()
    unclear.campaign.refresh_from_db()
    assert (unclear.campaign.state, states(unclear.campaign)) == (Campaign.State.FINISHED, {"ASSUMED_SENT": 10})
    assert sending.persona.available == 1_000 - COST
    assert not verdicts.waiting().exists()
    assert_all_hold()


def test_what_is_refunded_gives_the_points_back_and_sends_nothing(sending: Sending, unclear: Batch) -> None:
    decide(verdicts.refund, unclear)
    doorbell.run_all_due()
    assert (states(unclear.campaign), sending.persona.available) == ({"ASSUMED_SENT": 10}, 1_000)
    assert Transfer.objects.get(kind=Transfer.Kind.REFUND).amount == COST
    assert (sending.air(), verdicts.waiting().count()) == (dict.fromkeys(TEN, 1), 0)
    assert_all_hold()


def test_what_never_arrived_is_sent_again_by_a_person_before_the_grace_is_over(sending: Sending) -> None:
    batch = lose(sending, "drop_before")
    decide(verdicts.resend, batch)
    doorbell.run_all_due()
    assert (sending.air(), states(batch.campaign)) == (dict.fromkeys(TEN, 1), {"SENT": 10})
    assert sending.persona.available == 1_000 - COST
    assert_all_hold()


def test_a_decision_is_written_with_its_reason_and_figures(unclear: Batch) -> None:
    decide(verdicts.refund, unclear)
    unclear.refresh_from_db()
    assert (unclear.verdict, unclear.verdict_reason) == (Batch.Verdict.REFUNDED, "They told us")
    entry = AuditEntry.objects.get(action="submission.refunded", account=unclear.campaign.account)
    assert entry.details == {"reason": "They told us", "messages": 10, "points": COST}


@pytest.mark.parametrize("second", [verdicts.refund, verdicts.resend, verdicts.count_as_sent])
@pytest.mark.parametrize("first", [verdicts.refund, verdicts.resend, verdicts.count_as_sent])
def test_a_submission_is_decided_once(
    sending: Sending, unclear: Batch, first: Callable[..., Batch], second: Callable[..., Batch]
) -> None:
    decide(first, unclear)
    with pytest.raises(NotPossibleNow, match="settled meanwhile"):
        decide(second, unclear)
    assert_all_hold()


def test_a_decision_about_an_earlier_attempt_is_refused(unclear: Batch) -> None:
    with pytest.raises(NotPossibleNow):
        decide(verdicts.refund, unclear, attempt=unclear.attempt - 1)
    assert states(unclear.campaign) == {"UNKNOWN": 10}


def test_what_was_assumed_sent_is_refunded_but_not_sent_again(sending: Sending, unclear: Batch) -> None:
    settlement._assume(unclear, {})
    doorbell.run_all_due()
    assert list(verdicts.waiting()) == [unclear]
    with pytest.raises(NotPossibleNow):
        decide(verdicts.resend, unclear)
    decide(verdicts.refund, unclear)
    assert (sending.persona.available, verdicts.waiting().count()) == (1_000, 0)
    assert_all_hold()


def test_only_what_no_report_speaks_of_is_refunded(sending: Sending, unclear: Batch) -> None:
    settlement._assume(unclear, {})
    report(unclear, DeliveryState.DELIVERED)
    decide(verdicts.refund, unclear)
    assert sending.persona.available == 1_000 - PRICE
    assert not verdicts.contradicted().exists()
    assert_all_hold()


def test_a_delivery_that_is_reported_after_the_refund_is_taken_and_shown(sending: Sending, unclear: Batch) -> None:
    decide(verdicts.refund, unclear)
    report(unclear, DeliveryState.DELIVERED)
    assert states(unclear.campaign) == {"ASSUMED_SENT": 9, "DELIVERED": 1}
    assert (sending.persona.available, list(verdicts.contradicted())) == (1_000, [unclear])
    assert_all_hold()


def test_a_rejection_that_is_reported_after_the_refund_is_not_refunded_again(sending: Sending, unclear: Batch) -> None:
    decide(verdicts.refund, unclear)
    report(unclear, DeliveryState.REJECTED)
    assert (states(unclear.campaign), sending.persona.available) == ({"ASSUMED_SENT": 9, "REJECTED": 1}, 1_000)
    assert_all_hold()


def test_a_late_positive_answer_is_kept_as_evidence_of_what_was_refunded(unclear: Batch) -> None:
    from campaigns import outcomes

    decide(verdicts.refund, unclear)
    refs = [message.ref for message in unclear.messages.select_related("campaign")]
    receipts = tuple(Receipt(ref, accepted=True, provider_id=f"p{ref}") for ref in refs)
    outcomes.record_acceptance(unclear, Acceptance(receipts, "taken after all"))
    assert unclear.evidence.get(outcome="ACCEPTED").raw == "taken after all"
    assert_all_hold()


def test_nothing_of_a_cancelled_campaign_is_sent_again(sending: Sending, unclear: Batch) -> None:
    lifecycle.cancel(campaign=unclear.campaign, actor=None)
    with pytest.raises(NotPossibleNow, match="not sent any more"):
        decide(verdicts.resend, unclear)
    decide(verdicts.refund, unclear)
    doorbell.run_all_due()
    unclear.campaign.refresh_from_db()
    assert (unclear.campaign.state, sending.persona.available) == (Campaign.State.CANCELED, 1_000)
    assert_all_hold()


def test_what_was_sent_again_and_lost_again_can_be_decided_again(sending: Sending, unclear: Batch) -> None:
    decide(verdicts.resend, unclear)
    batch = dispatch.claim(unclear.campaign_id)
    assert batch is not None
    with clock.travel(seconds=61):
        settlement.suspect(batch.pk)
    assert list(verdicts.waiting()) == [unclear]
    batch.refresh_from_db()
    decide(verdicts.count_as_sent, batch)
    assert_all_hold()
