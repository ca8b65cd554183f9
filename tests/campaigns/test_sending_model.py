"""G6: campaigns, their messages and their points against a model, whatever happens to them in whatever order."""

from __future__ import annotations

import itertools
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts import points
from accounts.models import Account
from campaigns import confirming, delivery, dispatch, inbox, jobs, lifecycle
from campaigns.errors import NotPossibleNow
from campaigns.models import Batch, Campaign, Message
from smspanel import clock
from tests import proof
from tests.campaigns.sending import PRICE, Sending, number, states
from tests.campaigns.sending_model import CHARGED, FATES, Order
from tests.invariants import broken
from tests.personas import owner

EXAMPLES, STEPS = (2_000, 100) if proof.LONG else (40, 50)
BEGINNING: Final = 60
SUBMIT: Final = "/messages/send_sms.json"
FAULTS: Final = {"": True, "take_then_drop": True, "garbage": True, "drop_before": False}
"""How a submission may go wrong, and whether the provider takes it."""
ENDINGS: Final = st.lists(st.sampled_from([*FATES, "04"]), min_size=1, max_size=5)
ANY: Final = st.integers(0, 100)


class Sendings(RuleBasedStateMachine):
    """Does the same to the panel and to a dictionary."""

    orders: ClassVar[Bundle[Order]] = Bundle("orders")
    provider: ClassVar[Sending]
    fresh: ClassVar[itertools.count[int]] = itertools.count(1)
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.owner = owner(f"model{next(self.fresh)}@example.com", Account.Kind.MASTER, None, BEGINNING)
        self.sending = Sending(self.provider.simulator, self.owner, self.provider.connection)
        self.known: list[Order] = []

    def teardown(self) -> None:
        """See that every promise was kept."""
        assert set(broken()) <= {"I7"}, broken()  # nobody works here, so that things become overdue

    @property
    def posted(self) -> int:
        """What the account owns by the model."""
        return BEGINNING - sum(order.spent - PRICE * len(order.rejected) for order in self.known)

    @property
    def held(self) -> int:
        """What is set aside by the model."""
        return sum(order.held for order in self.known)

    @rule(target=orders, endings=ENDINGS)
    def confirm(self, endings: list[str]) -> Order | MultipleResults[Order]:
        """Confirm a campaign to new numbers; it is refused when the points are not enough."""
        numbers = [number(next(self.fresh), ending) for ending in endings]
        draft = self.sending.draft([self.sending.group(numbers, f"Group {numbers[0]}")])
        if PRICE * len(numbers) > self.posted - self.held:
            with pytest.raises(points.NotEnoughPoints):
                confirming.confirm(campaign=draft, actor=None)
            return multiple()
        order = Order(confirming.confirm(campaign=draft, actor=None).pk, numbers=dict.fromkeys(numbers, "QUEUED"))
        self.known.append(order)
        return order

    @rule(order=orders)
    def confirm_again(self, order: Order) -> None:
        """Confirm what is confirmed, which changes nothing."""
        confirming.confirm(campaign=Campaign.objects.get(pk=order.pk), actor=None)

    @rule(order=orders)
    def make(self, order: Order) -> None:
        """Make the messages, or be rung for it again."""
        jobs.start(order.pk)
        jobs.expand(order.pk)
        if order.stands == "CONFIRMED":
            order.stands = "SENDING"

    @rule(order=orders, fault=st.sampled_from(list(FAULTS)))
    def submit(self, order: Order, fault: str) -> None:
        """Submit a batch, if there is any, to a provider with a fault."""
        with clock.travel(hours=1):
            batch = dispatch.claim(order.pk)
            waiting = "QUEUED" in order.numbers.values() and order.stands == "SENDING"
            assert (batch is not None) == waiting
            if batch is None:
                return
            numbers = list(batch.messages.values_list("msisdn", flat=True))
            if fault:
                self.sending.simulator.fault(fault, path=SUBMIT)
            dispatch.submit(batch)
        order.submitted(numbers, taken=FAULTS[fault], answered=not fault)
        self._finish(order)

    @rule(order=orders)
    def settle(self, order: Order) -> None:
        """Find out about unclear submissions."""
        for batch in Batch.objects.filter(campaign=order.pk, state=Batch.State.UNKNOWN):
            jobs.settle(batch.pk, batch.attempt)
        order.settled()
        self._finish(order)

    @rule(order=orders)
    def report(self, order: Order) -> None:
        """Ask for reports."""
        Batch.objects.filter(campaign=order.pk, state=Batch.State.ACCEPTED).update(next_pull_at=clock.now())
        for batch in Batch.objects.filter(campaign=order.pk, next_pull_at__isnull=False):
            delivery.pull_reports(batch.pk)
        order.reported()

    @rule(order=orders, which=ANY, times=st.integers(1, 3))
    def reject(self, order: Order, which: int, times: int) -> None:
        """Have a message rejected afterwards, which is paid back once however often it is told."""
        charged = Message.objects.filter(campaign=order.pk, state__in=CHARGED).order_by("pk")
        if not charged:
            return
        message = charged[which % len(charged)]
        query = {"id": message.provider_id, "st": "REJECTD", "dt": "2099-01-01 12:00:00"}
        for _ in range(times):
            inbox.receive(connection=self.sending.connection, query=query, body="")
        inbox.apply(self.sending.connection.pk)
        order.numbers[message.msisdn] = "REJECTED"
        order.rejected.add(message.msisdn)

    @rule(order=orders)
    def cancel(self, order: Order) -> None:
        """Cancel, which may be done twice, unless it has come to its end."""
        campaign = Campaign.objects.get(pk=order.pk)
        if order.is_over and not order.was_cancelled:
            with pytest.raises(NotPossibleNow):
                lifecycle.cancel(campaign=campaign, actor=None)
            return
        lifecycle.cancel(campaign=campaign, actor=None)
        if not order.was_cancelled:
            order.cancelled()
        self._finish(order)

    @rule(order=orders)
    def pause_or_go_on(self, order: Order) -> None:
        """Pause what is sending, and let what is paused go on."""
        campaign = Campaign.objects.get(pk=order.pk)
        if order.stands == "SENDING":
            lifecycle.pause(campaign=campaign, actor=None)
            order.stands = "PAUSED"
        elif order.stands == "PAUSED":
            lifecycle.resume(campaign=campaign, actor=None)
            order.stands = "SENDING"

    def _finish(self, order: Order) -> None:
        jobs.finish(order.pk)
        order.finished()

    @invariant()
    def messages_and_points_are_those_of_the_model(self) -> None:
        """Compare all of it."""
        type(self).steps += 1
        assert points.balance(self.owner.account) == points.Balance(self.posted, self.held)
        for order in self.known:
            campaign = Campaign.objects.get(pk=order.pk)
            assert states(campaign) == order.states()
            assert campaign.is_terminal == order.is_over


@pytest.mark.goal
@pytest.mark.django_db(transaction=True)
def test_whatever_happens_campaigns_and_points_are_as_a_dictionary_would_have_them(sending: Sending, seed: int) -> None:
    Sendings.provider, Sendings.steps = sending, 0
    sending.connection.batch_size = 2
    sending.connection.save()
    enough = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, print_blob=True)
    # What fails is not made smaller: an example commits, and begins with what the ones before it have left.
    enough = settings(enough, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    seeded(seed)(Sendings)
    run_state_machine_as_test(Sendings, settings=enough)
    air = sending.air()
    assert set(air.values()) <= {1}, air
    proof.record("G6", "campaigns beside a model", seed=seed, steps=Sendings.steps, differences=0)
