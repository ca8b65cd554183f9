"""A double click, two workers, a person and a worker: a campaign is confirmed, claimed and cancelled once."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import points
from accounts.models import AuditEntry, Connection, Transfer
from campaigns import composing, confirming, dispatch, expansion, jobs, lifecycle, outcomes, queueing
from campaigns.models import Batch, Campaign, Message
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.invariants import assert_all_hold, broken
from tests.races.together import kinds, meet_before, meet_without_locks, together

pytestmark = pytest.mark.django_db(transaction=True)
COST = 10 * PRICE


def confirmations() -> int:
    """Return how often a confirmation was written into the audit trail."""
    return AuditEntry.objects.filter(action="campaign.confirm").count()


def test_two_confirmations_at_once_hold_the_points_once(
    planned: Campaign, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, points, "hold")
    first, second = together(*[partial(confirming.confirm, campaign=planned, actor=None)] * 2)
    hold = Transfer.objects.get(kind=Transfer.Kind.HOLD)
    assert (first.hold, second.hold) == (hold, hold)
    assert (confirmations(), sending.persona.available) == (1, 1_000 - COST)
    assert_all_hold()


def test_without_the_lock_the_second_confirms_again_and_only_its_hold_is_the_first_ones(
    planned: Campaign, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    points.hold(account=sending.account, points=1, key="makes the wallet of spent points", subject="campaign:0")
    lost = meet_without_locks(monkeypatch, points, "hold")
    first, second = together(*[partial(confirming.confirm, campaign=planned, actor=None)] * 2)
    assert (first.hold == second.hold, confirmations()) == (True, 2 if lost else 1)


def test_the_last_points_go_to_the_campaign_or_to_the_other_hold(
    planned: Campaign, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    points.hold(account=sending.account, points=1_000 - COST, key="all but the last", subject="campaign:0")
    meet_before(monkeypatch, points, "_apply")
    results = together(
        partial(confirming.confirm, campaign=planned, actor=None),
        partial(points.hold, account=sending.account, points=COST, key="other", subject="campaign:0"),
    )
    assert sum(isinstance(result, points.NotEnoughPoints) for result in results) == 1
    planned.refresh_from_db()
    assert (planned.state == Campaign.State.TO_SEND) == isinstance(results[0], Campaign)
    assert sending.persona.available == 0
    assert_all_hold()


def test_a_campaign_is_either_confirmed_or_rewritten(planned: Campaign, sending: Sending) -> None:
    rewrite = partial(
        composing.save,
        campaign=Campaign.objects.get(pk=planned.pk),
        account=sending.account,
        actor=None,
        numbers="",
        groups=[],
        excluded_groups=[],
        text="Another text",
    )
    results = together(partial(confirming.confirm, campaign=planned, actor=None), rewrite)
    assert kinds(results) == ["Campaign", "NotPossibleNow"]
    planned.refresh_from_db()
    assert (planned.text == "Hello") == (planned.hold_id is not None)


def test_a_campaign_is_started_and_expanded_once_by_two_workers(planned: Campaign) -> None:
    confirming.confirm(campaign=planned, actor=None)
    together(*[partial(jobs.start, planned.pk)] * 2)
    together(*[partial(jobs.expand, planned.pk)] * 2)
    planned.refresh_from_db()
    assert (states(planned), planned.expanded_points) == ({"QUEUED": 10}, COST)
    assert not expansion.expand_chunk(planned.pk)


def ready_again(campaign: Campaign) -> Batch:
    """Claim a batch and prove that it never left."""
    batch = dispatch.claim(campaign.pk)
    assert batch is not None
    outcomes.back_to_ready(batch, wait=None)
    return batch


@pytest.mark.parametrize("attempted_before", [False, True])
def test_two_workers_claim_one_batch_once(
    expanded: Campaign, monkeypatch: pytest.MonkeyPatch, attempted_before: bool
) -> None:
    if attempted_before:
        ready_again(expanded)
    meet_before(monkeypatch, queueing, "_take")
    assert kinds(together(*[partial(dispatch.claim, expanded.pk)] * 2)) == ["Batch", "NoneType"]
    assert Batch.objects.get(campaign=expanded).state == Batch.State.SUBMITTING
    assert states(expanded) == {"SUBMITTING": 10}
    assert_all_hold()


def test_without_the_lock_a_batch_under_way_is_written_off(expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    ready_again(expanded)
    lost = meet_without_locks(monkeypatch, queueing, "_take")
    together(*[partial(dispatch.claim, expanded.pk)] * 2)
    assert ("I7" in broken()) == lost


def test_workers_at_once_get_different_batches(expanded: Campaign) -> None:
    Connection.objects.update(batch_size=3, max_parallel=4)
    batches = together(*[partial(dispatch.claim, expanded.pk)] * 4)
    assert kinds(batches) == ["Batch"] * 4
    assert sorted(batch.messages.count() for batch in batches) == [1, 3, 3, 3]
    assert Message.objects.filter(batch__in=batches).count() == 10


def claim_for_two_campaigns(sending: Sending, expanded: Campaign) -> list[object]:
    """Claim at once for two campaigns over a connection that carries one call at a time."""
    Connection.objects.update(max_parallel=1)
    other = sending.confirm([sending.group([number(50)], "Others")])
    jobs.start(other.pk)
    jobs.expand(other.pk)
    return together(*(partial(dispatch.claim, campaign.pk) for campaign in (expanded, other)))


def test_two_campaigns_share_the_places_of_a_connection(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, queueing, "_take")
    assert kinds(claim_for_two_campaigns(sending, expanded)) == ["Batch", "NoneType"]


def test_without_the_lock_two_campaigns_take_the_last_place(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = meet_without_locks(monkeypatch, queueing, "_take")
    expected = ["Batch", "Batch"] if lost else ["Batch", "NoneType"]
    assert kinds(claim_for_two_campaigns(sending, expanded)) == expected


def test_a_claim_and_a_cancellation_agree_on_who_was_first(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel() -> None:
        lifecycle.cancel(campaign=expanded, actor=None)
        jobs.finish(expanded.pk)

    meet_before(monkeypatch, queueing, "_take")
    batch, _none = together(partial(dispatch.claim, expanded.pk), cancel)
    expanded.refresh_from_db()
    if batch is None:
        assert (expanded.state, states(expanded)) == (Campaign.State.CANCELED, {"CANCELED": 10})
        assert sending.persona.available == 1_000
    else:
        assert (expanded.state, states(expanded)) == (Campaign.State.CANCELING, {"SUBMITTING": 10})
        assert sending.persona.available == 1_000 - COST
    assert dispatch.claim(expanded.pk) is None
    assert_all_hold()


def test_two_workers_finish_a_campaign_once(expanded: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    lifecycle.cancel(campaign=expanded, actor=None)
    meet_before(monkeypatch, points, "void_rest")
    assert together(*[partial(jobs.finish, expanded.pk)] * 2) == [None, None]
    assert Transfer.objects.get(kind=Transfer.Kind.VOID).amount == COST
    assert_all_hold()
