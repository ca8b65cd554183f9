"""A person decides while the job that settles, a report, or another person does the same: one of them wins."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts import points
from accounts.models import Transfer
from campaigns import delivery, dispatch, outcomes, settlement, verdicts
from campaigns.models import Batch, Campaign, Message
from smspanel import clock
from smspanel.providers.values import DeliveryState, Receipt, Report
from tests.campaigns.sending import PRICE, Sending, states
from tests.invariants import assert_all_hold, broken
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unclear(expanded: Campaign) -> Batch:
    """A submission whose fate nobody knows."""
    batch = dispatch.claim(expanded.pk)
    assert batch is not None
    outcomes.mark_unknown(batch)
    return batch


def verdict(verb: Any, batch: Batch) -> Any:
    """Return the call by which a person decides."""
    return partial(verb, batch=batch, attempt=batch.attempt, reason="They told us", actor=None)


def found(batch: Batch) -> dict[str, Receipt]:
    """Return what a look-up says that found everything."""
    refs = [message.ref for message in batch.messages.select_related("campaign")]
    return {ref: Receipt(ref, accepted=True, provider_id=f"p{ref}") for ref in refs}


def test_either_the_look_up_or_the_person_settles_it(
    sending: Sending, unclear: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, points, "post")
    results = together(verdict(verdicts.refund, unclear), partial(settlement._apply, unclear, found(unclear)))
    if kinds(results)[0] == "Batch":
        assert (states(unclear.campaign), sending.persona.available) == ({"ASSUMED_SENT": 10}, 1_000)
    else:
        assert (states(unclear.campaign), sending.persona.available) == ({"SENT": 10}, 1_000 - 10 * PRICE)
    assert_all_hold()


def test_of_two_people_one_decides(unclear: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, points, "post")
    results = together(verdict(verdicts.refund, unclear), verdict(verdicts.count_as_sent, unclear))
    assert kinds(results) == ["Batch", "NotPossibleNow"]
    assert_all_hold()


def test_without_the_lock_it_is_settled_twice(unclear: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = meet_without_locks(monkeypatch, outcomes, "assume_sent")
    results = together(verdict(verdicts.count_as_sent, unclear), verdict(verdicts.count_as_sent, unclear))
    assert (kinds(results) == ["Batch", "Batch"]) == lost


def test_a_rejection_and_a_refund_at_once_give_the_points_back_once(
    sending: Sending, unclear: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes.assume_sent(unclear.campaign, unclear)
    Message.objects.filter(batch=unclear).update(provider_id="late")
    meet_before(monkeypatch, points, "refund")
    rejected = [Report(provider_id="late", state=DeliveryState.REJECTED, raw_state="x", at=clock.now())]
    together(verdict(verdicts.refund, unclear), partial(delivery.apply_reports, unclear.connection, rejected))
    assert sending.persona.available == 1_000
    assert sum(Transfer.objects.filter(kind="REFUND").values_list("amount", flat=True)) == 10 * PRICE
    assert "I2" not in broken()
