"""What came of two submissions is written side by side; an answer and a doubt about it agree on what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import Connection
from campaigns import dispatch, lifecycle, outcomes, queueing, settlement
from campaigns.models import Batch, Campaign
from smspanel import clock, doorbell
from smspanel.providers.values import Acceptance, Receipt
from tests.campaigns.sending import PRICE, Sending, states
from tests.invariants import assert_all_hold
from tests.races.together import LONG, PATIENCE, meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(campaign: Campaign) -> Batch:
    """Claim the next batch."""
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    return batch


def answered(batch: Batch, *, accepted: bool = True) -> Callable[[], object]:
    """Return the call that writes that the provider took all of it, or none."""
    refs = [message.ref for message in batch.messages.select_related("campaign")]
    receipts = tuple(Receipt(ref, accepted=accepted, provider_id=f"p{ref}") for ref in refs)
    return partial(outcomes.record_acceptance, batch, Acceptance(receipts, "answer"))


@pytest.fixture
def halves(expanded: Campaign) -> tuple[Batch, Batch]:
    """The campaign's messages, in two batches that are under way."""
    Connection.objects.update(batch_size=5, max_parallel=2)
    return claimed(expanded), claimed(expanded)


def test_workers_do_not_wait_for_each_other_to_write_what_came_of_two_batches(
    sending: Sending, halves: tuple[Batch, Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, outcomes, "charge", surely=connection.vendor == "postgresql")
    together(*map(answered, halves))
    assert states(halves[0].campaign) == {"SENT": 10}
    assert sending.persona.available == 1_000 - 10 * PRICE
    assert_all_hold()


def test_of_workers_that_end_at_once_one_finds_the_campaign_finished(
    halves: tuple[Batch, Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where nothing is charged, not even the wallet of spent points parts them.
    ends = {"campaigns.jobs.finish": lifecycle.finish}
    monkeypatch.setattr(doorbell, "ring", lambda job, *ids: transaction.on_commit(partial(ends[job], *ids)))
    meet_before(monkeypatch, outcomes, "finish_if_done", surely=connection.vendor == "postgresql")
    assert together(*(answered(half, accepted=False) for half in halves)) == [None, None]
    assert Campaign.objects.get(pk=halves[0].campaign_id).state == Campaign.State.FINISHED_INCOMPLETE
    assert_all_hold()


def answer_while_in_doubt(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin to doubt that an answer comes whose lease is over, and write the answer before the doubt is written."""
    batch, doubt = claimed(campaign), outcomes.mark_unknown
    began, written = threading.Event(), threading.Event()

    def wait(current: Batch) -> None:
        began.set()
        written.wait(PATIENCE)
        doubt(current)

    def answer() -> None:
        began.wait(LONG)
        answered(batch)()
        written.set()

    monkeypatch.setattr(outcomes, "mark_unknown", wait)
    with clock.travel(seconds=queueing.LEASE.total_seconds() + 1):
        together(answer, partial(settlement.suspect, batch.pk))


def test_an_answer_that_comes_with_a_doubt_clears_it(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_while_in_doubt(expanded, monkeypatch)
    assert Batch.objects.get(campaign=expanded).state == Batch.State.ACCEPTED
    assert (states(expanded), sending.persona.available) == ({"SENT": 10}, 1_000 - 10 * PRICE)
    assert_all_hold()


def test_without_the_lock_the_doubt_stays(expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
    answer_while_in_doubt(expanded, monkeypatch)
    left = Batch.State.UNKNOWN if connection.vendor == "postgresql" else Batch.State.ACCEPTED
    assert Batch.objects.get(campaign=expanded).state == left
