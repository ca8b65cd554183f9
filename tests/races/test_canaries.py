"""Many workers, and never more of a campaign in the air than the first few before the judgement."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import Connection
from campaigns import canaries, dispatch, jobs, outcomes, queueing
from campaigns.models import Campaign, Canary, Message
from smspanel import clock
from tests.campaigns.sending import Sending
from tests.invariants import assert_all_hold
from tests.races.conftest import TEN
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cautious(sending: Sending) -> Campaign:
    """A campaign to TEN of which four go first, one in a call, over a connection that takes many calls."""
    Connection.objects.update(batch_size=1, max_parallel=20)
    campaign = sending.confirm([sending.group(TEN)], canary_size=4, canary_minutes=1, canary_percent=50)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return campaign


def claim_all(campaign: Campaign) -> None:
    """Claim until nothing can be claimed."""
    while dispatch.claim(campaign.pk) is not None:
        pass


def test_workers_at_once_claim_no_more_than_the_first_few(cautious: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, queueing, "_take")
    together(*[partial(claim_all, cautious)] * 3)
    cautious.refresh_from_db()
    assert cautious.messages.filter(state=Message.State.SUBMITTING).count() == 4
    assert cautious.hold_reason == Campaign.HoldReason.CANARY
    assert_all_hold()


def test_two_judges_judge_once(cautious: Campaign) -> None:
    claim_all(cautious)
    Message.objects.filter(state="SUBMITTING").update(state="DELIVERED")
    canaries.watch(cautious.pk)
    with clock.travel(minutes=2):
        together(*[partial(canaries.watch, cautious.pk)] * 2)
    assert Canary.objects.get().status == Canary.Status.PASSED
    assert cautious.messages.filter(state="QUEUED").count() == 6


def test_what_comes_back_while_others_look_is_sent_and_nothing_else(cautious: Campaign) -> None:
    batch = dispatch.claim(cautious.pk)
    assert batch is not None
    claim_all(cautious)
    together(partial(outcomes.back_to_ready, batch, wait=None), partial(canaries.watch, cautious.pk))
    canaries.watch(cautious.pk)
    claim_all(cautious)
    assert cautious.messages.filter(state=Message.State.SUBMITTING).count() == 4
