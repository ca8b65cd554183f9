"""Everything is stopped while a worker claims, an owner confirms or software orders: after the stop nothing leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts import points
from accounts.models import Wallet
from campaigns import confirming, dispatch, expansion, lifecycle, orders, queueing, stopping
from campaigns.models import Batch, Campaign, Message, Variant
from smspanel import clock, doorbell
from tests.campaigns.sending import Sending, number, states
from tests.invariants import assert_all_hold
from tests.races.together import meet_before, together

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = orders.Order(name="Order", text="Hello", variant=Variant.ECO)


def stop(sending: Sending) -> Callable[[], Any]:
    """Return the call that stops the account, and looks at once what is claimed from then on."""

    def press() -> int:
        stopping.stop(account=sending.account, actor=None, reason="")
        return Message.objects.filter(state=Message.State.SUBMITTING).count()

    return press


def test_nothing_is_claimed_after_the_stop_has_returned(
    sending: Sending, expanded: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.connection.batch_size = 2
    sending.connection.save()
    meet_before(monkeypatch, queueing, "_take")
    _batch, claimed = together(partial(dispatch.claim, expanded.pk), stop(sending))
    assert claimed in {0, 2}
    assert [dispatch.claim(expanded.pk) for _ in range(3)] == [None] * 3
    assert states(expanded).get("SUBMITTING", 0) == claimed
    assert_all_hold()


def test_workers_that_claim_as_fast_as_they_can_claim_nothing_afterwards(sending: Sending, expanded: Campaign) -> None:
    sending.connection.batch_size, sending.connection.max_parallel = 1, 50
    sending.connection.save()

    def work() -> None:
        while dispatch.claim(expanded.pk) is not None:
            pass

    *_, claimed = together(work, work, stop(sending))
    assert Batch.objects.filter(state=Batch.State.SUBMITTING).count() == claimed
    assert_all_hold()


def test_a_campaign_is_confirmed_and_taken_back_or_refused(
    sending: Sending, planned: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, points, "freeze")
    together(partial(confirming.confirm, campaign=planned, actor=None), stop(sending))
    assert_nothing_goes_on(sending)


def test_a_single_message_is_taken_back_or_refused(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, points, "freeze")
    single = partial(orders.single, account=sending.account, to=number(10), order=ORDER, key=None)
    together(single, stop(sending))
    assert_nothing_goes_on(sending)


def test_a_campaign_that_is_starting_makes_nothing_that_leaves(sending: Sending, planned: Campaign) -> None:
    confirming.confirm(campaign=planned, actor=None)
    lifecycle.start(planned.pk)
    together(partial(expansion.expand, planned.pk), stop(sending))
    assert_nothing_goes_on(sending)


def test_a_hold_that_waited_for_the_stop_is_refused(sending: Sending) -> None:
    hold = partial(points.hold, account=sending.account, points=1, key="late", subject="campaign:0")
    found, _none = together(hold, partial(points.freeze, account=sending.account, at=clock.now()))
    wallet = Wallet.objects.get(account=sending.account)
    assert (wallet.held == 0) == isinstance(found, points.Frozen)
    with pytest.raises(points.Frozen):
        points.hold(account=sending.account, points=1, key="later", subject="campaign:0")


def assert_nothing_goes_on(sending: Sending) -> None:
    """Fail if anything of the account can still be sent or holds points."""
    doorbell.run_all_due()
    assert not Campaign.objects.filter(account=sending.account, state__in=stopping.STATES).exists()
    assert not Batch.objects.exists()
    assert sending.persona.available == 1_000
    assert_all_hold()
